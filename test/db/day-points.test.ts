import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  blankDay,
  type DayPoints,
  decodeDay,
  decodeEnds,
  encodeDay,
  hasPoint,
  POINT_WIDTH,
  readPlace,
  setPoint,
} from "../../db/store/day-points.ts";
import { pointAt, putPoint, type PointColumns, POINT_SOURCES } from "../../db/store/points.ts";
import { unixMs } from "../../db/model/units.ts";
import { random } from "./batches.ts";

/** A day with these places present, and values drawn in turn. */
function dayOf(places: readonly number[], values: readonly number[]): DayPoints {
  const day = blankDay();
  let i = 0;
  for (const place of places) {
    setPoint(day.presence, place);
    for (let c = 0; c < POINT_WIDTH; c++) day.values[c * 288 + place] = values[i++ % values.length] ?? 0;
  }
  return day;
}

const powersOfTwo = Array.from({ length: 32 }, (_, bit) => 2 ** bit).flatMap((p) => [
  p - 1,
  p,
  p + 1,
  -p,
  1 - p,
  -1 - p,
]);
const int32 = powersOfTwo.filter((v) => v >= -(2 ** 31) && v < 2 ** 31);

describe("packed days", () => {
  test("what was packed comes back exactly, whatever the places and values", () => {
    const places = fc.uniqueArray(fc.integer({ min: 0, max: 287 })).map((list) => list.sort((a, b) => a - b));
    const value = fc.oneof(
      fc.constantFrom(...int32),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.constant(0),
    );
    fc.assert(
      fc.property(places, fc.array(value, { minLength: 1, maxLength: 600 }), (list, values) => {
        const day = dayOf(list, values);
        const { values: back } = decodeDay(day.presence, encodeDay(day));
        expect(Buffer.from(back.buffer).equals(Buffer.from(day.values.buffer))).toBe(true); // toEqual on 4,000 numbers is slow
      }),
      { numRuns: 300 },
    );
  });

  test("the ends of a day are what the whole of it says, or are too short to say anything", () => {
    const places = fc.uniqueArray(fc.integer({ min: 0, max: 287 })).map((list) => list.sort((a, b) => a - b));
    const values = fc.array(fc.oneof(fc.constantFrom(...int32), fc.constant(0)), { minLength: 1, maxLength: 600 });
    const [head, tail] = [2, 2];
    fc.assert(
      fc.property(places, values, fc.nat(6_000), fc.nat(6_000), (list, some, first, last) => {
        const day = dayOf(list, some);
        const bytes = encodeDay(day);
        const cut = { first: bytes.slice(0, 1 + first), last: bytes.slice(Math.max(0, bytes.length - last)) };
        const wanted = [...day.values.slice(0, head * 288), ...day.values.slice((POINT_WIDTH - tail) * 288)];
        const ends = decodeEnds(day.presence, cut.first, cut.last, { head, tail });
        if (ends !== null || (cut.first.length === bytes.length && cut.last.length === bytes.length))
          expect(
            Buffer.from((ends ?? new Int32Array()).buffer).equals(Buffer.from(Int32Array.from(wanted).buffer)),
          ).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("every step between numbers around powers of two survives, in both directions", () => {
    const walk = int32.flatMap((a, i) => [a, int32[int32.length - 1 - i] ?? 0]);
    for (let from = 0; from < walk.length; from += 288) {
      const part = walk.slice(from, from + 288);
      const day = blankDay();
      part.forEach((value, place) => {
        setPoint(day.presence, place);
        day.values[place] = value;
      });
      expect([...decodeDay(day.presence, encodeDay(day)).values.subarray(0, part.length)]).toEqual(part);
    }
  });

  test("a steady day takes fewer than 60 bytes, and a missing point none", () => {
    const all = Array.from({ length: 288 }, (_, i) => i);
    const steady = dayOf(
      all,
      Array.from({ length: POINT_WIDTH }, (_, c) => 300_000 + c),
    );
    expect(encodeDay(steady).length).toBeLessThan(100);
    expect(encodeDay(blankDay()).length).toBe(1);
  });

  test("a damaged row is an error, never another day", () => {
    const day = dayOf([0, 5, 287], [1, -5, 900_000]);
    const bytes = encodeDay(day);
    expect(() => decodeDay(day.presence, bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
    expect(() => decodeDay(day.presence, Uint8Array.from([...bytes, 0]))).toThrow(/left over/);
    expect(() => decodeDay(day.presence, Uint8Array.from([9, ...bytes.subarray(1)]))).toThrow(/unknown format/);
    expect(() => decodeDay(new Uint8Array(3), bytes)).toThrow(/unknown format/);
  });

  test("presence bits stand where PostgreSQL's get_bit looks", () => {
    const { presence } = blankDay();
    setPoint(presence, 9);
    expect([...presence.subarray(0, 2)]).toEqual([0, 2]);
    expect([hasPoint(presence, 9), hasPoint(presence, 8)]).toEqual([true, false]);
  });

  test("a slot without a reading shows null, not zero", () => {
    const silent = Object.fromEntries(
      POINT_SOURCES.map((name) => [name, [name === "temperatureMax" ? -32768 : 0]]),
    ) as unknown as PointColumns;
    const { values } = blankDay();
    putPoint(values, 3, silent, 0, 1, 0);
    expect(pointAt(values, 3, unixMs(0))).toMatchObject({
      utilRatio: null,
      tensorRatio: null,
      memoryMib: null,
      powerWatts: null,
      temperatureCelsius: null,
    });
  });

  test("means are of what was said, not of the slot", () => {
    const half = {
      ...Object.fromEntries(POINT_SOURCES.map((name) => [name, [0]])),
      utilMs: [75_000],
      utilSaidMs: [150_000],
      powerJoules: [30_000],
      powerSaidMs: [150_000],
      memoryMibS: [1500],
      memorySaidMs: [150_000],
    };
    const { values } = blankDay();
    putPoint(values, 0, half as unknown as PointColumns, 0, 0, 0);
    expect(pointAt(values, 0, unixMs(0))).toMatchObject({ utilRatio: 0.5, powerWatts: 200, memoryMib: 10 });
  });

  test("one point read from the beginning of a day is the point of the whole day, or says that the bytes end before it", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 287 }), { minLength: 1, maxLength: 288 }),
        fc.integer({ min: 1, max: 2_147_483_647 }),
        fc.nat(),
        (places, spread, seed) => {
          const day = blankDay();
          const next = random(seed);
          for (const place of places) {
            setPoint(day.presence, place);
            for (let c = 0; c < POINT_WIDTH; c++) day.values[c * 288 + place] = Math.floor(next() * spread);
          }
          const [bytes, place] = [encodeDay(day), places[0] as number];
          const wanted = Array.from({ length: 8 }, (_, c) => day.values[c * 288 + place]);
          expect(readPlace(day.presence, bytes, place, 8)).toEqual(wanted);
          for (let end = 1; end < bytes.length; end += 1 + Math.floor(bytes.length / 40)) {
            const read = readPlace(day.presence, bytes.subarray(0, end), place, 8);
            if (read !== null) expect(read).toEqual(wanted);
          }
          expect(readPlace(day.presence, bytes.subarray(0, 1), place, 8)).toBeNull();
        },
      ),
      { numRuns: 60 },
    );
  });
});
