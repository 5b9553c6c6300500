import { latin1, utf8 } from "./bytes.ts";
import { bodyFault } from "./fault.ts";
import { nameEnd, skipBlanks, unescape } from "./labels.ts";
import type { ExpositionLimits } from "./limits.ts";

/** Types of the text format as Go's classic parser knows them, any case; and those OpenMetrics adds. */
const TEXT_TYPES = new Set(["counter", "gauge", "summary", "untyped", "histogram", "gauge_histogram"]);
const OPENMETRICS_TYPES = new Set([...TEXT_TYPES, "unknown", "info", "stateset", "gaugehistogram"]);

/** What one body has said about one metric name so far. */
export type Family = {
  help: boolean;
  type: string; // "" until a TYPE line
  sampled: boolean;
  nameId: number; // of the name in the series table, -1 not wanted, -2 not yet asked
  bound: "" | "le" | "quantile"; // the label that must be a number, by the type
  boundKnown: boolean;
};

/**
 * The rules of HELP and TYPE within one body, as Go's classic parser enforces them: at most one of each per name,
 * TYPE before the first sample, a known type. Other comments mean nothing.
 */
export class Metadata {
  private readonly families = new Map<string, Family>();
  private readonly openmetrics: boolean;
  private readonly limits: ExpositionLimits;

  constructor(openmetrics: boolean, limits: ExpositionLimits) {
    this.openmetrics = openmetrics;
    this.limits = limits;
  }

  family(name: string): Family {
    let family = this.families.get(name);
    if (family === undefined) {
      family = { help: false, type: "", sampled: false, nameId: -2, bound: "", boundKnown: false };
      this.families.set(name, family);
    }
    return family;
  }

  /** Marks the name as sampled; answers its family with the label its type wants to be a number. */
  sample(name: string): Family {
    const family = this.family(name);
    family.sampled = true;
    if (!family.boundKnown) {
      family.boundKnown = true;
      if (family.type === "summary") family.bound = "quantile";
      else if (name.endsWith("_bucket") && this.families.get(name.slice(0, -7))?.type === "histogram")
        family.bound = "le";
    }
    return family;
  }

  /** Reads the comment whose `#` is at `hash` and whose line ends at `lineEnd`. @throws CollectError malformed, label_limit */
  comment(body: Buffer, hash: number, lineEnd: number): void {
    const word = skipBlanks(body, hash + 1);
    const isHelp = startsWith(body, word, "HELP");
    if (!isHelp && !startsWith(body, word, "TYPE")) return;
    const after = word + 4;
    const at = skipBlanks(body, after);
    if (at === after && at < lineEnd) return; // "# HELPER": an ordinary comment
    if (at >= lineEnd) return; // nothing after the keyword: Go's parser lets it pass
    const [name, end] = metadataName(body, at);
    if (end === at || (end < lineEnd && body[end] !== 32 && body[end] !== 9))
      throw bodyFault("malformed", body, at, "invalid metric name in a comment");
    if (end - at > this.limits.nameBytes)
      throw bodyFault("label_limit", body, at, `name of ${end - at} bytes, the limit is ${this.limits.nameBytes}`);
    const text = skipBlanks(body, end);
    if (text >= lineEnd) return;
    const family = this.family(name);
    if (isHelp) this.help(body, family, at, text, lineEnd);
    else this.type(body, family, at, latin1(body, text, lineEnd));
  }

  private help(body: Buffer, family: Family, at: number, text: number, lineEnd: number): void {
    if (family.help) throw bodyFault("malformed", body, at, "a second HELP line for this name");
    family.help = true;
    for (let i = text; i < lineEnd; i++) {
      if (body[i] !== 92) continue;
      const escaped = body[++i];
      if (escaped !== 92 && escaped !== 110 && escaped !== 34)
        throw bodyFault("malformed", body, i - 1, "unknown escape in HELP");
    }
  }

  private type(body: Buffer, family: Family, at: number, text: string): void {
    const type = text.trimEnd().toLowerCase();
    if (!(this.openmetrics ? OPENMETRICS_TYPES : TEXT_TYPES).has(type))
      throw bodyFault("malformed", body, at, "unknown type in a TYPE line");
    if (family.type !== "" || family.sampled)
      throw bodyFault("malformed", body, at, "a second TYPE line for this name, or TYPE after its samples");
    family.type = type;
  }
}

/** The name in a HELP or TYPE line, plain or quoted, and where it ends. */
function metadataName(body: Buffer, at: number): readonly [name: string, end: number] {
  if (body[at] !== 34) {
    const end = nameEnd(body, at, true);
    return [latin1(body, at, end), end];
  }
  let end = at + 1;
  while (end < body.length && body[end] !== 34 && body[end] !== 10) end += body[end] === 92 ? 2 : 1;
  return body[end] === 34 ? [unescape(utf8(body, at + 1, end)), end + 1] : ["", at];
}

function startsWith(body: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (body[at + i] !== word.charCodeAt(i)) return false;
  return true;
}
