import type { Selector } from "./price.ts";

/** The life of a card, in order; `rma` may return to `delivered`. Append-only: a wrong entry is followed by a right one. */
export const LIFE_STAGES = ["ordered", "delivered", "accepted", "in_use", "fault", "rma", "returned"] as const;
export type LifeStage = (typeof LIFE_STAGES)[number];

/** What a contract says we have: `count` cards for the time [from, to), on a node or in whatever the selector matches. */
export type Capacity = {
  readonly id: number;
  readonly selector: Selector;
  readonly node: string; // "" = anywhere in the selector
  readonly count: number;
  readonly from: number; // unix ms
  readonly to: number | null; // null = open end
  readonly contract: string; // vendor contract number, "" = none
  readonly knownFrom: number;
  readonly knownTo: number | null;
  readonly who: string;
  readonly why: string;
};

/** One step in the life of a card, known by its UUID, or by its serial number before it was ever seen. */
export type LifeStep = {
  readonly at: number; // unix ms it happened
  readonly card: string; // UUID or serial number
  readonly stage: LifeStage;
  readonly contract: string;
  readonly who: string;
  readonly why: string;
  readonly recordedAt: number; // unix ms it was written down
};

/**
 * Cards of a pool against what was declared. delivered ≥ healthy ≥ held ≥ busy.
 * delivered: the stable number of cards seen or declared, whichever is asked; healthy: live and not in fault.
 */
export type PoolCounts = {
  readonly declared: number | null; // null = nothing declared for it
  readonly delivered: number;
  readonly healthy: number;
  readonly held: number;
  readonly busy: number;
  readonly ghost: number; // live but not declared, 0 when nothing is declared
  readonly missing: number; // declared but not live
};

export const CARD_PRESENCES = ["present", "silent", "gone"] as const;
/**
 * Whether a card we own is there. `present`: its reading speaks. `silent`: nobody can say (its exporter or its node does not
 * answer), which is no evidence of a loss. `gone`: its exporter answers without it, or its node left the cluster.
 */
export type CardPresence = (typeof CARD_PRESENCES)[number];

/** A stretch of a card's life in one place; `to` null = still there. */
export type PlaceStay = {
  readonly poolId: number;
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly model: string;
  readonly billing: string;
  readonly node: string;
  readonly position: string;
  readonly from: number; // unix ms
  readonly to: number | null;
  /** The card that stood in the same position right before, and the one right after; null = none known. */
  readonly predecessor: string | null;
  readonly successor: string | null;
};

/** What the store needs to declare a number of cards; the rest of Capacity is added when it is written. */
export type CapacityLine = Pick<Capacity, "selector" | "node" | "count" | "from" | "to" | "contract">;

/** `inventory.view`: what was declared beside what is seen. */
export type InventoryView = {
  readonly asOf: number;
  readonly knownAt: number;
  readonly zone: string;
  readonly totals: PoolCounts;
  readonly pools: readonly InventoryPool[];
  readonly nodes: readonly InventoryNode[]; // only nodes that need a look, worst first; all with `everyNode`
  readonly nodesTotal: number;
  readonly unseen: readonly Capacity[]; // declared, and no card of it was ever seen
  readonly returned: readonly ReturnedSeen[];
  readonly kube: readonly KubeSourceView[];
};

export type InventoryPool = {
  readonly id: number;
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly model: string;
  readonly billing: string;
  readonly counts: PoolCounts;
  readonly silent: number; // owned cards nobody can say anything of
  readonly contracts: readonly string[];
};

export type InventoryNode = {
  readonly cluster: string;
  readonly node: string;
  readonly poolId: number;
  readonly model: string;
  readonly declared: number | null;
  readonly present: number;
  readonly silent: number;
  readonly gone: readonly string[]; // UUIDs of cards we own that are not there
  readonly missing: number; // of the declared ones; may be more than `gone`: some were never seen
  readonly ghost: readonly string[]; // UUIDs of the newest cards beyond the declared number
  readonly isReady: boolean | null; // as Kubernetes says; null = not said
  readonly isUnschedulable: boolean | null;
  readonly kubeCapacity: number | null; // cards by the device plugin; may not fall on a drop
  readonly kubeRequested: number | null; // cards requested by running pods
  readonly hint: MissingHint | null;
};

/** Why cards are missing from a node, as far as the evidence goes (facts/health-rules.md 6). */
export const MISSING_HINTS = [
  "card_drop",
  "driver_or_all_lost",
  "exporter_down",
  "node_down",
  "node_removed",
  "never_seen",
] as const;
export type MissingHint = (typeof MISSING_HINTS)[number];

/** A card that was given back and still says something. */
export type ReturnedSeen = {
  readonly uuid: string;
  readonly node: string;
  readonly returnedAt: number;
  readonly seenAt: number; // newest
};

/** What kube-state-metrics told, by source. */
export type KubeSourceView = {
  readonly source: string;
  readonly at: number | null; // of the newest whole answer
  readonly nodes: number;
  readonly pods: number;
  readonly error: string; // "" when the last attempt succeeded
};

/** What happens to one line of an import: keys are compared with what is declared now. */
export const CAPACITY_CHANGES = ["added", "changed", "ended", "same"] as const;
export type CapacityChange = {
  readonly kind: (typeof CAPACITY_CHANGES)[number];
  readonly row: number | null; // of the file; null for what ends because the file does not name it
  readonly before: CapacityLine | null;
  readonly after: CapacityLine | null;
  readonly pools: number; // pools that exist now and that it speaks of
};
/** What may be wrong with a row of a declaration; each has a sentence in zh and en in the web catalogue. */
export const CAPACITY_ERRORS = [
  "file", // no table at all: `expected` says what was
  "header", // no column `count`, or none that says which cards
  "unknown_column",
  "quote",
  "columns", // more cells than columns
  "blank",
  "number",
  "date",
  "billing",
  "order", // ends before it begins
  "nothing_said", // a row that speaks of every card there is
  "overlap", // the file says it twice: `expected` is the other row
] as const;
export type CapacityRowError = {
  readonly row: number; // of the file, 1 = first line
  readonly column: string; // "" = the whole row
  readonly value: string; // as it stands there, cut
  readonly key: (typeof CAPACITY_ERRORS)[number];
  readonly expected: string;
};
export type CapacityPreview = {
  readonly rows: number;
  readonly errors: readonly CapacityRowError[];
  readonly changes: readonly CapacityChange[];
  readonly fingerprint: string; // of what is declared now: applying checks that nobody changed it meanwhile
};
