import { isUtf8 } from "node:buffer";
import type { CollectError } from "../collector.ts";
import { latin1, utf8 } from "./bytes.ts";
import type { ExpositionMode } from "./content-type.ts";
import { bodyFault, notUtf8 } from "./fault.ts";
import { canonicalSet } from "./known-series.ts";
import { LabelScan, nameEnd, skipBlanks, unescape } from "./labels.ts";
import { emptyTable, type Layout, seriesKey, type SeriesTable, UNSAID } from "./layout.ts";
import type { ExpositionLimits } from "./limits.ts";
import { type Family, Metadata } from "./metadata.ts";
import { type NumberCell, readInt64, readNumber } from "./number.ts";
import { TextPool } from "./text-pool.ts";

const NEWLINE = 10;
const HASH = 35;
const BRACE = 123;

/** Says what a series is to the caller: a ref of its own (≥ 0), or -1 for no interest. Must not throw. */
export type Describe = (metric: string, labels: ReadonlyMap<string, string>) => number;
/** Says whether any series of a metric can be of interest: a cheap no spares reading the labels of the rest. */
export type Wants = (metric: string) => boolean;

export type ScanResult = {
  readonly layout: Layout;
  readonly table: SeriesTable | null; // null = `layout` has all of it (known-series.ts)
  readonly values: Float64Array;
  readonly stamps: Float64Array;
  readonly changed: boolean;
};

/** A series met for the first time: described only when the whole body has proved readable. */
type Newcomer = {
  readonly line: number;
  readonly key: number;
  readonly metric: string;
  readonly labels: ReadonlyMap<string, string>;
};

/** The label text of the line at one ordinal of the metric before, `[start, end)`, and what it proved to be. */
type Column = { readonly start: number; readonly end: number; setId: number; readonly place: number };

const UNREAD = -1;
const NOTHING: Column = { start: 0, end: 0, setId: UNREAD, place: 0 };
const NO_INTEREST = -1; // its describer said so
const DUPLICATE = -2;
const PENDING = -3;
const UNWANTED = -4; // nobody wants its metric: never described

/**
 * Reads one body in full, by the grammar, and lays it out for recognition. All or nothing: on any fault it throws and
 * nothing of `known` has changed. Labels of a series that `known` holds are checked but not built again.
 */
export class BodyScan {
  private readonly body: Buffer;
  private readonly mode: ExpositionMode;
  private readonly limits: ExpositionLimits;
  private readonly known: SeriesTable;
  private readonly wants: Wants;
  private readonly table: SeriesTable;
  private readonly metadata: Metadata;
  private readonly labels: LabelScan;
  private readonly cell: NumberCell = { value: 0 };
  private readonly pool: TextPool;
  private readonly labelsOfSet = new Map<number, ReadonlyMap<string, string>>();
  private readonly newcomers: Newcomer[] = [];
  private readonly places: number[] = [];
  private readonly refAt: number[] = [];
  private readonly valueAt: number[] = [];
  private readonly stampAt: number[] = [];
  private duplicates = 0;
  private described = 0; // of the newcomers
  private arrived = 0; // of these, of interest
  private at = 0; // all before it is read
  private tail = 0; // the end of the last sample read
  private ended = false; // at # EOF
  private hasQuotedNames = false; // some metric is named among its labels
  // Within a metric the lines usually name the same label sets in the same order as in the metric before.
  private readonly columns: Column[] = [];
  private column = 0;
  private metric = "";

  constructor(body: Buffer, mode: ExpositionMode, limits: ExpositionLimits, known: SeriesTable, wants: Wants) {
    this.body = body;
    this.mode = mode;
    this.limits = limits;
    this.known = known;
    this.wants = wants;
    this.table = emptyTable();
    this.table.nextName = known.nextName;
    this.table.nextSet = known.nextSet;
    this.metadata = new Metadata(mode === "openmetrics", limits);
    this.labels = new LabelScan(limits);
    this.pool = new TextPool(body, limits.cacheBytes);
  }

