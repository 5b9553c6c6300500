import { isUtf8 } from "node:buffer";
import type { CollectFault } from "../../db/model/coverage.ts";
import { CollectError } from "../collector.ts";

const EXCERPT_BYTES = 48;
const NEWLINE = 10;

/**
 * The error of a body that cannot be read: names the line (1-based) and shows a short, escaped piece of it from `at`.
 * Costs a walk over the body, so it is only for the way out.
 */
export function bodyFault(fault: CollectFault, body: Uint8Array, at: number, what: string): CollectError {
  let line = 1;
  for (let i = 0; i < at && i < body.length; i++) if (body[i] === NEWLINE) line++;
  return new CollectError(fault, `line ${line}: ${what}${excerpt(body, at)}`);
}

/** What stands at `at`, at most 48 bytes of its line, with everything but plain ASCII escaped: hostile text meets a terminal. */
function excerpt(body: Uint8Array, at: number): string {
  if (at >= body.length) return ", the body ends there";
  let end = at;
  while (end < body.length && end - at < EXCERPT_BYTES && body[end] !== NEWLINE) end++;
  let text = "";
  for (let i = at; i < end; i++) {
    const byte = body[i]!;
    text +=
      byte === 34 || byte === 92
        ? `\\${String.fromCharCode(byte)}`
        : byte >= 32 && byte < 127
          ? String.fromCharCode(byte)
          : `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return `, found "${text}${end < body.length && body[end] !== NEWLINE ? "…" : ""}"`;
}

/** The error for a body that is not UTF-8: finds the first bad line. */
export function notUtf8(body: Uint8Array): CollectError {
  let from = 0;
  while (from < body.length) {
    const newline = body.indexOf(NEWLINE, from);
    const end = newline < 0 ? body.length : newline + 1;
    if (!isUtf8(body.subarray(from, end))) break;
    from = end;
  }
  return bodyFault("malformed", body, from, "not valid UTF-8");
}
