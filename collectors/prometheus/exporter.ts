import type { CardSighting, XidCount } from "../../db/model/frame.ts";

/** A series as Prometheus stores it: what the exporter said, plus what service discovery and relabelling added. */
export type StoredSeries = { readonly name: string; readonly labels: ReadonlyMap<string, string> };

/** Turns the values of a fixed list of series into the columns of a frame. */
export type FrameMaker = {
  /** The same array for the life of the maker. Empty when none of the series is of a card. */
  readonly cards: readonly CardSighting[];
  /**
   * @param values one for each series of the list, in its order; NaN = not said
   * @param into where the columns go, `cards.length * FIELD_COUNT` numbers; they are overwritten and answered
   */
  fill(
    values: Float64Array,
    into: Float64Array,
  ): {
    readonly values: Float64Array;
    readonly xidCounts: readonly XidCount[];
    readonly health: Float64Array | null; // null = nothing of it was said
  };
};

/** What the pull must know about exporters; everything else about their metrics stays in their own files. */
export type CardExporters = {
  /** Names of the metrics worth asking for, old and new spellings. */
  readonly metrics: readonly string[];
  /** The part of them that a live view cannot do without. */
  readonly liveMetrics: readonly string[];
  /** What only the rules of health read, of the newest state alone. Most places have few of them. */
  readonly healthMetrics: readonly string[];
  /** How to read these series of one target together. `node` is who the place rules say the host is, "" when they do not. */
  frameMaker(series: readonly StoredSeries[], node: string): FrameMaker;
};