  /** Describes up to `most` more of the new series, once all of the body is read. false = there are more of them. */
  describe(describe: Describe, most: number): boolean {
    const end = Math.min(this.described + most, this.newcomers.length);
    for (; this.described < end; this.described++) {
      const { line, key, metric, labels } = this.newcomers[this.described]!;
      const ref = describe(metric, labels);
      if (ref >= 0) this.arrived++;
      this.table.refs.set(key, ref);
      this.refAt[line] = ref;
    }
    return this.described === this.newcomers.length;
  }

  /** What the body said. Describes the series that are new and not described yet. */
  finish(describe: Describe): ScanResult {
    this.describe(describe, Infinity);
    return this.result(this.arrived);
  }

  private result(arrived: number): ScanResult {
    const lines = this.refAt.length;
    const slots = new Int32Array(lines);
    let count = 0;
    for (let i = 0; i < lines; i++) {
      const ref = this.refAt[i]!;
      slots[i] = ref >= 0 ? count++ : ref === NO_INTEREST ? UNSAID : -1;
    }
    const refs = new Int32Array(count);
    const values = new Float64Array(count);
    const stamps = new Float64Array(count);
    for (let i = 0; i < lines; i++) {
      const slot = slots[i]!;
      if (slot < 0) continue;
      refs[slot] = this.refAt[i]!;
      values[slot] = this.valueAt[i]!;
      stamps[slot] = this.stampAt[i]!;
    }
    const tailStart = this.pool.put(this.tail, this.body.length);
    const layout: Layout = {
      mode: this.mode,
      text: this.body.includes(0) ? null : this.pool.close(), // replay.ts relies on text without NUL
      places: Int32Array.from(this.places),
      slots,
      tailStart,
      tailLength: this.body.length - this.tail,
      lines,
      refs,
      duplicates: this.duplicates,
    };
    return {
      layout,
      table: layout.text === null || this.hasQuotedNames ? this.table : null,
      values,
      stamps,
      changed: arrived > 0 || wanted(this.table) !== wanted(this.known),
    };
  }

  /**
   * Reads on for about `bytes` more. false = there is more to read. Between two calls the body must not change.
   * @throws CollectError malformed, truncated, sample_limit, label_limit
   */
  advance(bytes: number): boolean {
    const { body } = this;
    if (this.at === 0 && !isUtf8(body)) throw notUtf8(body);
    const pause = this.at + bytes;
    while (this.at < body.length && this.at < pause && !this.ended) this.line();
    if (this.at < body.length && !this.ended) return false;
    if (this.mode === "openmetrics" && !this.ended) throw this.broken(body.length, "no # EOF line");
    return true;
  }

  private line(): void {
    const { body } = this;
    const start = skipBlanks(body, this.at);
    const byte = body[start];
    if (byte === NEWLINE) this.at = start + 1;
    else if (byte === undefined) throw this.broken(start, "the last line does not end");
    else if (byte === HASH) this.comment(start);
    else {
      this.tail = this.sample(this.tail, start);
      this.at = this.tail + 1;
    }
  }

  private comment(start: number): void {
    const { body } = this;
    const newline = body.indexOf(NEWLINE, start);
    const lineEnd = newline < 0 ? body.length : newline;
    if (this.mode === "openmetrics" && lineEnd - start === 5 && latin1(body, start, lineEnd) === "# EOF") {
      if (lineEnd + 1 < body.length) throw this.broken(lineEnd + 1, "text after # EOF");
      this.ended = true;
    } else if (newline < 0) throw this.broken(body.length, "the last line does not end");
    else this.metadata.comment(body, start, newline);
    this.at = lineEnd + 1;
  }

