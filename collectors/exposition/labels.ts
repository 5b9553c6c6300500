import type { CollectError } from "../collector.ts";
import { utf8, latin1 } from "./bytes.ts";
import { bodyFault } from "./fault.ts";
import type { ExpositionLimits } from "./limits.ts";

const QUOTE = 34;
const BACKSLASH = 92;

const isBlank = (byte: number | undefined): boolean => byte === 32 || byte === 9;

/** Bytes a name may start with (1) or go on with (1 or 2). A colon (4) is for metric names only. */
const NAME = new Uint8Array(256);
for (let byte = 0; byte < 128; byte++) {
  const char = String.fromCharCode(byte);
  NAME[byte] = /[A-Za-z_]/.test(char) ? 1 : /[0-9]/.test(char) ? 2 : char === ":" ? 4 : 0;
}

/** The end of the plain name that starts at `at`, or `at` itself when none does. `colons`: a metric's name may hold them. */
export function nameEnd(body: Uint8Array, at: number, colons: boolean): number {
  const starts = colons ? 5 : 1;
  if (((NAME[body[at] ?? 0] ?? 0) & starts) === 0) return at;
  let end = at + 1;
  while (((NAME[body[end] ?? 0] ?? 0) & (starts | 2)) !== 0) end++;
  return end;
}

export function skipBlanks(body: Uint8Array, from: number): number {
  let at = from;
  while (isBlank(body[at])) at++;
  return at;
}

/**
 * One label set, read in place: offsets into the body, nothing allocated. Reused from line to line.
 * A quoted string without `=` is the metric's own name (the UTF-8 form, `{"my.metric",a="b"} 1`).
 */
export class LabelScan {
  count = 0;
  metricStart = -1; // of the quoted metric name, -1 when there is none
  metricEnd = -1;
  private readonly limits: ExpositionLimits;
  private offsets = new Int32Array(4 * 16); // name start, name end, value start, value end; quotes not included

  constructor(limits: ExpositionLimits) {
    this.limits = limits;
  }

  clear(): void {
    this.count = 0;
    this.metricStart = -1;
  }

  /**
   * Reads from the `{` at `open`; answers the place after the `}`.
   * @throws CollectError malformed, truncated, label_limit
   */
  read(body: Uint8Array, open: number): number {
    this.clear();
    let at = skipBlanks(body, open + 1);
    while (body[at] !== 125) {
      at = skipBlanks(body, this.pair(body, at));
      if (body[at] === 44) at = skipBlanks(body, at + 1);
      else if (body[at] !== 125) throw this.broken(body, at, "expected , or } after a label");
    }
    return at + 1;
  }

  private pair(body: Uint8Array, start: number): number {
    const quoted = body[start] === QUOTE;
    const from = quoted ? start + 1 : start;
    const end = quoted ? this.quotedEnd(body, start) : nameEnd(body, start, false);
    if (end === from) throw this.broken(body, start, "expected a label name");
    if (end - from > this.limits.nameBytes)
      throw bodyFault("label_limit", body, start, `name of ${end - from} bytes, the limit is ${this.limits.nameBytes}`);
    let at = skipBlanks(body, quoted ? end + 1 : end);
    if (quoted && body[at] !== 61) {
      if (this.metricStart >= 0) throw this.broken(body, start, "a second metric name");
      this.metricStart = from;
      this.metricEnd = end;
      return at;
    }
    if (body[at] !== 61) throw this.broken(body, at, "expected = after the label name");
    at = skipBlanks(body, at + 1);
    if (body[at] !== QUOTE) throw this.broken(body, at, "expected a quoted label value");
    const valueEnd = this.quotedEnd(body, at);
    this.keep(body, from, end, at + 1, valueEnd);
    return valueEnd + 1;
  }

