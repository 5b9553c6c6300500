/** What the price book's pages and the ports behind them say. Plain JSON where it leaves the server; money as text. */
import type { TimeMoney } from "./board-views.ts";
import type { BillingType } from "./fleet.ts";
import type { Currency, MicroText } from "./money.ts";
import type { PriceBasis, Selector } from "./price.ts";

export type OwnedTermsView = {
  readonly purchaseMicro: MicroText;
  readonly months: number;
  readonly watts: number;
  readonly powerMicroPerKwh: MicroText;
};

/** One row of the price book. Times are unix ms. */
export type PriceView = {
  readonly id: number;
  readonly selector: Selector;
  readonly basis: PriceBasis;
  readonly currency: Currency;
  readonly amountMicro: MicroText;
  readonly cardsPerInstance: number;
  readonly owned: OwnedTermsView | null;
  readonly termTo: number | null;
  readonly from: number;
  readonly to: number | null;
  readonly isList: boolean;
  readonly hourlyMicro: MicroText | null; // of one card at `asOf` or at the price's start, in the installation's currency; null = no rate
  readonly isInForce: boolean; // valid at `asOf`
  readonly poolIds: readonly number[]; // pools it is the price of at `asOf`
  readonly revision: RevisionView;
};

/** One act of changing the book. */
export type RevisionView = {
  readonly id: number;
  readonly at: number;
  readonly who: string;
  readonly why: string;
  readonly source: string;
};

/** `pricing.book`. */
export type PriceBookView = {
  readonly asOf: number;
  readonly knownAt: number;
  readonly zone: string;
  readonly currency: Currency;
  readonly prices: readonly PriceView[]; // a page of `total` after filtering
  readonly total: number;
  readonly rates: readonly RateView[];
  readonly missingRates: readonly Currency[]; // prices in these cannot be shown or ranked
};

export type RateView = {
  readonly base: Currency;
  readonly quote: Currency;
  readonly day: string; // YYYY-MM-DD, UTC
  readonly rate: string; // plain decimal
  readonly knownFrom: number;
};

/** A pool named, so that a line can be read without a second look-up. */
export type PoolName = {
  readonly poolId: number;
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly model: string;
  readonly billing: BillingType;
};

/** `pricing.holes`: card time nobody has a price for. */
export type UnpricedHole = PoolName & {
  readonly from: number;
  readonly to: number;
  readonly cardMs: number; // owned card time in it; card-hours = ÷ 3 600 000
  readonly why: "no_price" | "no_rate";
};

/** What a change of prices does to the money of one pool. */
export type PoolEffect = PoolName & {
  readonly before: TimeMoney; // of the past time the change touches
  readonly after: TimeMoney;
  readonly differenceMicro: MicroText; // after − before
  readonly hourlyBeforeMicro: MicroText | null; // of one card, from the change on; null = unpriced or no rate
  readonly hourlyAfterMicro: MicroText | null;
  readonly perDayBeforeMicro: MicroText | null; // at the card time of the last 24 hours
  readonly perDayAfterMicro: MicroText | null;
};

/** The money effect of a change, before or after it was made: the difference line of a revision. */
export type PriceEffect = {
  readonly currency: Currency;
  readonly from: number | null; // past hours the change touches, [from, to); null = it only speaks of the future
  readonly to: number | null;
  readonly differenceMicro: MicroText; // Σ of the pools
  readonly rows: { readonly added: number; readonly ended: number; readonly unchanged: number };
  readonly pools: readonly PoolEffect[]; // those it touches, largest difference first
};

/** `pricing.history`: what a pool cost when, as believed now or then. */
export type PriceHistory = PoolName & {
  readonly currency: Currency; // of the hourly figures
  readonly knownAt: number;
  readonly stretches: readonly PriceStretch[]; // tile the window asked for
};

export type PriceStretch = {
  readonly from: number;
  readonly to: number;
  readonly price: Omit<PriceView, "hourlyMicro" | "isInForce" | "poolIds"> | null; // null = unpriced
  readonly hourlyMicro: MicroText | null; // at the start of the stretch; null = unpriced or no rate
};