  /** Reads the sample line whose first byte that is not blank is at `start`; answers the place of its newline. */
  private sample(headStart: number, start: number): number {
    const { body } = this;
    if (this.refAt.length >= this.limits.samples)
      throw bodyFault("sample_limit", body, start, `more than ${this.limits.samples} samples`);
    const end = nameEnd(body, start, true);
    if (end === start && body[start] !== BRACE)
      throw this.broken(
        start,
        body[start] === 60 ? "expected a metric name (is this an HTML page?)" : "expected a metric name",
      );
    if (end - start > this.limits.nameBytes)
      throw bodyFault(
        "label_limit",
        body,
        start,
        `name of ${end - start} bytes, the limit is ${this.limits.nameBytes}`,
      );
    const plain = end > start ? this.enter(latin1(body, start, end)) : null;
    const again = plain === null || plain.bound !== "" ? null : this.sameAsColumn(end);
    const valueStart = again === null ? skipBlanks(body, this.readLabels(end)) : end + again.end - again.start;
    if (plain !== null && again === null && this.labels.metricStart >= 0)
      throw this.broken(start, "a second metric name");
    const family = plain ?? this.enter(this.quotedName(start));
    if (plain === null) this.hasQuotedNames = true;
    const valueEnd = this.tokenEnd(valueStart);
    if (!readNumber(body, valueStart, valueEnd, this.cell))
      throw this.brokenToken(valueStart, valueEnd, "expected a value");
    if (family.bound !== "") this.checkBound(family.bound);
    this.valueAt.push(this.cell.value);
    const lineEnd = this.afterValue(valueEnd);
    this.stampAt.push(this.cell.value);
    const column = again ?? { start: end, end: valueStart, setId: UNREAD, place: this.pool.put(end, valueStart) };
    if (family.nameId >= 0 && column.setId === UNREAD) column.setId = this.setId(end, valueStart);
    this.columns[this.column++] = plain === null ? NOTHING : column;
    this.refAt.push(family.nameId < 0 ? UNWANTED : this.resolve(this.refAt.length, family.nameId, column.setId, end));
    this.places.push(this.pool.put(headStart, end), end - headStart, column.place, valueStart - end);
    return lineEnd;
  }

  private readLabels(nameStop: number): number {
    const at = skipBlanks(this.body, nameStop);
    if (this.body[at] === BRACE) return this.labels.read(this.body, at);
    if (at === nameStop) throw this.broken(at, "expected a blank or { after the metric name");
    this.labels.clear();
    return at;
  }

  /** The column whose label text stands, byte for byte, from `from` on, and ends before the value. */
  private sameAsColumn(from: number): Column | null {
    const { body } = this;
    const column = this.columns[this.column];
    if (column === undefined || column === NOTHING) return null;
    const end = from + column.end - column.start;
    const next = body[end];
    if (next === undefined || next === 32 || next === 9 || next === BRACE) return null;
    return body.compare(body, column.start, column.end, from, end) === 0 ? column : null;
  }

  /** The family of the metric on this line, its name looked up once per body. */
  private enter(metric: string): Family {
    const family = this.metadata.sample(metric);
    if (family.nameId === -2) family.nameId = this.nameId(metric);
    if (metric !== this.metric) {
      this.metric = metric;
      this.column = 0;
    }
    return family;
  }

  private quotedName(start: number): string {
    const { metricStart, metricEnd } = this.labels;
    if (metricStart < 0 || metricEnd === metricStart) throw this.broken(start, "a series without a metric name");
    return unescape(utf8(this.body, metricStart, metricEnd));
  }

  /** A summary's quantile and a histogram's le must be numbers. */
  private checkBound(label: "le" | "quantile"): void {
    const at = this.labels.find(this.body, label);
    const value = this.cell.value;
    if (at !== null && !readNumber(this.body, at[0], at[1], this.cell))
      throw this.broken(at[0], `the label ${label} is not a number`);
    this.cell.value = value;
  }

  /** Reads what may follow a value; leaves the timestamp in ms in the cell (NaN none); answers the place of the newline. */
  private afterValue(valueEnd: number): number {
    const { body, cell } = this;
    let at = skipBlanks(body, valueEnd);
    cell.value = Number.NaN;
    if (body[at] === NEWLINE) return at;
    if (at >= body.length) throw this.broken(at, "the last line does not end");
    if (this.mode === "openmetrics" && body[at] === HASH) return this.exemplar(at);
    const end = this.tokenEnd(at);
    if (!this.readStamp(at, end)) throw this.brokenToken(at, end, "expected a timestamp");
    at = skipBlanks(body, end);
    if (body[at] === NEWLINE) return at;
    if (this.mode === "openmetrics" && body[at] === HASH) return this.exemplar(at);
    throw this.broken(at, "expected the end of the line");
  }

