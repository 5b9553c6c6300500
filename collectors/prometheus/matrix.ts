import { CollectError } from "../collector.ts";
import { jsonOf, malformed, skipSpace, skipString, skipValue, textOf } from "./json-scan.ts";
import type { SeriesCache } from "./series-cache.ts";

/** Who wants the samples of an answer. */
export type MatrixSink = {
  /**
   * Asked once per series, when its label block is first met. Answers a number ≥ 0 of its own, or -1 to pass over it.
   * @param labels without the name; often the same object for all metrics of a card: not to be changed
   */
  describe(name: string, labels: ReadonlyMap<string, string>): number;
  /** Samples of one series in the order of the answer; instants in unix ms. The arrays are only valid during the call. */
  take(ref: number, times: Float64Array, values: Float64Array, count: number): void;
};

/** Bounds of one answer; beyond them the whole answer is refused. */
export type MatrixLimits = {
  readonly series: number; // known to the cache, in all
  readonly samples: number; // per answer
  readonly labels: number; // per series
  readonly labelBytes: number; // of one series' label block
};

/** "ours": ten times the series of 10,000 cards; samples as Prometheus' own default bound (--query.max-samples). */
export const MATRIX_LIMITS: MatrixLimits = {
  series: 1_200_000,
  samples: 50_000_000,
  labels: 256,
  labelBytes: 65_536,
};

/** What an answer says about itself. */
export type Envelope = {
  readonly status: string;
  readonly errorType: string;
  readonly error: string;
  readonly resultType: string;
  readonly warnings: readonly string[];
  readonly isPartial: boolean; // VictoriaMetrics cluster
  readonly series: number;
  readonly samples: number;
};

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const POWERS_OF_TEN = Array.from({ length: 16 }, (_, i) => 10 ** i);
const BREATH_BYTES = 1 << 20; // about 3 ms of work between two chances for other work

/**
 * Reads answers of `/api/v1/query` (matrix or vector) from their bytes, without building the JSON in memory: labels of a
 * known series are recognised, not parsed, and numbers are read by digits. Key order, white space, unknown keys and
 * escapes are all allowed.
 *
 * One reader keeps one cache; it may serve several answers at once as long as each `read` is driven by itself.
 */
export class MatrixReader {
  private readonly cache: SeriesCache;
  private readonly limits: MatrixLimits;

  constructor(cache: SeriesCache, limits: MatrixLimits = MATRIX_LIMITS) {
    this.cache = cache;
    this.limits = limits;
  }

  /**
   * Walks one answer, handing its samples to `sink`, and yields now and then so that the caller can let others run.
   * Whether the answer was whole is known at its end only: the caller holds the samples back until then.
   *
   * @throws CollectError truncated, malformed, label_limit or sample_limit
   */
  *read(body: Uint8Array, sink: MatrixSink): Generator<void, Envelope> {
    const walk = new Walk(Buffer.from(body.buffer, body.byteOffset, body.length), this.cache, this.limits, sink);
    const said = { status: "", errorType: "", error: "", warnings: [] as readonly string[], isPartial: false };
    for (const key of walk.keys()) {
      if (key === "status") said.status = walk.text();
      else if (key === "errorType") said.errorType = walk.text();
      else if (key === "error") said.error = walk.text();
      else if (key === "warnings") said.warnings = walk.texts();
      else if (key === "isPartial") said.isPartial = walk.json() === true;
      else if (key === "data") yield* walk.data();
      else walk.skip();
    }
    walk.end();
    if (said.status === "") throw new CollectError("malformed", "the answer has no status: not a Prometheus API");
    return { ...said, resultType: walk.resultType, series: walk.series, samples: walk.samples };
  }
}

/** One pass over one answer. */
class Walk {
  resultType = "";
  series = 0;
  samples = 0;

  private readonly body: Buffer;
  private readonly cache: SeriesCache;
  private readonly limits: MatrixLimits;
  private readonly sink: MatrixSink;
  private p = 0;
  private previous = -1;
  private times = new Float64Array(256);
  private values = new Float64Array(256);

  constructor(body: Buffer, cache: SeriesCache, limits: MatrixLimits, sink: MatrixSink) {
    this.body = body;
    this.cache = cache;
    this.limits = limits;
    this.sink = sink;
  }

