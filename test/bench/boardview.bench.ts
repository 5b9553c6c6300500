import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../db/database.ts";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { openDatabase } from "../../db/open.ts";
import { ensurePartitions, everyDay } from "../../db/store/partitions.ts";
import { commitSlot } from "../../db/store/slots.ts";
import { systemClock } from "../../server/clock.ts";
import { boardCompare } from "../../server/usecases/board/board-compare.ts";
import { createBoardPast } from "../../server/usecases/board/board-past.ts";
import { boardView } from "../../server/usecases/board/board-view.ts";
import { boardWall } from "../../server/usecases/board/board-wall.ts";
import type { BoardDeps } from "../../server/usecases/board/ports.ts";
import { fleetBatch } from "../db/batches.ts";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { manualClock } from "../tools/manual-clock.ts";
import { stageFleet } from "../server/api/stage.ts";
import { stageConfig } from "../tools/stage-config.ts";
import type { BenchRow } from "./row.ts";
import { CARDS, fillHistory, POOLS } from "./store-fixture.ts";

const UNTIL = unixMs(Date.UTC(2026, 10, 20)); // packed and rolled-up history ends, slots of our own begin
const SLOTS = 14; // a little more than an hour
const ROUNDS = 25;
const DEPTH = { days: 8, hourDays: 2, slotDays: 2 };

/** What the board asks at 10,000 cards, on both engines: live, at a past moment with its rows, and with its day packed. */
export async function benchBoardView(): Promise<BenchRow[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "dapan-bench-"));
  const rows = await benchEngine("PGlite", { dataDir }, 150);
  rmSync(dataDir, { recursive: true });
  if (whyNoPostgres() !== null) return rows;
  const service = await startPostgres();
  try {
    return [...rows, ...(await benchEngine("PostgreSQL 15", { url: service.url }, 90))];
  } finally {
    await service.stop();
  }
}

async function benchEngine(
  engine: string,
  at: { dataDir: string } | { url: string },
  goal: number,
): Promise<BenchRow[]> {
  const onFatal = (error: Error) => {
    throw error;
  };
  const db = await openDatabase({ at, clock: systemClock, onFatal });
  try {
    await fillHistory(db, UNTIL, DEPTH);
    await markHistory(db);
    for (let i = 0; i < SLOTS; i++) {
      const [slot, batch] = [UNTIL + i * SLOT_MS, fleetBatch(UNTIL + i * SLOT_MS, CARDS, POOLS)];
      const committedAt = unixMs(slot + SLOT_MS + 20_000);
      await commitSlot(db, { source: "scrape", seq: 1, batch, events: [], committedAt });
    }
    return await ask(db, engine, goal);
  } finally {
    await db.close();
  }
}

/** The history is laid by SQL and has no books: one entry for each slot of it. */
async function markHistory(db: Database): Promise<void> {
  await ensurePartitions(db, ["slot_ledger"], everyDay(UNTIL - DEPTH.days * DAY_MS, UNTIL));
  await db.query("INSERT INTO source (name) VALUES ('scrape') ON CONFLICT DO NOTHING");
  await db.query(
    `INSERT INTO slot_ledger (slot_no, source_id, seq, committed_at_ms, cards, owned_ms, observed_ms)
     SELECT s, (SELECT id FROM source WHERE name = 'scrape'), 1, (s + 1) * ${SLOT_MS}::int8 + 20000, ${CARDS}, 1, 1
     FROM generate_series($1::int4, $2::int4) s`,
    [(UNTIL - DEPTH.days * DAY_MS) / SLOT_MS, UNTIL / SLOT_MS - 1],
  );
}

async function ask(db: Database, engine: string, goal: number): Promise<BenchRow[]> {
  const now = unixMs(UNTIL + SLOTS * SLOT_MS + 60_000);
  const deps: BoardDeps = {
    clock: manualClock(now),
    config: stageConfig(),
    live: stageFleet([], []).live,
    past: createBoardPast(db),
  };
  const recent = (i: number) => now - 6 * HOUR_MS - i * SLOT_MS;
  const packed = (i: number) => now - 6 * DAY_MS - i * SLOT_MS;
  const questions: readonly [string, (i: number) => Promise<unknown>, number | null][] = [
    ["board, live", () => boardView(deps), goal],
    ["board, 6 hours ago", (i) => boardView(deps, { at: recent(i) }), goal],
    ["wall of 10,000 cards, 6 hours ago", (i) => boardWall(deps, { at: recent(i) }), goal],
    ["board against yesterday", (i) => boardCompare(deps, { at: recent(i), back: "day" }), goal * 2],
    ["board against last week (packed)", (i) => boardCompare(deps, { at: recent(i), back: "week" }), null],
    ["board, 6 days ago (packed)", (i) => boardView(deps, { at: packed(i) }), null],
    ["wall of 10,000 cards, 6 days ago (packed)", (i) => boardWall(deps, { at: packed(i) }), null],
  ];
  const rows: BenchRow[] = [];
  for (const [question, run, most] of questions) {
    const times: number[] = [];
    for (let i = 0; i < ROUNDS; i++) times.push(await timed(() => run(i)));
    rows.push({ name: `${engine}: ${question}, p50`, value: quantile(times, 0.5), unit: "ms" });
    const p95 = { name: `${engine}: ${question}, p95`, value: quantile(times, 0.95), unit: "ms" };
    rows.push(most === null ? p95 : { ...p95, goal: `≤ ${most}` });
  }
  return rows;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = systemClock.monotonicMs();
  await work();
  return systemClock.monotonicMs() - from;
}

const quantile = (values: readonly number[], q: number): number =>
  Math.round(10 * (values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? 0)) / 10;
