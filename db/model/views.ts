/**
 * What the API answers and the pages show. Plain JSON: numbers, strings, null = not known.
 * The web reads these shapes through the router's types; they are named here so that both sides can say them.
 */
import type { CardEventKind } from "./events.ts";
import type { BillingType, CardState } from "./fleet.ts";
import type { CollectFault, GapCause } from "./coverage.ts";

/** How many cards are in each state. A state without a card is 0: the cards are all known, the count is exact. */
export type StateCounts = Readonly<Record<CardState, number>>;

/** Sums that give a mean and say how much of the owned time stands behind it. null mean = nothing was said. */
export type Utilisation = {
  readonly meanRatio: number | null; // time-weighted over what was said
  readonly saidMs: number;
  readonly observedMs: number;
  readonly ownedMs: number; // coverage = observedMs / ownedMs; ownedMs 0 = no card was owned
};

export type PoolView = {
  readonly id: number;
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly model: string; // card model id, e.g. "A100-80G-SXM"
  readonly billing: BillingType;
  readonly counts: StateCounts;
  readonly last24h: Utilisation;
};

/** `fleet.summary`: the board's head. */
export type FleetSummary = {
  readonly asOf: number; // unix ms of the newest committed knowledge behind the figures
  readonly zone: string; // IANA zone all times are shown in
  readonly counts: StateCounts;
  readonly last24h: Utilisation;
  readonly last24hFrom: number; // the 24 h window, hour-aligned
  readonly last24hTo: number;
  readonly pools: readonly PoolView[];
  readonly sources: { readonly total: number; readonly down: number }; // targets
  readonly demo: boolean;
};

/** One row of the card table. Live readings are null when not said or no longer speaking. */
export type CardRow = {
  readonly id: number;
  readonly uuid: string;
  readonly poolId: number;
  readonly node: string;
  readonly position: string;
  readonly state: CardState;
  readonly why: string; // key of the reason of the state: web translates it (see STATE_REASONS)
  readonly since: number | null; // unix ms the state began, as far as known
  readonly holder: string; // "namespace/pod", several joined by ", "; "" nobody or not said
  readonly utilRatio: number | null;
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number | null;
  readonly powerWatts: number | null;
  readonly temperatureCelsius: number | null;
  readonly util24h: number | null; // mean ratio over the last 24 h
  readonly coverage24h: number | null; // observed / owned, null when not owned
  readonly lastReadAt: number | null; // unix ms
};

/** Reasons of a live state, in the words the rule uses; each has a sentence in zh and en in the web catalogue. */
export const STATE_REASONS = [
  "active", // activity above the threshold
  "paused", // quiet for less than its kind of work may pause: still busy
  "held_quiet", // somebody holds it, no activity
  "not_held", // nobody holds it, no activity
  "memory_without_holder", // no holder named, memory in use, no activity: counted as held
  "starting", // held for less than the start allowance, not yet active
  "reported_fault", // the card itself says it is bad: health, remap failure, fatal XID
  "no_reading", // the last reading ran out
  "source_down", // its exporter cannot be read
  "card_gone", // its exporter answers without it
  "never_read",
] as const;
export type StateReason = (typeof STATE_REASONS)[number];

/** `fleet.live` (SSE): what changed since the last message. Rows replace rows of the same id; a reset asks for a reload. */
export type FleetDelta = {
  readonly asOf: number;
  readonly counts: StateCounts;
  readonly rows: readonly CardRow[];
  readonly reload: boolean; // pools or cards came or went: fetch fleet.summary and fleet.cards again
};

/** One five-minute point of a card. Every reading is null where nothing was said: charts must leave a hole. */
export type CardPoint = {
  readonly at: number; // start of the slot, unix ms
  readonly observedMs: number;
  readonly gap: GapCause; // "none" when the slot is whole
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly freeMs: number;
  readonly startingMs: number;
  readonly faultMs: number;
  readonly unknownMs: number;
  readonly utilRatio: number | null;
  readonly tensorRatio: number | null;
  readonly memoryRatio: number | null; // of the card's memory; null when the size is not known
  readonly memoryBytes: number | null;
  readonly powerWatts: number | null;
  readonly temperatureCelsius: number | null;
  readonly holder: string;
};

export type CardEventView = {
  readonly at: number;
  readonly kind: CardEventKind;
  readonly code: number;
  readonly count: number;
  readonly detail: string;
};

/** `card.detail`: who the card is, what it does now, and the last day of its life. */
export type CardDetail = {
  readonly asOf: number;
  readonly row: CardRow;
  readonly pool: PoolView;
  readonly modelName: string; // as the exporter says it
  readonly driver: string;
  readonly migProfiles: readonly string[];
  readonly firstSeen: number;
  readonly from: number; // the window of points, [from, to)
  readonly to: number;
  readonly points: readonly CardPoint[]; // one per slot, ascending; slots before ownership are absent
  readonly events: readonly CardEventView[]; // newest first
  readonly origins: readonly string[]; // targets that speak for it
};

/** `fleet.history`: one point an hour, ascending. */
export type FleetHour = {
  readonly at: number; // start of the hour
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly freeMs: number;
  readonly startingMs: number;
  readonly faultMs: number;
  readonly unknownMs: number;
  readonly meanRatio: number | null;
};

export type SourceKind = "static" | "file_sd" | "http_sd" | "prometheus";

/** One configured source on the sources page. */
export type SourceView = {
  readonly name: string;
  readonly kind: SourceKind;
  readonly address: string; // URL without credentials, or the file
  readonly targetsUp: number;
  readonly targetsTotal: number;
  readonly cards: number;
  readonly lastSuccessAt: number | null;
  readonly samplesPerSecond: number | null;
  readonly clockSkewMs: number | null; // the target furthest off
  readonly lastFault: CollectFault | null;
  readonly lastError: string; // in words, at most 512 characters; "" when none
  readonly lastErrorAt: number | null;
  readonly backlogSlots: number | null; // Prometheus: slots still to be read; null otherwise
};

/** One scrape target of a source. */
export type TargetView = {
  readonly source: string;
  readonly origin: string;
  readonly address: string;
  readonly up: boolean | null; // null = not tried yet
  readonly lastAttemptAt: number | null;
  readonly lastSuccessAt: number | null;
  readonly durationMs: number | null;
  readonly samples: number | null;
  readonly bytes: number | null; // uncompressed
  readonly cards: number;
  readonly duplicateSeries: number;
  readonly refusedValues: number; // out of range, infinite
  readonly clockSkewMs: number | null;
  readonly fault: CollectFault | null;
  readonly error: string;
  readonly errorAt: number | null;
};