  /** The keys of the object at the cursor; the consumer must move past each value before the next key. */
  *keys(): Generator<string> {
    this.expect(OPEN_BRACE, "an object");
    this.p = skipSpace(this.body, this.p);
    if (this.body[this.p] === CLOSE_BRACE) {
      this.p += 1;
      return;
    }
    for (;;) {
      const key = this.text();
      this.expect(COLON, "a colon");
      yield key;
      if (this.punctuation(CLOSE_BRACE)) return;
    }
  }

  text(): string {
    const start = skipSpace(this.body, this.p);
    if (this.body[start] !== QUOTE) throw malformed(this.body, start, "a string");
    this.p = skipString(this.body, start);
    return textOf(this.body, start, this.p);
  }

  /** @throws CollectError malformed when anything but white space is left */
  end(): void {
    for (let p = this.p; p < this.body.length; p += 1) {
      if (this.body[p]! > 0x20) throw malformed(this.body, p, "the end of the answer");
    }
  }

  json(): unknown {
    const start = skipSpace(this.body, this.p);
    this.p = skipValue(this.body, start);
    return jsonOf(this.body, start, this.p);
  }

  texts(): readonly string[] {
    const said = this.json();
    return Array.isArray(said) ? said.map(String) : [];
  }

  skip(): void {
    this.p = skipValue(this.body, skipSpace(this.body, this.p));
  }

  *data(): Generator<void> {
    this.p = skipSpace(this.body, this.p);
    if (this.body[this.p] !== OPEN_BRACE) return this.skip(); // "data": null beside an error
    for (const key of this.keys()) {
      if (key === "resultType") this.resultType = this.text();
      else if (key === "result") yield* this.results();
      else this.skip();
    }
  }

  private *results(): Generator<void> {
    this.p = skipSpace(this.body, this.p);
    if (this.body[this.p] !== OPEN_BRACKET) return this.skip(); // null
    this.p = skipSpace(this.body, this.p + 1);
    if (this.body[this.p] === CLOSE_BRACKET) {
      this.p += 1;
      return;
    }
    let breath = this.p + BREATH_BYTES;
    do {
      this.item();
      if (this.p > breath) {
        yield;
        breath = this.p + BREATH_BYTES;
      }
    } while (!this.punctuation(CLOSE_BRACKET));
  }

  /** One series: its label block and its samples, in either order. */
  private item(): void {
    this.expect(OPEN_BRACE, "a series");
    let id = -1;
    let late = -1; // samples that stand before their labels
    let lateIsVector = false;
    do {
      const start = skipSpace(this.body, this.p);
      if (this.body[start] === CLOSE_BRACE) {
        this.p = start + 1;
        break;
      }
      if (this.body[start] !== QUOTE) throw malformed(this.body, start, "a key");
      const end = skipString(this.body, start);
      this.p = end;
      this.expect(COLON, "a colon");
      const key = this.keyOf(start, end);
      if (key === KEY_METRIC) {
        id = this.metric();
      } else if (key === KEY_VALUES || key === KEY_VALUE) {
        if (id >= 0) {
          this.points(id, key === KEY_VALUE);
        } else {
          late = this.p;
          lateIsVector = key === KEY_VALUE;
          this.skip();
        }
      } else {
        this.skip();
      }
    } while (!this.punctuation(CLOSE_BRACE));
    if (id < 0) throw malformed(this.body, this.p - 1, "the labels of a series");
    this.series += 1;
    if (late < 0) return;
    const after = this.p;
    this.p = late;
    this.points(id, lateIsVector);
    this.p = after;
  }

  private keyOf(start: number, end: number): number {
    const length = end - start - 2;
    const first = this.body[start + 1];
    if (length === 6 && first === 0x6d && this.isWord(start, "metric")) return KEY_METRIC;
    if (length === 6 && first === 0x76 && this.isWord(start, "values")) return KEY_VALUES;
    if (length === 5 && first === 0x76 && this.isWord(start, "value")) return KEY_VALUE;
    return KEY_OTHER;
  }

  private isWord(start: number, word: string): boolean {
    for (let i = 0; i < word.length; i += 1) if (this.body[start + 1 + i] !== word.charCodeAt(i)) return false;
    return true;
  }

