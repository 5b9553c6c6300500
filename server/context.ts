import type { Logger } from "pino";
import type { TimeMoney } from "../db/model/board-views.ts";
import type { CardField } from "../db/model/card-fields.ts";
import type { Clock } from "../db/model/clock.ts";
import type { Micro } from "../db/model/money.ts";
import type { FxRate, Price, PriceChange, PricePiece, PriceRevision } from "../db/model/price.ts";
import type { PriceEffect } from "../db/model/pricing-views.ts";
import type { Benchmark, TierEvent, TierLadder, TierOverride, TierVerdict } from "../db/model/tier.ts";
import type { BenchmarksChange, LadderPage, LadderPreview } from "../db/model/tier-views.ts";
import type { Window } from "../db/model/time.ts";
import type { UnixMs } from "../db/model/units.ts";
import type {
  CardEventView,
  CardPoint,
  CardRow,
  FleetDelta,
  FleetHour,
  PoolView,
  SourceView,
  StateCounts,
  TargetView,
  Utilisation,
} from "../db/model/views.ts";
import type { Arrival } from "../db/store/arrivals.ts";
import type { Config, ConfigFault } from "./config/config.ts";
import type { KernelIntake } from "./ingest/kernel-intake.ts";
import type { AccessPort } from "./usecases/access/access-port.ts";
import type { ApprovalsPort } from "./usecases/approvals/approvals-port.ts";
import type { AuditPort } from "./usecases/audit/audit-port.ts";
import type { AlertsPort } from "./usecases/alerts/alerts-port.ts";
import type { InventoryPort } from "./usecases/inventory/inventory-port.ts";
import type { BoardPast, SavedViewsPort } from "./usecases/board/ports.ts";
import type { CostsPort } from "./usecases/costs/costs-port.ts";
import type { LedgerPort } from "./usecases/ledger/ledger-port.ts";
import type { PatrolPort } from "./usecases/patrol/patrol-port.ts";
import type { FeaturesPort } from "./usecases/mapping/features-port.ts";
import type { UsagePort } from "./usecases/usage/usage-port.ts";
import type { ImportsPort } from "./usecases/pricing/imports-port.ts";
import type { ReportsPort } from "./usecases/patrol/reports-port.ts";
import type { ReviewPort } from "./usecases/review/review-port.ts";

/** Everything a use-case may touch. Made once, in compose.ts. */
export type Deps = {
  readonly clock: Clock;
  readonly config: ConfigHolder;
  readonly access: AccessPort;
  readonly audit: AuditPort;
  readonly approvals: ApprovalsPort;
  readonly board: BoardReads;
  readonly past: BoardPast;
  readonly views: SavedViewsPort;
  readonly live: LiveFleetPort;
  readonly sources: SourcesPort;
  readonly pricing: PricingPort;
  readonly imports: ImportsPort;
  readonly aliases: AliasesPort;
  readonly features: FeaturesPort;
  readonly ledger: LedgerPort;
  readonly costs: CostsPort;
  readonly usage: UsagePort;
  readonly review: ReviewPort;
  readonly alerts: AlertsPort;
  readonly reports: ReportsPort;
  readonly patrol: PatrolPort;
  /** Lines of kernels' logs; committed when it resolves. */
  readonly kernelLog: Pick<KernelIntake, "take">;
  readonly inventory: InventoryPort;
  /** Cards that came and went in a window. */
  readonly arrivals: (window: Window) => Promise<readonly Arrival[]>;
  readonly tiers: TiersPort;
  /** Why nothing can be stored just now; null while it can. */
  readonly writeTrouble: () => WriteTrouble | null;
  readonly log: Logger;
  readonly demo: boolean;
  readonly startedAt: number; // unix ms; part of live cursors, so that a cursor of an earlier process is told apart
};

/** What is wrong with a database that answers and takes nothing. */
export type WriteTrouble = "disk full" | "read only" | "cannot be written";

