import { COLUMN, type Hold, NOT_SAID, SLOT_COLUMNS, type SlotBatch, type SlotPart } from "../../db/model/slot.ts";
import { DAY_MS, HOUR_MS } from "../../db/model/time.ts";

/** One version of a card's slot, as somebody said it. */
type Version = {
  slot: number;
  cardId: number;
  poolId: number;
  holderId: number;
  seq: number;
  sourceRank: number;
  values: number[];
  holds: Hold[];
  part: SlotPart | undefined;
};

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
  whole: OracleRows; // by pool and hour: cards ours for the whole of each of its twelve slots
  parts: OracleRows; // pool, from, to
  holds: OracleRows; // busy, idle_held, starting, fault
  holders: OracleRows; // by hour, pool and holder, in the order of LEDGER_STATES
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
  const more = { whole: new Map(), parts: new Map(), holds: new Map(), holders: new Map() } as Record<
    "whole" | "parts" | "holds" | "holders",
    OracleRows
  >;
  for (const v of best.values()) {
    put(v, more);
    add(hours, `hour ${Math.floor(v.slot / HOUR_MS)} card ${v.cardId}`, v.values);
    add(days, `day ${Math.floor(v.slot / DAY_MS)} card ${v.cardId}`, v.values);
    add(pools, `hour ${Math.floor(v.slot / HOUR_MS)} pool ${v.poolId}`, v.values);
  }
  return { slots, hours, days, pools, ...more };
}

/** Whose each state's time was: a hold's, the one holder's, or else nobody's (0). Millisecond counts, one at a time. */
function put(v: Version, { whole, parts, holds, holders }: Record<string, OracleRows>): void {
  const hour = Math.floor(v.slot / HOUR_MS);
  const counts = whole!.get(`hour ${hour} pool ${v.poolId}`) ?? Array.from({ length: 12 }, () => 0);
  whole!.set(`hour ${hour} pool ${v.poolId}`, counts);
  if (v.values[COLUMN.ownedMs] === 300_000) counts[(v.slot / 300_000) % 12]! += 1;
  const card = `slot ${v.slot / 300_000} card ${v.cardId}`;
  if (v.part) parts!.set(card, [v.part.poolId, v.part.from, v.part.to]);
  for (const h of v.holds)
    holds!.set(`${card} holder ${h.holderId}`, [h.busyMs, h.idleHeldMs, h.startingMs, h.faultMs]);
  const give = (holder: number, state: number, ms: number) => {
    if (ms === 0) return;
    const key = `hour ${hour} pool ${v.poolId} holder ${holder}`;
    const sums = holders!.get(key) ?? [0, 0, 0, 0, 0, 0];
    sums[state]! += ms;
    holders!.set(key, sums);
  };
  let unknown = v.values[COLUMN.ownedMs] as number;
  const states = ["busyMs", "idleHeldMs", "startingMs", "freeMs", "faultMs"] as const;
  for (const [state, name] of states.entries()) {
    let rest = v.values[COLUMN[name]] as number;
    unknown -= rest;
    if (name !== "freeMs") {
      for (const h of v.holds) {
        give(h.holderId, state, h[name]);
        rest -= h[name];
      }
    }
    give(name === "freeMs" || v.holderId < 0 ? 0 : v.holderId, state, rest);
  }
  give(0, 5, unknown);
}

function versionsOf({ batch, seq, sourceRank }: OracleBatch): Version[] {
  return Array.from({ length: batch.count }, (_, row) => ({
    slot: batch.slot,
    cardId: batch.cardId[row] as number,
    poolId: batch.poolId[row] as number,
    holderId: batch.holderId[row] as number,
    holds: batch.holds.filter(({ cardId }) => cardId === batch.cardId[row]),
    part: batch.parts.find(({ cardId }) => cardId === batch.cardId[row]),
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
