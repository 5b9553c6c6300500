import { NOT_SAID, SLOT_COLUMNS, type SlotBatch } from "../../db/model/slot.ts";
import { DAY_MS, HOUR_MS } from "../../db/model/time.ts";

/** One version of a card's slot, as somebody said it. */
type Version = { slot: number; cardId: number; poolId: number; seq: number; sourceRank: number; values: number[] };

export type OracleBatch = { batch: SlotBatch; seq: number; sourceRank: number };
/** "hour 491234 card 3" → slots summed, then the measured columns in the order of SLOT_COLUMNS. */
export type OracleRows = Map<string, number[]>;

const OBSERVED = SLOT_COLUMNS.findIndex(({ name }) => name === "observedMs");

/**
 * What the rollup tables must hold after these batches, in whatever order they came: keep the best version of each
 * (slot, card), forget the rest, and add up. Slow and obvious on purpose.
 */
export function rollUp(batches: readonly OracleBatch[]): {
  slots: OracleRows;
  hours: OracleRows;
  days: OracleRows;
  pools: OracleRows;
} {
  const best = new Map<string, Version>();
  for (const said of batches) {
    for (const version of versionsOf(said)) {
      const key = `slot ${version.slot / 300_000} card ${version.cardId}`;
      const stored = best.get(key);
      if (!stored || isBetter(version, stored)) best.set(key, version);
    }
  }
  const slots: OracleRows = new Map([...best].map(([key, v]) => [key, [v.poolId, ...v.values]]));
  const hours: OracleRows = new Map();
  const days: OracleRows = new Map();
  const pools: OracleRows = new Map();
  for (const v of best.values()) {
    add(hours, `hour ${Math.floor(v.slot / HOUR_MS)} card ${v.cardId}`, v.values);
    add(days, `day ${Math.floor(v.slot / DAY_MS)} card ${v.cardId}`, v.values);
    add(pools, `hour ${Math.floor(v.slot / HOUR_MS)} pool ${v.poolId}`, v.values);
  }
  return { slots, hours, days, pools };
}

function versionsOf({ batch, seq, sourceRank }: OracleBatch): Version[] {
  return Array.from({ length: batch.count }, (_, row) => ({
    slot: batch.slot,
    cardId: batch.cardId[row] as number,
    poolId: batch.poolId[row] as number,
    seq,
    sourceRank,
    values: SLOT_COLUMNS.map(({ name }) => batch.columns[name][row] as number),
  }));
}

function isBetter(a: Version, b: Version): boolean {
  const [observedA, observedB] = [a.values[OBSERVED] as number, b.values[OBSERVED] as number];
  if (observedA !== observedB) return observedA > observedB;
  if (a.seq !== b.seq) return a.seq > b.seq;
  return a.sourceRank > b.sourceRank;
}

function add(rows: OracleRows, key: string, values: readonly number[]): void {
  const before = rows.get(key) ?? [0, ...SLOT_COLUMNS.map(({ merge }) => (merge === "max" ? NOT_SAID : 0))];
  const after = values.map((value, i) => {
    const sum = before[i + 1] as number;
    return SLOT_COLUMNS[i]?.merge === "max" ? Math.max(sum, value) : sum + value;
  });
  rows.set(key, [(before[0] as number) + 1, ...after]);
}
