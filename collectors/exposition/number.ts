/**
 * The value grammar of the text formats: what Go's ParseFloat reads, without underscores (facts/integrations.md 3.4).
 * JavaScript's own readers are no help: Number("") is 0, Number("0x1F") is 31, Number("+Inf") is NaN, parseFloat("1e") is 1.
 */

import { latin1 } from "./bytes.ts";

/** 10^0 … 10^22: the powers of ten a double holds exactly. */
const TENS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57;
const lower = (byte: number | undefined): number => (byte ?? 0) | 0x20;

/** Where `readNumber` leaves what it read: one cell, so that no number is boxed. */
export type NumberCell = { value: number };

/**
 * Reads the token `[start, end)` as a value. false = not a number of the grammar, or past a double's range (as ParseFloat).
 * Decimal results are correctly rounded: up to 15 digits by one exact division, longer ones by the engine.
 */
export function readNumber(body: Buffer, start: number, end: number, cell: NumberCell): boolean {
  let at = start;
  const sign = body[at];
  const negative = sign === 45;
  if (negative || sign === 43) at++;
  if (at >= end) return false;
  const first = body[at];
  if (!isDigit(first) && first !== 46) return readWord(body, at, end, sign, cell);
  if (first === 48 && lower(body[at + 1]) === 120 && at + 1 < end) return readHex(body, at + 2, end, negative, cell);

  let mantissa = 0;
  const whole = at;
  while (at < end && isDigit(body[at])) mantissa = mantissa * 10 + (body[at++]! - 48);
  let digits = at - whole;
  let fraction = 0;
  if (at < end && body[at] === 46) {
    at++;
    const from = at;
    while (at < end && isDigit(body[at])) mantissa = mantissa * 10 + (body[at++]! - 48);
    fraction = at - from;
    digits += fraction;
  }
  if (digits === 0) return false;
  if (at === end && digits <= 15) {
    const size = mantissa / TENS[fraction]!;
    cell.value = negative ? -size : size;
    return true;
  }
  if (at < end && !isExponent(body, at, end)) return false;
  cell.value = Number(latin1(body, start, end));
  return Number.isFinite(cell.value);
}

function isExponent(body: Buffer, from: number, end: number): boolean {
  if (lower(body[from]) !== 101) return false;
  let at = from + 1;
  if (body[at] === 45 || body[at] === 43) at++;
  if (at >= end) return false;
  while (at < end && isDigit(body[at])) at++;
  return at === end;
}

/** NaN without a sign; Inf and Infinity with or without one; any case. */
function readWord(body: Buffer, at: number, end: number, sign: number | undefined, cell: NumberCell): boolean {
  if (end - at > 8) return false;
  const word = latin1(body, at, end).toLowerCase();
  const signed = sign === 45 || sign === 43;
  if (word === "nan" && !signed) cell.value = Number.NaN;
  else if (word === "inf" || word === "infinity") cell.value = sign === 45 ? -Infinity : Infinity;
  else return false;
  return true;
}

const HEX = /^([0-9a-f]*)(?:\.([0-9a-f]*))?p([+-]?[0-9]+)$/i; // linear: no two parts can match the same byte

/** `0x1.8p3`: hex mantissa, and a binary exponent that must be there. */
function readHex(body: Buffer, at: number, end: number, negative: boolean, cell: NumberCell): boolean {
  const parts = HEX.exec(latin1(body, at, end));
  if (parts === null) return false;
  const fraction = parts[2] ?? "";
  const digits = `${parts[1]}${fraction}`;
  if (digits === "") return false;
  const size = scaleByTwo(Number(BigInt(`0x${digits}`)), Number(parts[3]) - 4 * fraction.length);
  cell.value = negative ? -size : size;
  return Number.isFinite(size);
}

/** value × 2^exponent in steps that a double can take. */
function scaleByTwo(value: number, exponent: number): number {
  if (value === 0) return 0;
  let left = Math.max(-5_000, Math.min(5_000, exponent));
  let result = value;
  for (; left > 1_000; left -= 1_000) result *= 2 ** 1_000;
  for (; left < -1_000; left += 1_000) result *= 2 ** -1_000;
  return result * 2 ** left;
}

const INT64_MAX = 9_223_372_036_854_775_807n;

/** Reads `[start, end)` as the int64 of a text-format timestamp. false = not one. */
export function readInt64(body: Buffer, start: number, end: number, cell: NumberCell): boolean {
  const from = body[start] === 45 || body[start] === 43 ? start + 1 : start;
  if (from >= end) return false;
  for (let at = from; at < end; at++) if (!isDigit(body[at])) return false;
  if (end - from > 15) {
    const size = BigInt(latin1(body, from, end));
    if (size > INT64_MAX && !(body[start] === 45 && size === INT64_MAX + 1n)) return false;
  }
  cell.value = Number(latin1(body, start, end));
  return true;
}
