import type { ExpositionMode } from "./content-type.ts";
import { seriesOf } from "./known-series.ts";
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

/** Read at a stretch: 5 ms of the most laborious text (forty labels to a series, all new), a fraction of that commonly. */
const PIECE_BYTES = 64 * 1_024;
/** New series described at a stretch: some milliseconds, too. */
const PIECE_SERIES = 512;

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
  private table: SeriesTable | null = null; // where `layout` does not have all of it
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
    const bytes = asBuffer(body);
    const known = this.recognise(bytes, mode);
    if (known !== null) return known;
    const scan = this.scan(bytes, mode);
    scan.advance(Infinity);
    return this.adopt(scan);
  }

  /**
   * The same for a body of any size, without holding up the process: between pieces of a large one it awaits `giveWay`.
   * Until it has resolved, the body must stay as it is and the reader must not be asked again.
   */
  async readGivingWay(body: Uint8Array, mode: ExpositionMode, giveWay: () => Promise<void>): Promise<Readings> {
    const bytes = asBuffer(body);
    const known = this.recognise(bytes, mode);
    if (known !== null) return known;
    const scan = this.scan(bytes, mode);
    while (!scan.advance(PIECE_BYTES)) await giveWay();
    while (!scan.describe(this.describe, PIECE_SERIES)) await giveWay();
    return this.adopt(scan);
  }

  private recognise(body: Buffer, mode: ExpositionMode): Readings | null {
    const { layout } = this;
    if (layout === null || layout.mode !== mode || !replay(body, layout, this.values, this.stamps)) return null;
    return this.readings(layout, false);
  }

  private scan(body: Buffer, mode: ExpositionMode): BodyScan {
    if (this.table !== null && !idsLeft(this.table)) this.forget();
    return new BodyScan(body, mode, this.limits, this.known(), this.wants);
  }

  private known(): SeriesTable {
    const { table, layout, limits } = this;
    if (table !== null) return table;
    return layout?.text ? seriesOf(layout, layout.text, limits) : emptyTable();
  }

  private adopt(scan: BodyScan): Readings {
    const { layout, table, values, stamps, changed } = scan.finish(this.describe);
    this.layout = layout;
    this.table = table;
    this.values = values;
    this.stamps = stamps;
    return this.readings(layout, changed);
  }

  /** Drops every series: the next body is read as the first one was, and each series is described again. */
  forget(): void {
    this.layout = null;
    this.table = null;
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

const asBuffer = (body: Uint8Array): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
