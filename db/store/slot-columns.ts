import { SLOT_COLUMNS, type SlotBatch, type SlotColumn } from "../model/slot.ts";
import { SLOT_MS } from "../model/time.ts";
import type { IntColumn, IntWidth } from "./copy-binary.ts";

/** `idleHeldMs` → `idle_held_ms`: the one rule between SLOT_COLUMNS and the tables (held by test/db/schema.test.ts). */
export const columnName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The measured columns in table order. */
export const MEASURED = SLOT_COLUMNS.map(({ name, merge }) => ({ name, merge, sql: columnName(name) }));
export const SUMS = MEASURED.filter(({ merge }) => merge === "sum").map(({ sql }) => sql);
export const MAXIMA = MEASURED.filter(({ merge }) => merge === "max").map(({ sql }) => sql);
/** "owned_ms, observed_ms, …" */
export const MEASURED_LIST = MEASURED.map(({ sql }) => sql).join(", ");

/**
 * The largest count, MiB·s or joules one slot may say: twelve of them still fit into int4 (card_hour). 512 GiB of memory
 * for five minutes is 157 286 400. What an exporter says beyond is nonsense, and must not stop the fleet's commit.
 */
export const SLOT_VALUE_MAX = 170_000_000;
/** Two clocks may run at once (thermal and power throttling), so a time may reach twice the slot. */
const SLOT_TIME_MAX = 2 * SLOT_MS;
/** Times an exporter's own clocks and intervals decide: capped like counts. The other times are ours to get right. */
const FROM_OUTSIDE: ReadonlySet<SlotColumn> = new Set<SlotColumn>(["throttledMs", "energySaidMs"]);

const KEYS = ["slot_no", "card_id", "pool_id", "holder_id", "seq", "source_id", "gap_cause"];
/** All columns of card_slot in table order: the target of COPY. */
export const CARD_SLOT_LIST = [...KEYS, ...MEASURED.map(({ sql }) => sql)].join(", ");

/** A batch as columns of card_slot. */
export function cardSlotColumns(batch: SlotBatch, slotNo: number, seq: number, sourceId: number): IntColumn[] {
  const { cardId, poolId, holderId, gapCause } = batch;
  const keys: IntColumn[] = [
    { width: 4, values: slotNo },
    { width: 4, values: cardId },
    { width: 4, values: poolId },
    { width: 4, values: holderId },
    { width: 4, values: seq },
    { width: 2, values: sourceId },
    { width: 2, values: gapCause },
  ];
  return [
    ...keys,
    ...MEASURED.map((column) => ({ width: slotWidth(column.merge), values: bounded(batch, column.name) })),
  ];
}

const slotWidth = (merge: "sum" | "max"): IntWidth => (merge === "max" ? 2 : 4);

/** Values as they may be stored. @throws RangeError for what cannot come from the world, only from a fault of ours. */
export function bounded(batch: SlotBatch, name: SlotColumn): Float64Array {
  const values = batch.columns[name];
  const [least, most] = boundsOf(name);
  let out = values;
  for (let row = 0; row < batch.count; row++) {
    const value = values[row] as number;
    if (value >= least && value <= most && Number.isInteger(value)) continue;
    const isOurs = name.endsWith("Ms") && !FROM_OUTSIDE.has(name);
    if (!Number.isInteger(value) || value < least || isOurs) {
      throw new RangeError(
        `${name} of card ${batch.cardId[row]} in slot ${batch.slot} is ${value}, not a whole number in ${least}..${most}`,
      );
    }
    if (out === values) out = values.slice();
    out[row] = most;
  }
  return out;
}

function boundsOf(name: SlotColumn): readonly [number, number] {
  if (name === "temperatureMax" || name === "memoryTemperatureMax") return [-32768, 32767];
  return [0, name.endsWith("Ms") ? SLOT_TIME_MAX : SLOT_VALUE_MAX];
}
