import { isUtf8 } from "node:buffer";
import { bodyFault, notUtf8 } from "./fault.ts";
import { Broken, checkHistogram, groupOf, type OpenSample, readOpenSample, realNumber } from "./openmetrics-sample.ts";

/** Types, and the suffixes their samples may carry. The family's own name is "". */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ["_total", "_created"],
  gauge: [""],
  histogram: ["_count", "_sum", "_bucket", "_created"],
  gaugehistogram: ["_gcount", "_gsum", "_bucket"],
  stateset: [""],
  info: ["_info"],
  summary: ["", "_count", "_sum", "_created"],
  unknown: [""],
};
const NOT_NAN = new Set(["_total", "_sum", "_count", "_bucket", "_gcount", "_gsum"]);
const NOT_NEGATIVE = new Set(["_total", "_sum", "_count", "_bucket", "_gcount"]);
const WHOLE = new Set(["_bucket", "_count", "_gcount"]);

/**
 * Judges a body by OpenMetrics 1.0 to the letter, as the reference parser does. For conformance and for a doctor's
 * verdict on an exporter; scraping reads OpenMetrics leniently (reader.ts), and is not slowed by this.
 * @throws CollectError malformed or truncated, with the line
 */
export function checkOpenMetrics(body: Uint8Array): void {
  if (!isUtf8(body)) throw notUtf8(body);
  const check = new StrictCheck();
  let offset = 0;
  let eof = false;
  const lines = Buffer.from(body).toString("utf8").split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) {
    if (eof) throw bodyFault("malformed", body, offset, "text after # EOF");
    try {
      eof = line === "# EOF";
      if (!eof) check.line(line);
      else check.closeFamily();
    } catch (cause) {
      if (cause instanceof Broken) throw bodyFault("malformed", body, offset, cause.message);
      throw cause;
    }
    offset += Buffer.byteLength(line) + 1;
  }
  if (!eof) throw bodyFault("truncated", body, body.length, "no # EOF line");
}

class StrictCheck {
  private readonly names = new Set<string>();
  private name: string | null = null;
  private type: string | null = null;
  private help = false;
  private unit: string | null = null;
  private allowed: ReadonlySet<string> = new Set();
  private samples: OpenSample[] = [];
  private group: string | null = null;
  private groupStamp: number | null = null;
  private seenGroups = new Set<string>();

  line(line: string): void {
    if (line === "") throw new Broken("a blank line");
    if (line.startsWith("#")) this.metadata(line);
    else this.sample(readOpenSample(line));
  }

  private metadata(line: string): void {
    const [hash, keyword, name, ...rest] = line.split(" ");
    const text = rest.join(" ");
    if (hash !== "#" || name === undefined || rest.length === 0)
      throw new Broken("neither HELP, TYPE, UNIT nor a sample");
    if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) throw new Broken("invalid metric name in metadata");
    if (name === this.name && this.samples.length > 0) throw new Broken("metadata after samples");
    if (name !== this.name) this.open(name);
    if (keyword === "HELP") this.once(this.help, () => (this.help = true));
    else if (keyword === "TYPE") this.once(this.type !== null, () => this.setType(name, text));
    else if (keyword === "UNIT") this.once(this.unit !== null, () => (this.unit = text));
    else throw new Broken("neither HELP, TYPE, UNIT nor a sample");
  }

  private once(already: boolean, set: () => void): void {
    if (already) throw new Broken("the same metadata twice");
    set();
  }

  private setType(name: string, type: string): void {
    const suffixes = Object.hasOwn(SUFFIXES, type) ? SUFFIXES[type] : undefined;
    if (suffixes === undefined) throw new Broken("unknown type");
    this.type = type;
    this.allowed = new Set(suffixes.map((suffix) => name + suffix));
  }

  private open(name: string): void {
    this.closeFamily();
    this.name = name;
    this.type = null;
    this.help = false;
    this.unit = null;
    this.allowed = new Set([name]);
    this.samples = [];
    this.group = null;
    this.groupStamp = null;
    this.seenGroups = new Set();
  }

  /** Ends the family that is open: rules that need all of it. */
  closeFamily(): void {
    const { name, type, unit } = this;
    if (name === null) return;
    for (const suffix of new Set([...(SUFFIXES[type ?? "unknown"] ?? []), ""])) {
      if (this.names.has(name + suffix)) throw new Broken(`the name ${name}${suffix} clashes`);
      this.names.add(name + suffix);
    }
    if (unit !== null && unit !== "" && !name.endsWith(`_${unit}`))
      throw new Broken("the unit is not the end of the name");
    if (unit !== null && unit !== "" && (type === "info" || type === "stateset"))
      throw new Broken(`a unit on a ${type}`);
    if (type === "histogram" || type === "gaugehistogram") checkHistogram(this.samples, name);
    this.name = null;
  }

  private sample(sample: OpenSample): void {
    if (this.name === null || !this.allowed.has(sample.name)) {
      this.open(sample.name);
      this.type = "unknown";
    }
    const name = this.name ?? sample.name;
    this.checkLabels(sample, name);
    this.checkGroup(sample, groupOf(sample, name, this.type ?? "unknown"));
    this.checkValue(sample, sample.name.slice(name.length));
    this.samples.push(sample);
  }

  private checkLabels({ name: own, labels }: OpenSample, name: string): void {
    if (this.type === "stateset" && !labels.has(name)) throw new Broken("a stateset without its label");
    if (own === `${name}_bucket`) {
      const le = labels.get("le");
      if (le === undefined || !(realNumber(le) < Infinity || le === "+Inf"))
        throw new Broken("a bucket without a valid le");
    }
    if (this.type === "summary" && own === name) {
      const quantile = realNumber(labels.get("quantile") ?? "");
      if (!(quantile >= 0 && quantile <= 1)) throw new Broken("a quantile outside 0..1");
    }
  }

  private checkGroup({ stamp }: OpenSample, group: string): void {
    if (this.group !== null && group !== this.group && this.seenGroups.has(group))
      throw new Broken("groups interleave");
    if (group === this.group) {
      if ((stamp === null) !== (this.groupStamp === null))
        throw new Broken("timestamps on some samples of a group only");
      if (stamp !== null && this.groupStamp !== null && stamp < this.groupStamp && this.type !== "info")
        throw new Broken("timestamps go back within a group");
    }
    this.group = group;
    this.groupStamp = stamp;
    this.seenGroups.add(group);
  }

  private checkValue({ value, exemplar }: OpenSample, suffix: string): void {
    const { type } = this;
    if (type === "stateset" && value !== 0 && value !== 1) throw new Broken("a stateset that is neither 0 nor 1");
    if (type === "info" && value !== 1) throw new Broken("an info that is not 1");
    if (type === "summary" && suffix === "" && value < 0) throw new Broken("a negative quantile value");
    if (NOT_NAN.has(suffix) && Number.isNaN(value)) throw new Broken(`${suffix} is NaN`);
    if (NOT_NEGATIVE.has(suffix) && value < 0) throw new Broken(`${suffix} is negative`);
    if (WHOLE.has(suffix) && !Number.isInteger(value)) throw new Broken(`${suffix} is not whole`);
    const mayHave =
      (suffix === "_bucket" && (type === "histogram" || type === "gaugehistogram")) ||
      (suffix === "_total" && type === "counter");
    if (exemplar && !mayHave) throw new Broken("an exemplar where none may be");
  }
}