  private metric(): number {
    const { body, cache } = this;
    const start = skipSpace(body, this.p);
    const previous = this.previous;
    let id = cache.findNext(body, start, previous);
    if (id < 0) {
      // Most blocks hold no brace inside a string, so the first closing one ends them; if not, no known bytes match.
      const brace = body.indexOf(CLOSE_BRACE, start);
      if (brace >= 0) id = cache.find(body, start, brace + 1, previous);
      if (id < 0) id = this.newSeries(start, previous);
    }
    this.previous = id;
    this.p = start + cache.lengthOf(id);
    return id;
  }

  private newSeries(start: number, previous: number): number {
    const { body, cache, limits } = this;
    if (body[start] !== OPEN_BRACE) throw malformed(body, start, "a label block");
    const end = skipValue(body, start);
    const known = cache.find(body, start, end, previous);
    if (known >= 0) return known;
    if (end - start > limits.labelBytes) {
      throw new CollectError("label_limit", `a label block of ${end - start} bytes, at most ${limits.labelBytes}`);
    }
    if (cache.size >= limits.series) {
      throw new CollectError("sample_limit", `more than ${limits.series} series: narrow the source's matchers`);
    }
    const shared = cache.labelsOf(body, start, end);
    if (shared !== null) {
      const ref = this.sink.describe(cache.nameOf(body, start, end), shared);
      return cache.add(body, start, end, previous, ref, shared);
    }
    const labels = this.labels(start, end);
    const name = labels.get("__name__") ?? "";
    labels.delete("__name__");
    return cache.add(body, start, end, previous, this.sink.describe(name, labels), labels);
  }

  private labels(start: number, end: number): Map<string, string> {
    const labels = new Map<string, string>();
    this.p = start;
    for (const name of this.keys()) {
      labels.set(name, this.text());
      if (labels.size > this.limits.labels) {
        throw new CollectError("label_limit", `more than ${this.limits.labels} labels on one series`);
      }
    }
    this.p = end;
    return labels;
  }

  private points(id: number, isVector: boolean): void {
    const ref = this.cache.refOf(id);
    if (ref < 0) return this.skip();
    const count = isVector ? this.point(skipSpace(this.body, this.p), 0) : this.pointList();
    this.samples += count;
    if (this.samples > this.limits.samples) {
      throw new CollectError("sample_limit", `more than ${this.limits.samples} samples in one answer`);
    }
    this.sink.take(ref, this.times, this.values, count);
  }

  private pointList(): number {
    const { body } = this;
    this.expect(OPEN_BRACKET, "a list of samples");
    let p = skipSpace(body, this.p);
    if (body[p] === CLOSE_BRACKET) {
      this.p = p + 1;
      return 0;
    }
    let count = 0;
    for (;;) {
      if (count === this.times.length) this.grow();
      count = this.point(p, count);
      p = this.p;
      const c = body[p];
      if (c === COMMA) {
        p += 1;
        if (body[p] !== OPEN_BRACKET) p = skipSpace(body, p);
      } else if (this.punctuation(CLOSE_BRACKET)) {
        return count;
      } else {
        p = skipSpace(body, this.p);
      }
    }
  }

