import { SLOTS_PER_DAY } from "../model/time.ts";

/**
 * A card's day of slots in a few kilobytes: what a chart of one card shows. All columns are whole numbers and come back
 * exactly; where the slot itself was a sum, the point holds its mean, rounded to the unit named here.
 */
export const POINT_COLUMNS = [
  "ownedMs",
  "observedMs",
  "busyMs",
  "idleHeldMs",
  "freeMs",
  "startingMs",
  "faultMs",
  "utilPermyriad", // 1/10 000; -1 = not said, as in the next three
  "tensorPermyriad",
  "memoryMib",
  "powerDeciwatts",
  "temperatureMax", // °C, -32768 = not said
  "gapCause", // index into GAP_CAUSES
  "holderId", // 0 nobody or not said, -1 several
] as const;
export const POINT_WIDTH = POINT_COLUMNS.length;

/** 288 bits, in the order PostgreSQL's get_bit counts them: bit i is bit i % 8 of byte i / 8, lowest first. */
export const PRESENCE_BYTES = SLOTS_PER_DAY / 8;
export const hasPoint = (presence: Uint8Array, place: number): boolean =>
  (((presence[place >> 3] as number) >> (place & 7)) & 1) === 1;
export const setPoint = (presence: Uint8Array, place: number): void => {
  presence[place >> 3] = (presence[place >> 3] as number) | (1 << (place & 7));
};

/** A day of one card: column c of the point at place p is `values[c * 288 + p]`, read only where presence has p. */
export type DayPoints = { readonly presence: Uint8Array; readonly values: Int32Array };
export const blankDay = (): DayPoints => ({
  presence: new Uint8Array(PRESENCE_BYTES),
  values: new Int32Array(POINT_WIDTH * SLOTS_PER_DAY),
});

const FORMAT = 1;
const WORST_TOKEN = 5; // bytes of a varint below 2^35

/**
 * Format 1: the byte 1, then column after column. A column is the difference of each present point to the present one
 * before it (the first to 0), as LEB128 numbers: an even number 2(n − 1) is a run of n zero differences, an odd one
 * 2z + 1 the difference whose zigzag code is z. Steady columns cost a byte or two a day, noisy ones two bytes a point.
 */
export function encodeDay({ presence, values }: DayPoints): Uint8Array {
  const places = presentPlaces(presence);
  const out = new Uint8Array(1 + POINT_WIDTH * (places.length + 1) * WORST_TOKEN);
  out[0] = FORMAT;
  let at = 1;
  for (let column = 0; column < POINT_WIDTH; column++) {
    let before = 0;
    let run = 0;
    for (const place of places) {
      const value = values[column * SLOTS_PER_DAY + place] as number;
      if (value === before) {
        run++;
        continue;
      }
      if (run > 0) at = writeVarint(out, at, 2 * (run - 1));
      run = 0;
      at = writeVarint(out, at, 2 * zigzag(value - before) + 1);
      before = value;
    }
    if (run > 0) at = writeVarint(out, at, 2 * (run - 1));
  }
  return out.slice(0, at);
}

/** @throws RangeError when the bytes are not a whole day of format 1: the row is damaged, and says so rather than lying */
export function decodeDay(presence: Uint8Array, bytes: Uint8Array): DayPoints {
  if (presence.length !== PRESENCE_BYTES || bytes[0] !== FORMAT) throw new RangeError("packed day: unknown format");
  const places = presentPlaces(presence);
  const values = new Int32Array(POINT_WIDTH * SLOTS_PER_DAY);
  const cursor = { at: 1 };
  for (let column = 0; column < POINT_WIDTH; column++) {
    let value = 0;
    for (let i = 0; i < places.length;) {
      const token = readVarint(bytes, cursor);
      const run = token % 2 === 0 ? token / 2 + 1 : 1;
      if (token % 2 === 1) value += unzigzag((token - 1) / 2);
      if (i + run > places.length) throw new RangeError("packed day: a run leaves the day");
      for (const end = i + run; i < end; i++) values[column * SLOTS_PER_DAY + (places[i] as number)] = value;
    }
  }
  if (cursor.at !== bytes.length) throw new RangeError("packed day: bytes are left over");
  return { presence, values };
}

/**
 * The first `columns` columns of one point of a day, without unpacking the rest of it: what ten thousand cards did at one
 * moment is asked this way. `bytes` may be the beginning of a day: null when it ends before the last of the columns.
 * @throws RangeError when the bytes are not a day of format 1, or the point is not present
 */
