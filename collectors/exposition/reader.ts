import type { ExpositionMode } from "./content-type.ts";
import { emptyTable, idsLeft, type Layout, type SeriesTable } from "./layout.ts";
import { DEFAULT_LIMITS, type ExpositionLimits } from "./limits.ts";
import { replay } from "./replay.ts";
import { BodyScan, type Describe, type Wants } from "./scan.ts";

/**
 * One body as numbers. The arrays belong to the reader and hold until its next `read`.
 * Entry `i` of `refs`, `values` and `timestamps` is the same sample; only series of interest are here, each once.
 */
export type Readings = {
  readonly samples: number; // lines with a value, of interest or not
  readonly duplicates: number; // lines that repeat a series of interest: the first one won
  readonly count: number;
  readonly refs: Int32Array;
  readonly values: Float64Array; // NaN = the exporter said NaN: missing
  readonly timestamps: Float64Array; // ms, NaN none
  readonly changed: boolean; // the set of series of interest is not that of the body before
};

export type ReaderOptions = {
  readonly limits?: Partial<ExpositionLimits>;
  readonly wants?: Wants;
};

/**
 * Reads the bodies of one target, one after the other, in the text format 0.0.4 or OpenMetrics.
 *
 * A body that differs from the one before in its values only is recognised by comparing bytes, and costs little more
 * than that; any other is read by the grammar. Both ways give the same answer. A series keeps its ref for as long as
 * each body names it. A body that cannot be read changes nothing.
 */
export class ExpositionReader {
  private readonly describe: Describe;
  private readonly wants: Wants;
  private readonly limits: ExpositionLimits;
  private layout: Layout | null = null;
  private table: SeriesTable = emptyTable();
  private values: Float64Array = new Float64Array(0);
  private stamps: Float64Array = new Float64Array(0);

  constructor(describe: Describe, options: ReaderOptions = {}) {
    this.describe = describe;
    this.wants = options.wants ?? (() => true);
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
  }

  /**
   * @throws CollectError malformed, truncated, sample_limit, label_limit: with the line, and what stands there
   */
  read(body: Uint8Array, mode: ExpositionMode): Readings {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    const { layout } = this;
    if (layout !== null && layout.mode === mode && replay(bytes, layout, this.values, this.stamps))
      return this.readings(layout, false);
    if (!idsLeft(this.table)) this.forget();
    const scan = new BodyScan(bytes, mode, this.limits, this.table, this.wants).run(this.describe);
    this.layout = scan.layout;
    this.table = scan.table;
    this.values = scan.values;
    this.stamps = scan.stamps;
    return this.readings(scan.layout, scan.changed);
  }

  /** Drops every series: the next body is read as the first one was, and each series is described again. */
  forget(): void {
    this.layout = null;
    this.table = emptyTable();
  }

  private readings(layout: Layout, changed: boolean): Readings {
    return {
      samples: layout.lines,
      duplicates: layout.duplicates,
      count: layout.refs.length,
      refs: layout.refs,
      values: this.values,
      timestamps: this.stamps,
      changed,
    };
  }
}
