/** A rule that a line breaks; the caller knows which line. */
export class Broken extends Error {}

/** One sample line of OpenMetrics. Timestamps in seconds, as written; null = none. */
export type OpenSample = {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  readonly stamp: number | null;
  readonly exemplar: boolean;
};

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/y; // linear: each byte can match one way only
const NUMBER = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)$/;
const EXEMPLAR_CHARS = 128; // of names and values together, in code points

/** The number a token says by the OpenMetrics grammar; NaN for NaN and for what is none. */
export function realNumber(token: string): number {
  if (!NUMBER.test(token)) return Number.NaN;
  const word = /^([+-]?)inf/i.exec(token);
  return word === null ? Number(token) : word[1] === "-" ? -Infinity : Infinity;
}

/** Reads one line to the letter: single blanks, no trailing comma, nothing after the exemplar. @throws Broken */
export function readOpenSample(line: string): OpenSample {
  NAME.lastIndex = 0;
  const name = NAME.exec(line)?.[0];
  if (name === undefined) throw new Broken("expected a metric name");
  const { labels, end } =
    line[name.length] === "{" ? readLabels(line, name.length) : { labels: new Map<string, string>(), end: name.length };
  const hash = line.indexOf(" # ", end);
  const fields = (hash < 0 ? line : line.slice(0, hash)).slice(end).split(" ");
  if (fields[0] !== "" || fields.length < 2 || fields.length > 3)
    throw new Broken("expected one value and at most one timestamp, each after one blank");
  const value = numberOf(fields[1]!, "value");
  const stamp = fields.length === 3 ? stampOf(fields[2]!) : null;
  if (hash >= 0) readExemplar(line, hash + 3);
  return { name, labels, value, stamp, exemplar: hash >= 0 };
}

function readExemplar(line: string, from: number): void {
  if (line[from] !== "{") throw new Broken("an exemplar without labels");
  const { labels, end } = readLabels(line, from);
  let chars = 0;
  for (const [name, value] of labels) chars += Array.from(name).length + Array.from(value).length;
  if (chars > EXEMPLAR_CHARS) throw new Broken(`an exemplar of ${chars} characters, ${EXEMPLAR_CHARS} may be`);
  const fields = line.slice(end).split(" ");
  if (fields[0] !== "" || fields.length < 2 || fields.length > 3)
    throw new Broken("an exemplar has one value and at most one timestamp");
  numberOf(fields[1]!, "exemplar value");
  if (fields.length === 3) stampOf(fields[2]!);
}

function readLabels(line: string, open: number): { labels: Map<string, string>; end: number } {
  const labels = new Map<string, string>();
  let at = open + 1;
  if (line[at] === "}") return { labels, end: at + 1 };
  for (;;) {
    LABEL.lastIndex = at;
    const [whole, name, value] = LABEL.exec(line) ?? [];
    if (whole === undefined || name === undefined || value === undefined) throw new Broken("expected a label");
    if (labels.has(name)) throw new Broken("the same label twice");
    labels.set(
      name,
      value.replace(/\\([\\"n])/g, (_, char: string) => (char === "n" ? "\n" : char)),
    );
    at += whole.length;
    if (line[at] === "}") return { labels, end: at + 1 };
    if (line[at++] !== ",") throw new Broken("expected , or } after a label");
  }
}

function numberOf(token: string, what: string): number {
  const value = realNumber(token);
  if (Number.isNaN(value) && token.toLowerCase() !== "nan") throw new Broken(`the ${what} is not a number`);
  return value;
}

function stampOf(token: string): number {
  const stamp = realNumber(token);
  if (!Number.isFinite(stamp)) throw new Broken("the timestamp is not a finite number");
  return stamp;
}

/** The label set that makes samples one metric: without those that tell its samples apart. */
export function groupOf({ name: own, labels }: OpenSample, name: string, type: string): string {
  if (type === "info") return "";
  const apart =
    type === "summary" && own === name
      ? "quantile"
      : type === "stateset"
        ? name
        : own === `${name}_bucket` && type.endsWith("histogram")
          ? "le"
          : null;
  return JSON.stringify([...labels].filter(([label]) => label !== apart).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The rules between the samples of each histogram of a family. @throws Broken */
export function checkHistogram(samples: readonly OpenSample[], name: string): void {
  const histograms = new Map<string, OpenSample[]>();
  for (const sample of samples) {
    const key = `${sample.stamp} ${groupOf(sample, name, "histogram")}`;
    const same = histograms.get(key);
    if (same === undefined) histograms.set(key, [sample]);
    else same.push(sample);
  }
  for (const histogram of histograms.values()) checkBuckets(histogram, name);
}

function checkBuckets(samples: readonly OpenSample[], name: string): void {
  const valueOf = (...suffixes: readonly string[]): number | null =>
    samples.find((sample) => suffixes.includes(sample.name.slice(name.length)))?.value ?? null;
  let bound: number | null = null;
  let value = 0;
  let negative = false;
  for (const bucket of samples.filter((sample) => sample.name === `${name}_bucket`)) {
    const le = realNumber(bucket.labels.get("le") ?? "");
    negative ||= le < 0;
    if (bound !== null && le <= bound) throw new Broken("buckets out of order");
    if (bucket.value < value) throw new Broken("bucket counts go down");
    bound = le;
    value = bucket.value;
  }
  const count = valueOf("_count", "_gcount");
  const sum = valueOf("_sum");
  const gaugeSum = valueOf("_gsum");
  if (bound !== Infinity) throw new Broken("the +Inf bucket is missing");
  if (count !== null && count !== value) throw new Broken("the count is not that of the +Inf bucket");
  if (count === null && (sum !== null || gaugeSum !== null)) throw new Broken("a sum without a count");
  if (negative && sum !== null) throw new Broken("a sum with negative buckets");
  if (!negative && gaugeSum !== null && gaugeSum < 0) throw new Broken("a negative sum without negative buckets");
}
