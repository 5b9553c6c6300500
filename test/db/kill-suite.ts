import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "vitest";
import type { Database } from "../../db/database.ts";
import { SUMS } from "../../db/store/slot-columns.ts";
import { expectAddedUp } from "./added-up.ts";

/** How often the ingesting process is killed; 50 where the time is there (CI). */
export const KILLS = Number(process.env["DAPAN_KILLS"] ?? 6);
export const CARDS = 200;

const CHILD = join(import.meta.dirname, "ingest-child.ts");

/** When a round's kill falls: after so many acknowledged slots, and then some milliseconds into the next one. */
export type Moment = { readonly acks: number; readonly thenMs: number };

/** A different moment each round; every fifth kill falls into the first commit after opening. */
export const momentOf = (round: number): Moment => ({ acks: round % 5, thenMs: (round * 37) % 90 });

/** So many slots are acknowledged at least: each round waits for its own, the first of which may be the last of the round before. */
export const leastSlots = (rounds: number): number =>
  Array.from({ length: rounds }, (_, round) => Math.max(0, momentOf(round).acks - 1)).reduce(
    (sum, one) => sum + one,
    0,
  );

/** Starts the ingesting child, kills it at the moment, and resolves with what it acknowledged. */
export async function ingestAndKill(
  target: string,
  moment: Moment,
  alsoKill: () => Promise<void> = async () => undefined,
): Promise<number[]> {
  const child = spawn(process.execPath, ["--import", "tsx", CHILD, target], { stdio: ["ignore", "pipe", "pipe"] });
  const acknowledged: number[] = [];
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once("close", () => reject(new Error(`the child ended before it was killed: ${complaint}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("ack ")) acknowledged.push(Number(line.slice("ack ".length)));
      if (acknowledged.length >= moment.acks) resolve();
    });
  });
  await new Promise((resolve) => setTimeout(resolve, moment.thenMs));
  await alsoKill();
  child.kill("SIGKILL");
  await ended;
  return acknowledged;
}

/** Every acknowledged slot is there, whole; none twice; the sums are those of the slots; no half of anything. */
export async function expectWhole(db: Database, acknowledged: ReadonlySet<number>): Promise<number> {
  const slots = await db.query<{ slot: number; rows: number; cards: number }>(
    `SELECT l.slot_no::int8 * 300000 AS slot, count(c.card_id)::int AS rows, max(l.cards) AS cards
     FROM slot_ledger l LEFT JOIN card_slot c USING (slot_no) GROUP BY l.slot_no ORDER BY l.slot_no`,
  );
  const stored = new Set(slots.map(({ slot }) => slot));
  expect([...acknowledged].filter((slot) => !stored.has(slot))).toEqual([]);
  expect(slots.filter(({ rows }) => rows !== CARDS)).toEqual([]);
  const [orphans] = await db.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM card_slot WHERE slot_no NOT IN (SELECT slot_no FROM slot_ledger)",
  );
  expect(orphans).toEqual({ n: 0 });
  const sums = SUMS.map((c) => `sum(${c})::int8 AS ${c}`).join(", ");
  const [bySlot] = await db.query(`SELECT count(*)::int8 AS slots, ${sums} FROM card_slot`);
  for (const table of ["card_hour", "card_day", "pool_hour"]) {
    expect((await db.query(`SELECT coalesce(sum(slots), 0)::int8 AS slots, ${sums} FROM ${table}`))[0]).toEqual(bySlot);
  }
  await expectAddedUp(db);
  const [booked] = await db.query<{ slots: number; holders: number }>(
    `SELECT coalesce(sum((SELECT count(*) FROM unnest(whole) n WHERE n > 0)), 0)::int / 5 AS slots,
       (SELECT count(DISTINCT hour_no)::int FROM holder_hour) - count(DISTINCT hour_no)::int AS holders FROM pool_hour`,
  );
  expect(booked).toEqual({ slots: slots.length, holders: 0 }); // five pools, all cards ours for all of each slot
  const [events] = await db.query<{ n: number }>("SELECT count(*)::int AS n FROM card_event");
  expect(events?.n).toBe(slots.length);
  return slots.length;
}
