import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Database } from "../../db/database.ts";
import { DAY_MS, SLOT_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { openDatabase } from "../../db/open.ts";
import { cardSlot } from "../../db/schema/card-slot.ts";
import { readCardUtilisation, readMostIdle, readPoolTime, readTimeBy } from "../../db/store/board.ts";
import { readCardPoints } from "../../db/store/card-history.ts";
import { commitSlot } from "../../db/store/slots.ts";
import { ensurePartitions } from "../../db/store/partitions.ts";
import { MEASURED } from "../../db/store/slot-columns.ts";
import { slotNoOf } from "../../db/store/steps.ts";
import { systemClock } from "../../server/clock.ts";
import { fleetBatch } from "../db/batches.ts";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";
import type { BenchRow } from "./row.ts";
import { CARDS, fillHistory, FULL_DEPTH, hoursBefore, POOLS, QUICK_DEPTH } from "./store-fixture.ts";

const UNTIL = unixMs(Date.UTC(2026, 10, 20)); // history ends, live slots begin
const ROUNDS = 25;
const DEPTH = process.env["DAPAN_BENCH_FULL"] === "1" ? FULL_DEPTH : QUICK_DEPTH;

type Goals = { readonly commit: number; readonly board: number };

/** Slot commits and board queries at 10,000 cards over ninety days of rollups, on both engines, one after the other. */
export async function benchStore(): Promise<BenchRow[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "dapan-bench-"));
  const rows = await benchEngine("PGlite", { dataDir }, { commit: 300, board: 150 });
  rmSync(dataDir, { recursive: true });
  if (whyNoPostgres() !== null) return rows;
  const service = await startPostgres();
  try {
    return [...rows, ...(await benchEngine("PostgreSQL 15", { url: service.url }, { commit: 180, board: 90 }))];
  } finally {
    await service.stop();
  }
}

async function benchEngine(
  engine: string,
  at: { dataDir: string } | { url: string },
  goals: Goals,
): Promise<BenchRow[]> {
  const db = await openDatabase({
    at,
    clock: systemClock,
    onFatal: (error) => {
      throw error;
    },
  });
  try {
    await fillHistory(db, UNTIL, DEPTH);
    return [...(await benchCommit(db, engine, goals.commit)), ...(await benchBoard(db, engine, goals.board))];
  } finally {
    await db.close();
  }
}

async function benchCommit(db: Database, engine: string, goal: number): Promise<BenchRow[]> {
  const ours: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const batch = fleetBatch(UNTIL + i * SLOT_MS, CARDS, POOLS);
    const commit = {
      source: "scrape",
      seq: 1,
      batch,
      events: [],
      committedAt: systemClock.now(),
      closeJournalSlot: true,
    };
    ours.push(await timed(() => commitSlot(db, commit)));
  }
  const revised = await timed(() =>
    commitSlot(db, {
      source: "scrape",
      seq: 2,
      batch: fleetBatch(UNTIL, CARDS, POOLS, 1),
      events: [],
      committedAt: systemClock.now(),
    }),
  );
  await ensurePartitions(db, ["card_slot"], [UNTIL + DAY_MS]);
  const values: number[] = [];
  for (let i = 0; i < 3; i++) values.push(await timed(() => insertByValues(db, UNTIL + DAY_MS + i * SLOT_MS)));
  const [median, byValues] = [quantile(ours, 0.5), quantile(values, 0.5)];
  return [
    {
      name: `${engine}: commit of a slot, 10,000 cards, with rollups, median`,
      value: round(median),
      unit: "ms",
      goal: `≤ ${goal}`,
    },
    { name: `${engine}: commit of a slot, p95`, value: round(quantile(ours, 0.95)), unit: "ms" },
    { name: `${engine}: revision of a whole slot`, value: round(revised), unit: "ms" },
    {
      name: `${engine}: card_slot alone by drizzle .values()`,
      value: round(byValues),
      unit: "ms",
      note: "1,000 rows a statement",
    },
    {
      name: `${engine}: .values() of the rows alone / our whole commit`,
      value: round(byValues / median),
      unit: "×",
      goal: "≥ 8",
    },
  ];
}

/** The plain way: the same rows through drizzle, without any rollup. */
async function insertByValues(db: Database, slot: number): Promise<void> {
  const batch = fleetBatch(slot, CARDS, POOLS);
  const rows = Array.from({ length: CARDS }, (_, i) => ({
    slotNo: slotNoOf(slot),
    cardId: batch.cardId[i] ?? 0,
    poolId: batch.poolId[i] ?? 0,
    holderId: batch.holderId[i] ?? 0,
    seq: 1,
    sourceId: 1,
    gapCause: batch.gapCause[i] ?? 0,
    ...Object.fromEntries(MEASURED.map(({ name }) => [name, batch.columns[name][i] ?? 0])),
  })) as (typeof cardSlot.$inferInsert)[];
  await db.transaction(async (tx) => {
    for (let i = 0; i < rows.length; i += 1000) await tx.orm.insert(cardSlot).values(rows.slice(i, i + 1000));
  });
}

async function benchBoard(db: Database, engine: string, goal: number): Promise<BenchRow[]> {
  const week = hoursBefore(UNTIL, 7 * 24);
  const questions: readonly [string, (i: number) => Promise<unknown>, hasGoal?: false][] = [
    ["24 h by pool", () => readPoolTime(db, hoursBefore(UNTIL, 24))],
    ["24 h by region", () => readTimeBy(db, "region", hoursBefore(UNTIL, 24))],
    ["7 days of time by pool", () => readPoolTime(db, week)],
    ["one card's 7 days of slots", (i) => readCardPoints(db, 1 + ((i * 397) % CARDS), week)],
    ["top 100 idle over 7 days", () => readMostIdle(db, week, 100)],
    ["24 h of every card (for the table)", () => readCardUtilisation(db, hoursBefore(UNTIL, 24)), false],
  ];
  const rows: BenchRow[] = [];
  for (const [question, ask, hasGoal = true] of questions) {
    const times: number[] = [];
    for (let i = 0; i < ROUNDS; i++) times.push(await timed(() => ask(i)));
    rows.push({ name: `${engine}: ${question}, p50`, value: round(quantile(times, 0.5)), unit: "ms" });
    rows.push({
      name: `${engine}: ${question}, p95`,
      value: round(quantile(times, 0.95)),
      unit: "ms",
      ...(hasGoal ? { goal: `≤ ${goal}` } : {}),
    });
  }
  return rows;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = systemClock.monotonicMs();
  await work();
  return systemClock.monotonicMs() - from;
}

const quantile = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? 0;
const round = (value: number): number => Math.round(value * 10) / 10;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.table(await benchStore());
