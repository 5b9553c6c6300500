import type { BillingType } from "./fleet.ts";
import type { Currency, Micro } from "./money.ts";
import type { UnixMs } from "./units.ts";

/**
 * What a price row is per. `card_hour`: each hour of a card. `card_month`: a fee for each contract month of a card,
 * counted from the row's start in the installation's time zone. `instance_hour`: an hour of a machine with
 * `cardsPerInstance` cards. `owned`: bought hardware, written off over `months`, plus its electricity.
 */
export const PRICE_BASES = ["card_hour", "card_month", "instance_hour", "owned"] as const;
export type PriceBasis = (typeof PRICE_BASES)[number];

/**
 * Which cards a price, a capacity or an override is for. Every part that is not "" must be equal to the pool's; "" = any.
 * Of several that match a pool the one with the most parts said wins; of equally many the one that says the earlier of
 * SELECTOR_PARTS.
 */
export const SELECTOR_PARTS = ["contract", "cluster", "zone", "region", "billing", "model", "vendor"] as const;
export type SelectorPart = (typeof SELECTOR_PARTS)[number];
export type Selector = {
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly model: string; // id of a card model, or a name as exporters say it
  readonly billing: BillingType | "";
  readonly contract: string; // vendor contract number; matches pools whose capacity names the contract
};

/** Hardware we bought. Hourly = purchase ÷ (months of 730 h) + watts × powerPrice. */
export type OwnedTerms = {
  readonly purchaseMicro: Micro; // for one card, with its share of the host
  readonly months: number; // written off over
  readonly watts: number; // of one card at the plug, with its share of host and cooling
  readonly powerMicroPerKwh: Micro;
};

/** One price for one stretch of time, as it was known for one stretch of knowledge. */
export type Price = {
  readonly id: number;
  readonly selector: Selector;
  readonly basis: PriceBasis;
  readonly currency: Currency;
  readonly amountMicro: Micro; // per basis; 0 for `owned`, whose terms say it
  readonly cardsPerInstance: number; // 1 unless `instance_hour`
  readonly owned: OwnedTerms | null; // only for `owned`
  readonly termTo: UnixMs | null; // paid for until then whatever happens (monthly, reserved, owned); null = no term
  readonly from: UnixMs; // valid for time [from, to)
  readonly to: UnixMs | null; // null = until changed
  readonly anchor: UnixMs; // contract months, write-off and rounding count from here: `from` of the row as first said
  readonly knownFrom: UnixMs; // Dapan believed it in [knownFrom, knownTo)
  readonly knownTo: UnixMs | null;
  readonly revision: number; // who, when and why: PriceRevision
  readonly isList: boolean; // a published list price, not what we really pay
};

/** What a price says, without for whom and when. */
export type PriceTerms = Pick<Price, "basis" | "currency" | "amountMicro" | "cardsPerInstance" | "owned" | "termTo">;

/**
 * One wish of a change: for the selector's list or real prices, in the time [from, to), these terms hold and no others.
 * terms null = no price: the time is unpriced unless another selector speaks for it.
 */
export type PriceChange = {
  readonly selector: Selector;
  readonly isList: boolean;
  readonly from: UnixMs;
  readonly to: UnixMs | null; // null = until changed
  readonly terms: PriceTerms | null;
};

/** One act of changing the price book. */
export type PriceRevision = {
  readonly id: number;
  readonly at: UnixMs;
  readonly who: string;
  readonly why: string;
  readonly source: string; // "console", "cli", or the name of the imported file
};

/** What one unit of `base` is worth in `quote` on a UTC day. */
export type FxRate = {
  readonly base: Currency;
  readonly quote: Currency;
  readonly day: UnixMs; // start of the UTC day; a rate speaks for its own day and the days after, until the next rate
  readonly rateNano: bigint; // 1e-9
  readonly knownFrom: UnixMs;
  readonly knownTo: UnixMs | null;
};

/** A stretch in which one price, or none, applies to a pool. Pieces tile the window asked for. */
export type PricePiece = {
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly price: Price | null; // null = unpriced
};