/** The configuration in force, and what was wrong with the last one refused. */
export type ConfigHolder = {
  current(): Config;
  /** Faults of the last refused reload; [] when the file in force is the newest. */
  faults(): readonly ConfigFault[];
  /** Calls back after each reload that was accepted. Returns the way to stop it. */
  onChange(callback: (config: Config) => void): () => void;
};

/** A pool without the figures that come from the database. */
export type LivePool = Omit<PoolView, "last24h">;

/** What no table knows: who the card says it is. */
export type CardIdentity = {
  readonly modelName: string;
  readonly driver: string;
  readonly migProfiles: readonly string[];
  readonly firstSeen: number; // unix ms
  readonly origins: readonly string[];
};

/** The newest known about every card. Rows carry `util24h` and `coverage24h` as null: use-cases fill them. */
export type LiveFleetPort = {
  /** Unix ms of the newest knowledge behind the figures. */
  asOf(): number;
  counts(): StateCounts;
  rows(): readonly CardRow[];
  row(uuid: string): CardRow | null;
  pools(): readonly LivePool[];
  identity(uuid: string): CardIdentity | null;
  /** Everything the last reading said of a card; {} when it ran out. */
  readings(uuid: string): Readonly<Partial<Record<CardField, number>>>;
  /** Grows with every change. */
  version(): number;
  /** What changed after `version`. `reload` when the changes are no longer remembered or pools or cards came or went. */
  changesSince(version: number): LiveChanges;
  /** Calls back when the version grew, at most a few times a second. Returns the way to stop it. */
  onChange(callback: () => void): () => void;
};

export type LiveChanges = Pick<FleetDelta, "rows" | "reload"> & { readonly version: number };

/** The health of what we collect from. */
export type SourcesPort = {
  list(): readonly SourceView[];
  targets(): readonly TargetView[];
};

/** What the tables answer. Made by `createBoardReads` over the store; the two of 24 hours are remembered for a moment. */
export type BoardReads = {
  /** By pool id. A pool without committed time is absent. */
  poolUtilisation(window: Window): Promise<ReadonlyMap<number, Utilisation>>;
  /** By card id. A card without committed time is absent. */
  cardUtilisation(window: Window): Promise<ReadonlyMap<number, Utilisation>>;
  /** One row an hour, ascending; hours without data are absent. `poolIds` null = the whole fleet. */
  fleetHours(window: Window, poolIds: readonly number[] | null): Promise<readonly FleetHour[]>;
  /** One point a slot, ascending; slots without a row are absent. `memoryTotalBytes` null = memory ratios are null. */
  cardPoints(cardId: number, window: Window, memoryTotalBytes: number | null): Promise<readonly CardPoint[]>;
  /** Newest first. */
  cardEvents(cardId: number, window: Window, limit: number): Promise<readonly CardEventView[]>;
  /** Resolves when the database answers, rejects when it does not. */
  ping(): Promise<void>;
};

/** The price that applies to a pool. */
export type PoolPrice = {
  readonly price: Price;
  readonly hourlyMicro: Micro | null; // per card-hour in the config's currency; null = no rate for the price's currency
  readonly isSunk: boolean; // inside a term: spent whatever happens
};

/** Who changes the book, and why. `source`: "console", "cli", or the name of the imported file. */
export type ChangeNote = { readonly who: string; readonly why: string; readonly source: string };

export type RateWish = {
  readonly base: string;
  readonly quote: string;
  readonly day: UnixMs;
  readonly rateNano: bigint | null; // null takes back what was said for that day
};

/**
 * The price book. `knownAt`: as it was believed then; null = as it is believed now. Money is in the config's currency.
 */
