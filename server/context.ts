import type { Logger } from "pino";
import type { Clock } from "../db/model/clock.ts";
import type { Window } from "../db/model/time.ts";
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
import type { Config, ConfigFault } from "./config/config.ts";
import type { BoardPast, SavedViewsPort } from "./usecases/board/ports.ts";

/** Everything a use-case may touch. Made once, in compose.ts. */
export type Deps = {
  readonly clock: Clock;
  readonly config: ConfigHolder;
  readonly board: BoardReads;
  readonly past: BoardPast;
  readonly views: SavedViewsPort;
  readonly live: LiveFleetPort;
  readonly sources: SourcesPort;
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
