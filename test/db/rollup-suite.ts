import fc from "fast-check";
import { expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { SLOT_COLUMNS, type SlotBatch } from "../../db/model/slot.ts";
import { DAY_MS, SLOT_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { sourceIdOf } from "../../db/store/ledger.ts";
import { STATE_MS } from "../../db/store/holder-sql.ts";
import { MEASURED_LIST } from "../../db/store/slot-columns.ts";
import { commitSlot } from "../../db/store/slots.ts";
import { type OracleBatch, type OracleRows, rollUp } from "../oracle/rollup-oracle.ts";
import { blankBatch, random, withHolds, withParts } from "./batches.ts";
import { expectAddedUp } from "./added-up.ts";

export const SOURCES = ["scrape", "prom-a"] as const;

/** A batch with every column filled from a seed, within what a summary can say. Cards come with their pools, holders and parts. */
export function seededBatch(slot: number, cards: readonly number[], seed: number): SlotBatch {
  const next = random(seed);
  const upTo = (most: number) => Math.floor(next() * (most + 1));
  const batch = blankBatch(slot, cards.length);
  const c = batch.columns;
  cards.forEach((card, row) => {
    batch.cardId[row] = card;
    batch.poolId[row] = 1 + upTo(2);
    batch.holderId[row] = upTo(3);
    for (const { name, merge } of SLOT_COLUMNS)
      c[name][row] = merge === "max" ? (next() < 0.3 ? -32768 : 40 + upTo(2)) : upTo(1000);
    c.ownedMs[row] = next() < 0.8 ? SLOT_MS : upTo(SLOT_MS);
    const owned = c.ownedMs[row] ?? 0;
    c.observedMs[row] = [0, Math.floor(owned / 2), owned][upTo(2)] as number; // few values, so that ties happen
    let rest = owned;
    for (const state of ["busyMs", "idleHeldMs", "freeMs", "startingMs", "faultMs"] as const) {
      c[state][row] = upTo(rest);
      rest -= c[state][row] ?? 0;
    }
  });
  const shared = cards.filter(() => next() < 0.25);
  return withParts(withHolds(batch, shared, [2, 3, 4].slice(0, 1 + upTo(2)), next()));
}

type Said = { source: 0 | 1; seq: number; slot: number; cards: number[]; seed: number };

/** Few slots, around the border of a day and of hours, so that batches meet. */
const said: fc.Arbitrary<Said> = fc.record({
  source: fc.constantFrom(0 as const, 1 as const),
  seq: fc.integer({ min: 1, max: 3 }),
  slot: fc.constantFrom(-13, -1, 0, 1),
  cards: fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { minLength: 1 }),
  seed: fc.nat(),
});

const scenario = fc
  .uniqueArray(said, { selector: (s) => `${s.source} ${s.seq} ${s.slot}`, minLength: 1, maxLength: 9 })
  .chain((batches) =>
    fc.tuple(fc.constant(batches), fc.array(fc.nat({ max: batches.length - 1 }), { maxLength: 6 }), fc.nat()),
  );

export async function readRollups(db: Database, firstDay: number, days: number): Promise<ReturnType<typeof rollUp>> {
  const read = async (
    table: string,
    step: string,
    perDay: number,
    id: string,
    label: string,
    head: string,
  ): Promise<OracleRows> => {
    const rows = await db.query<Record<string, number>>(
      `SELECT ${step} AS step, ${id} AS id, ${head} AS head, ${MEASURED_LIST} FROM ${table} WHERE ${step} >= $1 AND ${step} < $2`,
      [firstDay * perDay, (firstDay + days) * perDay],
    );
    return new Map(
      rows.map(({ step: at, id: of, head: first, ...columns }) => [
        `${label.replace("#", String(at))} ${of}`,
        [first as number, ...Object.values(columns)],
      ]),
    );
  };
  const extra = async (select: string, table: string, step: string, perDay: number): Promise<OracleRows> => {
    const rows = await db.query<{ key: string; values: number[] }>(
      `SELECT ${select} AS values FROM ${table} WHERE ${step} >= $1 AND ${step} < $2`,
      [firstDay * perDay, (firstDay + days) * perDay],
    );
    return new Map(rows.map(({ key, values }) => [key, values.map(Number)]));
  };
  const card = "'slot ' || slot_no || ' card ' || card_id";
  const pool = "'hour ' || hour_no || ' pool ' || pool_id";
  return {
    whole: await extra(`${pool} AS key, whole`, "pool_hour", "hour_no", 24),
    parts: await extra(`${card} AS key, ARRAY[pool_id, from_ms, to_ms]`, "hour_part", "slot_no", 288),
    holds: await extra(
      `${card} || ' holder ' || holder_id AS key, ARRAY[busy_ms, idle_held_ms, starting_ms, fault_ms]`,
      "slot_hold",
      "slot_no",
      288,
    ),
    holders: await extra(
      `${pool} || ' holder ' || holder_id AS key, ARRAY[${STATE_MS.join(", ")}]`,
      "holder_hour",
      "hour_no",
      24,
    ),
    slots: await read("card_slot", "slot_no", 288, "card_id", "slot # card", "pool_id"),
    hours: await read("card_hour", "hour_no", 24, "card_id", "hour # card", "slots"),
    days: await read("card_day", "day_no", 1, "card_id", "day # card", "slots"),
    pools: await read("pool_hour", "hour_no", 24, "pool_id", "hour # pool", "slots"),
  };
}

/** Tables and rows in one order, as the failpoint lanes compare texts. */
export const sorted = (rows: ReturnType<typeof rollUp>) =>
  Object.fromEntries(
    Object.entries(rows)
      .map(([name, map]) => [name, [...map].sort(([a], [b]) => (a < b ? -1 : 1))] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** ROL-01, ROL-03: what is stored depends on what was said, not on the order, nor on how often. */
export function rollupSuite(db: () => Database, runs: number): void {
  let nextDay = 20_000; // each run has two days of its own

  test(
    "ROL-01: any order, repetition and re-sequencing of batches leaves the rows the oracle has",
    { timeout: 120_000 },
    async () => {
      for (const name of SOURCES) await sourceIdOf(db(), name); // ranks as in the oracle
      await fc.assert(
        fc.asyncProperty(scenario, async ([batches, repeats, seed]) => {
          const border = (nextDay + 1) * DAY_MS;
          const commits = batches.map((s) => ({
            ...s,
            batch: seededBatch(border + s.slot * SLOT_MS, s.cards, s.seed),
          }));
          const order = shuffle([...commits.keys(), ...repeats], seed);
          const seen = new Set<number>();
          for (const index of order) {
            const { source, seq, batch } = commits[index] as (typeof commits)[number];
            const answer = await commitSlot(db(), {
              source: SOURCES[source],
              seq,
              batch,
              events: [],
              committedAt: unixMs(border),
            });
            expect(answer.committed).toBe(!seen.has(index));
            seen.add(index);
          }
          const oracle: OracleBatch[] = commits.map(({ batch, seq, source }) => ({ batch, seq, sourceRank: source }));
          expect(sorted(await readRollups(db(), nextDay, 2))).toEqual(sorted(rollUp(oracle)));
          await expectAddedUp(db(), nextDay, 2);
          nextDay += 2;
        }),
        { numRuns: runs, endOnFailure: true },
      );
    },
  );
}

function shuffle<T>(items: T[], seed: number): T[] {
  const next = random(seed);
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}