export type PricingPort = {
  prices(knownAt: UnixMs | null): Promise<readonly Price[]>;
  rates(knownAt: UnixMs | null): Promise<readonly FxRate[]>;
  /** By pool id; an unpriced pool is absent. */
  hourlyByPool(at: UnixMs, knownAt: UnixMs | null): Promise<ReadonlyMap<number, PoolPrice>>;
  /** By pool id, over the whole UTC hours that begin in the window; pools without committed time are absent. */
  poolMoney(window: Window, knownAt: UnixMs | null): Promise<ReadonlyMap<number, TimeMoney>>;
  /** By pool id: which price applied when. Pieces tile the window; null price = unpriced. */
  piecesByPool(window: Window, knownAt: UnixMs | null): Promise<ReadonlyMap<number, readonly PricePiece[]>>;
  /** Card time nobody has a price for, or a price without a rate, by pool and time; stretches without card time are left out. */
  unpriced(window: Window, knownAt: UnixMs | null): Promise<readonly UnpricedTime[]>;
  /** Acts of changing prices and rates, newest first. */
  revisions(limit: number): Promise<readonly PriceRevision[]>;
  /** What these changes would do to the money, without making them. */
  effectOf(changes: readonly PriceChange[]): Promise<PriceEffect>;
  /** What a revision of prices did to the money of the time before it; null when there is no such revision. */
  effectOfRevision(id: number): Promise<PriceEffect | null>;
  /** Makes the changes: all of them in one revision, or none. null = they were all true already, nothing was written. */
  change(
    changes: readonly PriceChange[],
    note: ChangeNote,
    onProgress?: (done: number, of: number) => void,
  ): Promise<PricesChange | null>;
  setRates(rates: readonly RateWish[], note: ChangeNote): Promise<PriceRevision | null>;
  /** Calls back after each change of prices or rates that this process knows of. Returns the way to stop it. */
  onChange(callback: () => void): () => void;
};

/** Names of cards that people have tied to a known model, by the name. */
export type AliasesPort = {
  readonly current: () => ReadonlyMap<string, string>;
  /** Those said by an instant; null = all. */
  at(knownAt: UnixMs | null): Promise<ReadonlyMap<string, string>>;
  /** model null unties the name. */
  set(name: string, model: string | null, note: ChangeNote): Promise<void>;
  /** Calls back after each change. Returns the way to stop it. */
  onChange(callback: () => void): () => void;
};

export type UnpricedTime = Window & {
  readonly poolId: number;
  readonly cardMs: number; // owned card time in it
  readonly why: "no_price" | "no_rate";
};

export type PricesChange = {
  readonly revision: PriceRevision;
  readonly ended: number; // rows believed until now
  readonly added: number;
  readonly unchanged: number; // wishes that were true already
};

/** What the ladder says of the pools, and what it rests on. */
export type TiersPort = {
  /** By pool id, of pools that have cards; a pool seen for the first time is absent for a moment. */
  current(): ReadonlyMap<number, TierVerdict>;
  /**
   * The same at a past instant. As known then (knownAt left out), the tiers are the recorded ones, and the figures those
   * of the moment; as known at another instant they are judged anew.
   */
  at(at: UnixMs, knownAt?: UnixMs): Promise<ReadonlyMap<number, TierVerdict>>;
  /** Changes of tier, newest first. `poolId` null = of every pool. */
  events(poolId: number | null, window: Window, limit?: number): Promise<readonly TierEvent[]>;
  /** Judges now; resolves when it is on record. */
  judge(): Promise<void>;
  page(): Promise<LadderPage>;
  preview(ladder: TierLadder): Promise<LadderPreview>;
  saveLadder(ladder: TierLadder, note: ChangeNote): Promise<void>;
  /** In place of what was set for the pool before. null = there is no such pool. */
  setOverride(wish: Omit<TierOverride, "id" | "from">, note: ChangeNote): Promise<number | null>;
  /** false = it was not in force any more. */
  removeOverride(id: number, note: ChangeNote): Promise<boolean>;
  putBenchmarks(rows: readonly Benchmark[], note: ChangeNote): Promise<BenchmarksChange>;
  removeBenchmarks(ids: readonly number[], note: ChangeNote): Promise<number>;
  /** Calls back after each judgement. Returns the way to stop it. */
  onChange(callback: () => void): () => void;
};