  /** The place of the closing quote of the string that opens at `open`; escapes are checked on the way. */
  private quotedEnd(body: Uint8Array, open: number): number {
    const most = open + this.limits.valueBytes + 1;
    let at = open + 1;
    for (;;) {
      const byte = body[at];
      if (at > most)
        throw bodyFault("label_limit", body, open, `quoted string past the limit of ${this.limits.valueBytes} bytes`);
      if (byte === QUOTE) return at;
      if (byte === undefined || byte === 10) throw this.broken(body, at, "a quoted string does not end on its line");
      if (byte === 0) throw bodyFault("malformed", body, at, `NUL in a name or label, ${countNul(body)} in the body`);
      if (byte === BACKSLASH) {
        at++;
        const escaped = body[at];
        if (escaped !== BACKSLASH && escaped !== QUOTE && escaped !== 110)
          throw this.broken(body, at - 1, "unknown escape in a quoted string");
      }
      at++;
    }
  }

  private keep(body: Uint8Array, nameStart: number, nameStop: number, valueStart: number, valueStop: number): void {
    if (this.count >= this.limits.labels)
      throw bodyFault("label_limit", body, nameStart, `more than ${this.limits.labels} labels on one series`);
    for (let i = 0; i < this.count; i++) {
      if (sameBytes(body, this.offsets[4 * i]!, this.offsets[4 * i + 1]!, nameStart, nameStop))
        throw this.broken(body, nameStart, "the same label twice");
    }
    if (isReserved(body, nameStart, nameStop))
      throw this.broken(body, nameStart, "the label name __name__ is reserved");
    if (4 * this.count === this.offsets.length) {
      const grown = new Int32Array(this.offsets.length * 2);
      grown.set(this.offsets);
      this.offsets = grown;
    }
    const at = 4 * this.count++;
    this.offsets[at] = nameStart;
    this.offsets[at + 1] = nameStop;
    this.offsets[at + 2] = valueStart;
    this.offsets[at + 3] = valueStop;
  }

  /** What `read` found, as text with escapes undone. A Map: `__proto__` is a legal label name. */
  toMap(body: Buffer): Map<string, string> {
    const labels = new Map<string, string>();
    for (let i = 0; i < this.count; i++) {
      const at = 4 * i;
      labels.set(
        unescape(utf8(body, this.offsets[at]!, this.offsets[at + 1]!)),
        unescape(utf8(body, this.offsets[at + 2]!, this.offsets[at + 3]!)),
      );
    }
    return labels;
  }

  /** Where the raw value of the label `name` (plain ASCII) stands, or null. */
  find(body: Buffer, name: string): readonly [start: number, end: number] | null {
    for (let i = 0; i < this.count; i++) {
      const start = this.offsets[4 * i]!;
      const end = this.offsets[4 * i + 1]!;
      if (end - start === name.length && latin1(body, start, end) === name)
        return [this.offsets[4 * i + 2]!, this.offsets[4 * i + 3]!];
    }
    return null;
  }

  private broken(body: Uint8Array, at: number, what: string): CollectError {
    return bodyFault(at >= body.length ? "truncated" : "malformed", body, at, what);
  }
}

/** Undoes `\\`, `\"` and `\n`; the text must have been checked by the scan. */
export function unescape(raw: string): string {
  if (!raw.includes("\\")) return raw;
  return raw.replace(/\\([\\"n])/g, (_, char: string) => (char === "n" ? "\n" : char));
}

function sameBytes(body: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  if (aEnd - a !== bEnd - b) return false;
  for (let i = 0; i < aEnd - a; i++) if (body[a + i] !== body[b + i]) return false;
  return true;
}

const RESERVED = Buffer.from("__name__");
function isReserved(body: Uint8Array, start: number, end: number): boolean {
  return end - start === RESERVED.length && RESERVED.every((byte, i) => body[start + i] === byte);
}

function countNul(body: Uint8Array): number {
  let count = 0;
  for (const byte of body) if (byte === 0) count++;
  return count;
}
