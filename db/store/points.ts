import { NOT_SAID, type SlotColumn } from "../model/slot.ts";
import { SLOTS_PER_DAY } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";

/** One slot of one card, as a chart shows it. Readings are null where nothing was said. */
export type SlotPoint = {
  readonly at: UnixMs; // start of the slot
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly freeMs: number;
  readonly startingMs: number;
  readonly faultMs: number; // unknown = owned − the five before
  readonly utilRatio: number | null;
  readonly tensorRatio: number | null;
  readonly memoryMib: number | null;
  readonly powerWatts: number | null;
  readonly temperatureCelsius: number | null; // maximum in the slot
  readonly gapCause: number; // index into GAP_CAUSES
  readonly holderId: number; // 0 nobody or not said, -1 several: slot_hold
};

/** The measured columns a point is made of. */
export const POINT_SOURCES = [
  "ownedMs",
  "observedMs",
  "busyMs",
  "idleHeldMs",
  "freeMs",
  "startingMs",
  "faultMs",
  "utilMs",
  "utilSaidMs",
  "tensorMs",
  "tensorSaidMs",
  "memoryMibS",
  "memorySaidMs",
  "powerJoules",
  "powerSaidMs",
  "temperatureMax",
] as const satisfies readonly SlotColumn[];

/** Slots as columns: row i of each array is the same slot of the same card. A SlotBatch's columns are such. */
export type PointColumns = Readonly<Record<(typeof POINT_SOURCES)[number], ArrayLike<number>>>;

const DAY = SLOTS_PER_DAY;
const [UTIL, TENSOR, MEMORY, POWER, TEMPERATURE, GAP, HOLDER] = [7, 8, 9, 10, 11, 12, 13].map((c) => c * DAY) as [
  ...[number, number, number, number, number, number, number],
];

/**
 * Writes row `row` of the columns into a day's values at `place`. Card_slot rows and whole days of history both go
 * through here, so a chart looks the same before and after packing. Written out: it runs four million times for the demo.
 */
export function putPoint(
  values: Int32Array,
  place: number,
  from: PointColumns,
  row: number,
  gapCause: number,
  holderId: number,
): void {
  values[place] = from.ownedMs[row] as number;
  values[DAY + place] = from.observedMs[row] as number;
  values[2 * DAY + place] = from.busyMs[row] as number;
  values[3 * DAY + place] = from.idleHeldMs[row] as number;
  values[4 * DAY + place] = from.freeMs[row] as number;
  values[5 * DAY + place] = from.startingMs[row] as number;
  values[6 * DAY + place] = from.faultMs[row] as number;
  values[UTIL + place] = mean(from.utilMs[row] as number, from.utilSaidMs[row] as number, 10_000);
  values[TENSOR + place] = mean(from.tensorMs[row] as number, from.tensorSaidMs[row] as number, 10_000);
  values[MEMORY + place] = mean(from.memoryMibS[row] as number, from.memorySaidMs[row] as number, 1000);
  values[POWER + place] = mean(from.powerJoules[row] as number, from.powerSaidMs[row] as number, 10_000);
  values[TEMPERATURE + place] = from.temperatureMax[row] as number;
  values[GAP + place] = gapCause;
  values[HOLDER + place] = holderId;
}

function mean(sum: number, said: number, scale: number): number {
  return said > 0 ? Math.min(Math.round((sum * scale) / said), 2_147_483_647) : -1;
}

/** The point at `place` of a day; `at` is its start. */
export function pointAt(values: Int32Array, place: number, at: UnixMs): SlotPoint {
  const value = (offset: number): number => values[offset + place] as number;
  const scaled = (offset: number, scale: number) => (value(offset) < 0 ? null : value(offset) / scale);
  return {
    at,
    ownedMs: value(0),
    observedMs: value(DAY),
    busyMs: value(2 * DAY),
    idleHeldMs: value(3 * DAY),
    freeMs: value(4 * DAY),
    startingMs: value(5 * DAY),
    faultMs: value(6 * DAY),
    utilRatio: scaled(UTIL, 10_000),
    tensorRatio: scaled(TENSOR, 10_000),
    memoryMib: scaled(MEMORY, 1),
    powerWatts: scaled(POWER, 10),
    temperatureCelsius: value(TEMPERATURE) === NOT_SAID ? null : value(TEMPERATURE),
    gapCause: value(GAP),
    holderId: value(HOLDER),
  };
}
