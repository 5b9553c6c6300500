import type { UnixMs } from "./units.ts";

/**
 * What a card did in one slot, hour or day. Sums of these rows are again such a row: mergeable sums and maxima only.
 *
 * ownedMs = busyMs + idleHeldMs + freeMs + startingMs + faultMs + unknownMs, exactly (unknownMs is not stored).
 * observedMs + gap = ownedMs; gapCause says why the larger part of the gap is missing.
 */
export const SLOT_COLUMNS = [
  { name: "ownedMs", merge: "sum" },
  { name: "observedMs", merge: "sum" }, // a reading spoke
  { name: "busyMs", merge: "sum" },
  { name: "idleHeldMs", merge: "sum" },
  { name: "freeMs", merge: "sum" },
  { name: "startingMs", merge: "sum" },
  { name: "faultMs", merge: "sum" },
  { name: "utilSaidMs", merge: "sum" }, // ms for which an activity was said; utilMs / utilSaidMs is the mean
  { name: "utilMs", merge: "sum" }, // activity ratio × ms
  { name: "tensorSaidMs", merge: "sum" },
  { name: "tensorMs", merge: "sum" },
  { name: "memorySaidMs", merge: "sum" },
  { name: "memoryMibS", merge: "sum" }, // MiB × seconds
  { name: "powerSaidMs", merge: "sum" },
  { name: "powerJoules", merge: "sum" }, // W × seconds, from the gauge
  { name: "energyJoules", merge: "sum" }, // increase of the counter; -1 is never stored, 0 with energySaidMs 0 means not said
  { name: "energySaidMs", merge: "sum" }, // ms spanned by two readings of the counter
  { name: "temperatureMax", merge: "max" }, // °C; -32768 = not said
  { name: "memoryTemperatureMax", merge: "max" }, // °C; -32768 = not said
  { name: "eccCorrected", merge: "sum" }, // increases in the slot
  { name: "eccUncorrected", merge: "sum" },
  { name: "rowsRemapped", merge: "sum" },
  { name: "pcieReplays", merge: "sum" },
  { name: "nvlinkErrors", merge: "sum" },
  { name: "throttledMs", merge: "sum" }, // thermal + power
  { name: "xids", merge: "sum" }, // XID changes seen
  { name: "readings", merge: "sum" }, // readings that fell into the slot
] as const satisfies readonly { readonly name: string; readonly merge: "sum" | "max" }[];

export type SlotColumn = (typeof SLOT_COLUMNS)[number]["name"];

/** Place of each column in one row of totals. */
export const COLUMN = Object.fromEntries(SLOT_COLUMNS.map((c, i) => [c.name, i])) as Readonly<
  Record<SlotColumn, number>
>;

/** Stored where a maximum has nothing to be the maximum of. */
export const NOT_SAID = -32768;

/**
 * One slot of many cards, column by column: row `i` of every array is the same card. Values are whole numbers.
 * A batch is absolute: writing it twice, or again after a crash, leaves the same rows.
 */
export type SlotBatch = {
  readonly slot: UnixMs; // start
  readonly count: number;
  readonly cardId: Int32Array;
  readonly poolId: Int32Array;
  /** Who held the card all of its busy, idle_held, starting and fault time; 0 nobody or not said; -1 see holds. */
  readonly holderId: Int32Array;
  readonly gapCause: Uint8Array; // index into GAP_CAUSES
  readonly columns: Readonly<Record<SlotColumn, Float64Array>>;
  readonly holds: readonly Hold[];
  readonly parts: readonly SlotPart[]; // of the cards whose ownedMs is less than the slot
};

/** A card that was ours for a part of the slot only: which part. */
export type SlotPart = { readonly cardId: number; readonly poolId: number; readonly from: UnixMs; readonly to: UnixMs };

/**
 * A holder's part of a card in a slot, for slots that are not one holder's alone. Weighted by share: of each state the
 * parts sum to at most the card's, and what is left is nobody's.
 */
export type Hold = {
  readonly cardId: number;
  readonly holderId: number;
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly startingMs: number;
  readonly faultMs: number;
};