export function readPlace(presence: Uint8Array, bytes: Uint8Array, place: number, columns: number): number[] | null {
  if (presence.length !== PRESENCE_BYTES || bytes[0] !== FORMAT) throw new RangeError("packed day: unknown format");
  const { total, rank } = countPlaces(presence, place);
  if (!hasPoint(presence, place)) throw new RangeError("packed day: no point there");
  const cursor = { at: 1 };
  const row: number[] = [];
  for (let column = 0; column < columns; column++) {
    let value = 0;
    let found = 0;
    for (let i = 0; i < total;) {
      if (cursor.at + WORST_TOKEN > bytes.length && !hasToken(bytes, cursor.at)) return null;
      const token = readVarint(bytes, cursor);
      if (token % 2 === 1) value += unzigzag((token - 1) / 2);
      const next = i + (token % 2 === 0 ? token / 2 + 1 : 1);
      if (next > total) throw new RangeError("packed day: a run leaves the day");
      if (rank >= i && rank < next) found = value;
      i = next;
    }
    row.push(found);
  }
  return row;
}

/**
 * The first columns of a day, then the last ones, without what lies between: what ten thousand cards missed in a day is
 * asked this way. `first` and `last` may be the beginning and the end of the bytes: null when they are too short for it.
 * Numbers end with the one byte below 128, so they can be told apart from behind as well.
 * @returns column c of the point at place p at `[c * 288 + p]`, read only where presence has p
 */
export function decodeEnds(
  presence: Uint8Array,
  first: Uint8Array,
  last: Uint8Array,
  { head, tail }: { readonly head: number; readonly tail: number },
): Int32Array | null {
  if (presence.length !== PRESENCE_BYTES || first[0] !== FORMAT) throw new RangeError("packed day: unknown format");
  const places = presentPlaces(presence);
  const values = new Int32Array((head + tail) * SLOTS_PER_DAY);
  const cursor = { at: 1 };
  for (let column = 0; column < head; column++) if (!readColumn(first, cursor, places, values, column)) return null;
  let end = last.length;
  for (let column = head + tail - 1; column >= head; column--) {
    const begin = columnBegin(last, end, places.length);
    if (begin === null) return null;
    readColumn(last, { at: begin }, places, values, column);
    end = begin;
  }
  return values;
}

/** false = the bytes end before the column does. */
function readColumn(
  bytes: Uint8Array,
  cursor: { at: number },
  places: readonly number[],
  values: Int32Array,
  column: number,
): boolean {
  let value = 0;
  for (let i = 0; i < places.length;) {
    if (cursor.at + WORST_TOKEN > bytes.length && !hasToken(bytes, cursor.at)) return false;
    const token = readVarint(bytes, cursor);
    const run = token % 2 === 0 ? token / 2 + 1 : 1;
    if (token % 2 === 1) value += unzigzag((token - 1) / 2);
    if (i + run > places.length) throw new RangeError("packed day: a run leaves the day");
    for (const stop = i + run; i < stop; i++) values[column * SLOTS_PER_DAY + (places[i] as number)] = value;
  }
  return true;
}

/** Where the column of `total` points that ends before `end` begins; null = before these bytes. */
function columnBegin(bytes: Uint8Array, end: number, total: number): number | null {
  let at = end;
  for (let found = 0; found < total;) {
    const stop = at;
    at--;
    while (at > 0 && (bytes[at - 1] as number) >= 128) at--;
    if (at <= 0 || stop <= 0) return null; // its first byte may lie before
    const token = readVarint(bytes, { at });
    found += token % 2 === 0 ? token / 2 + 1 : 1;
    if (found > total) throw new RangeError("packed day: a run leaves the day");
  }
  return at;
}

/** Whether a whole number stands at the end of the bytes. */
function hasToken(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if ((bytes[at] as number) < 128) return true;
  return false;
}

/** How many points a day has, and how many of them stand before `place`. */
function countPlaces(presence: Uint8Array, place: number): { total: number; rank: number } {
  let total = 0;
  let rank = 0;
  for (let p = 0; p < SLOTS_PER_DAY; p++) {
    if (p === place) rank = total;
    if (hasPoint(presence, p)) total++;
  }
  return { total, rank };
}

function presentPlaces(presence: Uint8Array): number[] {
  const places: number[] = [];
  for (let place = 0; place < SLOTS_PER_DAY; place++) if (hasPoint(presence, place)) places.push(place);
  return places;
}

// Differences of int32 need 33 bits, so no bitwise operators here.
const zigzag = (difference: number): number => (difference >= 0 ? 2 * difference : -2 * difference - 1);
const unzigzag = (code: number): number => (code % 2 === 0 ? code / 2 : -(code + 1) / 2);

function writeVarint(out: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out[next++] = (rest % 128) + 128;
  out[next++] = rest;
  return next;
}

function readVarint(bytes: Uint8Array, cursor: { at: number }): number {
  let value = 0;
  for (let scale = 1; cursor.at < bytes.length; scale *= 128) {
    const byte = bytes[cursor.at++] as number;
    value += (byte % 128) * scale;
    if (byte < 128) return value;
  }
  throw new RangeError("packed day: cut off");
}
