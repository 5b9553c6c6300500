/** What the card page and the pool page answer. Plain JSON; money is micro-units as text; null = not known. */
import type { BoardPool, TimeMoney } from "./board-views.ts";
import type { CardField } from "./card-fields.ts";
import type { CardState, PoolKey } from "./fleet.ts";
import type { Currency, MicroText } from "./money.ts";
import type { PriceBasis } from "./price.ts";
import type { TierEvent, TierVerdict } from "./tier.ts";
import type { CardEventView, CardPoint, CardRow, FleetHour, Utilisation } from "./views.ts";

/** A stretch of a price history: which price applied, or none. Stretches tile the time asked for. */
export type PriceLine = {
  readonly from: number;
  readonly to: number;
  readonly price: {
    readonly id: number;
    readonly basis: PriceBasis;
    readonly currency: Currency;
    readonly amountMicro: MicroText | null; // per basis; null = hidden
    readonly cardsPerInstance: number;
    readonly termTo: number | null;
    readonly isList: boolean;
    readonly revision: number;
  } | null; // null = unpriced
  readonly hourlyMicro: MicroText | null; // per card-hour when the stretch begins, in the view's currency; null = unpriced, or no rate
};

/** A stretch of a card's life in one place. */
export type CardPlace = PoolKey & {
  readonly from: number;
  readonly to: number | null; // null = still there
  readonly poolId: number;
  readonly node: string;
  readonly position: string;
};

/** What a card cost: exact, piece by piece of place and price. */
export type CardCostView = {
  readonly from: number;
  readonly to: number;
  readonly totalMicro: MicroText | null; // of the priced time; null = hidden
  readonly unpricedMs: number; // owned time without a price or a rate: costs nothing here and is said
  readonly pieces: readonly CardCostPiece[]; // newest first
};
export type CardCostPiece = PriceLine & { readonly poolId: number; readonly costMicro: MicroText | null };

/** An hour of the state strip. */
export type StripHour = {
  readonly at: number;
  readonly state: CardState;
  readonly observedMs: number;
  readonly ownedMs: number;
};

/** `board.card`: one card's identity, place, price, tier and cost. Its readings: `board.cardReadings`. */
export type CardPage = {
  readonly asOf: number;
  readonly zone: string;
  readonly currency: Currency;
  readonly row: CardRow;
  readonly pool: PoolKey & { readonly id: number };
  readonly modelName: string; // as the exporter says it
  readonly driver: string;
  readonly migProfiles: readonly string[];
  readonly firstSeen: number;
  readonly origins: readonly string[];
  readonly now: Readonly<Partial<Record<CardField, number>>>; // everything the last reading said; {} when it ran out
  readonly places: readonly CardPlace[]; // newest first
  readonly tier: TierVerdict | null; // null = not judged yet
  readonly price: PriceLine | null; // that applies now; null = the price book could not be asked
  readonly isSunk: boolean; // inside its term: paid for whatever happens
  readonly cost: CardCostView | null; // since first seen
  readonly stripFrom: number;
  readonly stripTo: number;
  readonly strip: readonly StripHour[]; // ascending; hours without a record are absent
};

/** Somebody held the card from … to. */
export type HolderStretch = { readonly from: number; readonly to: number; readonly holder: string };

/** What counters rose by in a step. */
export type CardErrors = {
  readonly at: number;
  readonly eccCorrected: number;
  readonly eccUncorrected: number;
  readonly rowsRemapped: number;
  readonly pcieReplays: number;
  readonly nvlinkErrors: number;
  readonly throttledMs: number;
  readonly xids: number;
};

/** `board.cardReadings`: a window of one card's life at the resolution that is kept of it. */
export type CardReadings = {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number; // of points: five minutes, an hour or a day
  readonly points: readonly CardPoint[]; // ascending; steps without a record are absent
  readonly holders: readonly HolderStretch[] | null; // null = not kept that long
  readonly errorStepMs: number; // an hour or a day
  readonly errors: readonly CardErrors[];
  readonly events: readonly CardEventView[]; // newest first
};

/** Another pool with the same model: where the next card of its kind could be had. */
export type PoolOffer = Pick<
  BoardPool,
  "id" | "vendor" | "region" | "zone" | "cluster" | "model" | "billing" | "counts" | "cardCounts" | "tier"
>;

/** `board.pool`: one pool as the board has it, its history and its rivals. Its cards: `fleet.cards`. */
export type PoolPage = {
  readonly asOf: number;
  readonly zone: string;
  readonly currency: Currency;
  readonly pool: BoardPool;
  readonly dayFrom: number;
  readonly dayTo: number;
  readonly week: Utilisation; // the 7 days before dayTo
  readonly weekMoney: TimeMoney | null;
  readonly weekFrom: number;
  readonly hours: readonly FleetHour[]; // of the week, ascending
  readonly prices: readonly PriceLine[] | null; // ascending, tiling; null = the price book could not be asked
  readonly pricesFrom: number;
  readonly pricesTo: number;
  readonly isSunk: boolean;
  readonly tiers: readonly TierEvent[] | null; // newest first; null = not judged yet
  readonly offers: readonly PoolOffer[]; // of the same model elsewhere, cheapest first, unpriced last
};