  private readStamp(start: number, end: number): boolean {
    const { cell } = this;
    if (this.mode === "text") return readInt64(this.body, start, end, cell);
    if (!readNumber(this.body, start, end, cell) || !Number.isFinite(cell.value)) return false;
    cell.value = Math.round(cell.value * 1_000); // OpenMetrics speaks in seconds
    return true;
  }

  /** Steps over ` # {…} value [timestamp]`: an exemplar is checked, and means nothing to us. */
  private exemplar(hash: number): number {
    const { body } = this;
    const stamp = this.cell.value;
    const open = skipBlanks(body, hash + 1);
    if (body[open] !== BRACE) throw this.broken(open, "expected { of an exemplar");
    let at = skipBlanks(body, new LabelScan(this.limits).read(body, open));
    for (const what of ["expected the value of an exemplar", "expected the timestamp of an exemplar"]) {
      const end = this.tokenEnd(at);
      if (!readNumber(body, at, end, this.cell)) throw this.brokenToken(at, end, what);
      at = skipBlanks(body, end);
      if (body[at] === NEWLINE) break;
    }
    if (body[at] !== NEWLINE) throw this.broken(at, "expected the end of the line");
    this.cell.value = stamp;
    return at;
  }

  /** The ref of the series on this line, or a mark: seen before in this body, or still to be described. */
  private resolve(line: number, nameId: number, setId: number, labelsStart: number): number {
    const key = seriesKey(nameId, setId);
    if (this.table.refs.has(key)) {
      this.duplicates++;
      return DUPLICATE;
    }
    const ref = this.known.refs.get(key);
    if (ref !== undefined) {
      this.table.refs.set(key, ref);
      return ref;
    }
    this.table.refs.set(key, PENDING);
    this.newcomers.push({ line, key, metric: this.metric, labels: this.labelsOf(setId, labelsStart) });
    return PENDING;
  }

  /** The labels of a set as a Map, one for all its series. Read again where this body has not needed them yet. */
  private labelsOf(setId: number, labelsStart: number): ReadonlyMap<string, string> {
    let labels = this.labelsOfSet.get(setId);
    if (labels === undefined) {
      this.readLabels(labelsStart);
      labels = this.labels.toMap(this.body);
      this.labelsOfSet.set(setId, labels);
    }
    return labels;
  }

  private nameId(metric: string): number {
    let id = this.known.names.get(metric);
    if (id === undefined) id = this.wants(metric) ? this.table.nextName++ : -1;
    if (id >= 0) this.table.names.set(metric, id); // a name nobody wants is asked again: cheaper than keeping it
    return id;
  }

  /** The id of the label set `[start, end)`, which the scan has just read. Built anew only when its text is new. */
  private setId(start: number, end: number): number {
    const raw = latin1(this.body, start, end);
    const { table, known } = this;
    let set = table.sets.get(raw) ?? known.sets.get(raw);
    if (set === undefined) {
      this.readLabels(start);
      const labels = this.labels.toMap(this.body);
      const canonical = canonicalSet(labels);
      set = table.canonical.get(canonical) ?? known.canonical.get(canonical) ?? { id: table.nextSet++, canonical };
      this.labelsOfSet.set(set.id, labels);
    }
    table.sets.set(raw, set);
    table.canonical.set(set.canonical, set);
    return set.id;
  }

  /** Where the token at `start` ends. @throws CollectError malformed when it is longer than any number */
  private tokenEnd(start: number): number {
    const { body } = this;
    let end = start;
    while (end < body.length && body[end] !== NEWLINE && body[end] !== 32 && body[end] !== 9) end++;
    if (end - start > this.limits.valueBytes) throw this.broken(start, `${end - start} bytes where a number should be`);
    return end;
  }

  private brokenToken(start: number, end: number, what: string): CollectError {
    return end >= this.body.length ? this.broken(end, what) : this.broken(start, what);
  }

  private broken(at: number, what: string): CollectError {
    return bodyFault(at >= this.body.length ? "truncated" : "malformed", this.body, at, what);
  }
}

function wanted(table: SeriesTable): number {
  let count = 0;
  for (const ref of table.refs.values()) if (ref >= 0) count++;
  return count;
}
