import { CollectError } from "../collector.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** Where the next byte that is not JSON white space stands. @throws CollectError truncated at the end of the body */
export function skipSpace(body: Buffer, p: number): number {
  let c = body[p];
  while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) c = body[(p += 1)];
  if (c === undefined) throw truncated(body);
  return p;
}

/** Just past the string that opens at `p`. */
export function skipString(body: Buffer, p: number): number {
  for (;;) {
    const end = body.indexOf(QUOTE, p + 1);
    if (end < 0) throw truncated(body);
    let slashes = 0;
    while (body[end - 1 - slashes] === BACKSLASH && end - 1 - slashes > p) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
    p = end;
  }
}

/** Just past the value at `p`, whatever it is. Walks, never recurses: depth comes from strangers. */
export function skipValue(body: Buffer, p: number): number {
  let depth = 0;
  for (;;) {
    const c = body[p];
    if (c === undefined) throw truncated(body);
    if (c === QUOTE) {
      p = skipString(body, p);
    } else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
      depth += 1;
      p += 1;
      continue;
    } else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) {
      if (depth === 0) throw malformed(body, p, "a value");
      depth -= 1;
      p += 1;
    } else {
      p += 1;
      if (depth > 0) continue;
      p = skipToken(body, p);
    }
    if (depth === 0) return p;
  }
}

function skipToken(body: Buffer, p: number): number {
  let c = body[p];
  while (c !== undefined && c > 0x20 && c !== 0x2c && c !== CLOSE_BRACE && c !== CLOSE_BRACKET) c = body[(p += 1)];
  return p;
}

/** The text of the string `body[start, end)`, quotes included. @throws CollectError malformed for wrong escapes */
export function textOf(body: Buffer, start: number, end: number): string {
  const raw = body.toString("utf8", start + 1, end - 1);
  if (!raw.includes("\\")) return raw;
  const text = jsonOf(body, start, end);
  if (typeof text !== "string") throw malformed(body, start, "a string");
  return text;
}

/** A small piece of the body as a value. Not for results: those are read byte by byte. */
export function jsonOf(body: Buffer, start: number, end: number): unknown {
  try {
    return JSON.parse(body.toString("utf8", start, end)) as unknown;
  } catch (cause) {
    throw new CollectError("malformed", `the answer is not JSON near byte ${start}`, { cause });
  }
}

export function truncated(body: Buffer): CollectError {
  return new CollectError("truncated", `the answer ends in the middle, after ${body.length} bytes`);
}

/** `truncated` at the end of the body, else `malformed` with what was expected where. Foreign bytes are not repeated. */
export function malformed(body: Buffer, p: number, expected: string): CollectError {
  if (p >= body.length) return truncated(body);
  return new CollectError("malformed", `the answer is not a Prometheus result: expected ${expected} at byte ${p}`);
}