  /** Reads `[1700000000.123,"97"]` at `p` into row `row`; moves the cursor past it and returns the next row. */
  private point(p: number, row: number): number {
    const { body } = this;
    if (body[p] !== OPEN_BRACKET) throw malformed(body, p, "a sample");
    p += 1;
    const start = p;
    let c = body[p]!;
    let time = 0;
    while (c >= 48 && c <= 57) {
      time = time * 10 + (c - 48);
      c = body[(p += 1)]!;
    }
    time *= 1000;
    if (c === DOT) {
      let unit = 100;
      c = body[(p += 1)]!;
      while (c >= 48 && c <= 57) {
        time += (c - 48) * unit;
        unit = unit === 100 ? 10 : unit === 10 ? 1 : 0; // servers say milliseconds; finer digits are cut
        c = body[(p += 1)]!;
      }
    }
    if (c !== COMMA || p === start) {
      p = this.slowTime(start);
      time = this.slow;
    }
    p += 1;
    if (body[p] !== QUOTE) {
      p = skipSpace(body, p);
      if (body[p] !== QUOTE) throw malformed(body, p, "a sample's value as a string");
    }
    c = body[(p += 1)]!;
    const textStart = p;
    const isNegative = c === MINUS;
    if (isNegative) c = body[(p += 1)]!;
    let mantissa = 0;
    let digits = 0;
    let fraction = 0;
    while (c >= 48 && c <= 57) {
      mantissa = mantissa * 10 + (c - 48);
      digits += 1;
      c = body[(p += 1)]!;
    }
    if (c === DOT) {
      c = body[(p += 1)]!;
      while (c >= 48 && c <= 57) {
        mantissa = mantissa * 10 + (c - 48);
        digits += 1;
        fraction += 1;
        c = body[(p += 1)]!;
      }
    }
    let value: number;
    if (c === QUOTE && digits > 0 && digits <= 15) {
      // At most 15 digits over a power of ten below 1e22: both are exact doubles, so one division rounds correctly.
      value = fraction === 0 ? mantissa : mantissa / POWERS_OF_TEN[fraction]!;
      if (isNegative) value = -value;
    } else {
      p = this.slowValue(textStart);
      value = this.slow;
    }
    p += 1;
    if (body[p] !== CLOSE_BRACKET) {
      p = skipSpace(body, p);
      if (body[p] !== CLOSE_BRACKET) throw malformed(body, p, "the end of a sample");
    }
    this.times[row] = time;
    this.values[row] = value;
    this.p = p + 1;
    return row + 1;
  }

  private slow = 0; // the number the slow way read last

  /** Signs, exponents, blanks. Leaves the milliseconds in `slow`; returns where the comma stands. */
  private slowTime(start: number): number {
    const comma = this.body.indexOf(COMMA, start);
    if (comma < 0 || comma - start > 64) throw malformed(this.body, comma < 0 ? this.body.length : start, "an instant");
    const seconds = plainNumber(this.body.toString("latin1", start, comma).trim());
    if (seconds === null || !Number.isFinite(seconds)) throw malformed(this.body, start, "an instant");
    this.slow = Math.round(seconds * 1000);
    return comma;
  }

  /** NaN, ±Inf, exponents, more than 15 digits. Leaves the value in `slow`; returns where the closing quote stands. */
  private slowValue(start: number): number {
    const quote = this.body.indexOf(QUOTE, start);
    if (quote < 0 || quote - start > 64) throw malformed(this.body, quote < 0 ? this.body.length : start, "a value");
    const value = sampleValue(this.body.toString("latin1", start, quote));
    if (value === null) throw malformed(this.body, start, "a value");
    this.slow = value;
    return quote;
  }

  private grow(): void {
    const size = this.times.length * 2;
    if (size > this.limits.samples * 2) {
      throw new CollectError("sample_limit", `more than ${this.limits.samples} samples in one series`);
    }
    const times = new Float64Array(size);
    times.set(this.times);
    this.times = times;
    const values = new Float64Array(size);
    values.set(this.values);
    this.values = values;
  }

  private expect(byte: number, what: string): void {
    if (this.body[this.p] !== byte) this.p = skipSpace(this.body, this.p);
    if (this.body[this.p] !== byte) throw malformed(this.body, this.p, what);
    this.p += 1;
  }

  /** Moves past `,` (false) or past `close` (true). */
  private punctuation(close: number): boolean {
    if (this.body[this.p] !== COMMA && this.body[this.p] !== close) this.p = skipSpace(this.body, this.p);
    const c = this.body[this.p];
    if (c !== COMMA && c !== close) throw malformed(this.body, this.p, "a comma or an end");
    this.p += 1;
    return c === close;
  }
}

const KEY_OTHER = 0;
const KEY_METRIC = 1;
const KEY_VALUES = 2;
const KEY_VALUE = 3;

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function plainNumber(text: string): number | null {
  return NUMBER.test(text) ? Number(text) : null;
}

/** A sample value as Prometheus prints it. NaN is a value here (not said); null = not a number at all. */
export function sampleValue(text: string): number | null {
  if (text === "NaN") return Number.NaN;
  if (text === "+Inf" || text === "Inf") return Number.POSITIVE_INFINITY;
  if (text === "-Inf") return Number.NEGATIVE_INFINITY;
  return plainNumber(text);
}
