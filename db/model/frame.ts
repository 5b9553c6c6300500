import type { GapCause } from "./coverage.ts";
import type { Place } from "./fleet.ts";
import type { UnixMs } from "./units.ts";

/** Who holds a card, or a share of it. A pod in Kubernetes; a process owner elsewhere. */
export type Holder = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly podUid: string; // "" when not said
  readonly share: number; // of the card, 0..1: 1 alone, slices/all under MIG, 1/n when n pods share it
};

/** One card as an exporter names it. Identity is `uuid`, never the index or the host name. */
export type CardSighting = {
  readonly uuid: string;
  readonly modelName: string; // as said: "NVIDIA A100-SXM4-80GB"
  readonly node: string; // "" when nothing names it
  readonly position: string; // PCI bus id, else the index as "index:3"; "" when not said
  readonly driver: string; // driver version, "" when not said
  readonly migProfiles: readonly string[]; // ["1g.10gb", …] by instance, empty without MIG
  /** null = this exporter does not map pods, which is not the same as nobody ([]). */
  readonly holders: readonly Holder[] | null;
};

/**
 * Everything one target said about its cards at one instant.
 *
 * `values` is row-major: card `i`, field `f` at `i * FIELD_COUNT + f` (card-fields.ts); NaN = not said, which is not zero.
 * `cards` is the same array object from frame to frame while no identity and no holder changed, so a consumer may cache by it.
 */
export type CardFrame = {
  readonly kind: "frame";
  readonly origin: string; // the target: readings of one origin replace each other
  readonly at: UnixMs; // when we read it (scrape) or when Prometheus did
  readonly reachMs: number; // how long it speaks if nothing newer comes: 2 × the interval
  readonly place: Place;
  readonly cards: readonly CardSighting[];
  readonly values: Float64Array;
  readonly xidCounts: readonly XidCount[]; // windowed counts, where the exporter has them
  /** Row-major by HEALTH_FIELDS (health.ts): heard by the rules and kept nowhere. Absent = nothing of it was said. */
  readonly health?: Float64Array;
};

/** DCGM_EXP_XID_ERRORS_COUNT: how often `code` was seen in the window that ends at the frame. */
export type XidCount = {
  readonly row: number;
  readonly code: number;
  readonly count: number;
  readonly windowMs: number;
};

/** A target fell silent at `at`: whatever it said before stops speaking there, for this cause. */
export type Silence = {
  readonly kind: "silence";
  readonly origin: string;
  readonly at: UnixMs;
  readonly cause: GapCause;
};

export type Report = CardFrame | Silence;
