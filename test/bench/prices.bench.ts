import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../db/database.ts";
import type { PriceChange } from "../../db/model/price.ts";
import { HOUR_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { openDatabase } from "../../db/open.ts";
import { idsOf } from "../../db/store/dimensions.ts";
import { systemClock } from "../../server/clock.ts";
import { createPricing } from "../../server/usecases/pricing/pricing-port.ts";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";
import type { BenchRow } from "./row.ts";

const ROWS = 100_000;
const FROM = unixMs(Date.UTC(2026, 9, 1));
const GOAL = "≤ 5000";

/** A list of a hundred thousand prices into the book: all new, all known, a tenth changed; on both engines. */
export async function benchPrices(): Promise<BenchRow[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "dapan-bench-"));
  const rows = await benchEngine("PGlite", { dataDir });
  rmSync(dataDir, { recursive: true });
  if (whyNoPostgres() !== null) return rows;
  const service = await startPostgres();
  try {
    return [...rows, ...(await benchEngine("PostgreSQL 15", { url: service.url }))];
  } finally {
    await service.stop();
  }
}

async function benchEngine(engine: string, at: { dataDir: string } | { url: string }): Promise<BenchRow[]> {
  const onFatal = (error: Error) => {
    throw error;
  };
  const db = await openDatabase({ at, clock: systemClock, onFatal });
  try {
    return await benchBook(db, engine);
  } finally {
    await db.close();
  }
}

async function benchBook(db: Database, engine: string): Promise<BenchRow[]> {
  await db.transaction((tx) =>
    idsOf(
      tx,
      "pool",
      Array.from({ length: 60 }, (_, i) => [`v${i % 20}`, `r${i}`, "", "", "H100-SXM", "on_demand"]),
    ),
  );
  const port = createPricing({
    db,
    clock: systemClock,
    config: () => ({ timeZone: "Asia/Shanghai", currency: "CNY" }),
  });
  const note = { who: "bench", why: "list", source: "list.csv" };
  const rows: BenchRow[] = [];
  const timed = async (name: string, goal: string, work: () => Promise<string>) => {
    const start = performance.now();
    const what = await work();
    rows.push({
      name: `${engine}: ${name}`,
      value: Math.round(performance.now() - start),
      unit: "ms",
      goal,
      note: what,
    });
  };
  const imported = async (changes: readonly PriceChange[]) => {
    let steps = 0;
    const made = await port.change(changes, note, () => steps++);
    return `${made?.added ?? 0} rows written, ${steps} steps of progress`;
  };
  await timed("preview of 100 000 new prices", GOAL, async () => `${(await port.effectOf(list(1))).rows.added} rows`);
  await timed("import of 100 000 new prices", GOAL, () => imported(list(1)));
  await timed("the same list again", GOAL, () => imported(list(1)));
  await timed("the same list, a tenth of it changed", GOAL, () => imported(list(1, 0.1)));
  await timed(
    "first question to the book of 100 000",
    "≤ 1500",
    async () => `${(await port.prices(null)).length} prices`,
  );
  const now = systemClock.now();
  await timed(
    "hourly price of 60 pools, book at hand",
    "≤ 50",
    async () => `${(await port.hourlyByPool(now, null)).size} priced`,
  );
  const day = { from: unixMs(now - 24 * HOUR_MS), to: now };
  await timed(
    "money of a day of 60 pools, book at hand",
    "≤ 100",
    async () => `${(await port.poolMoney(day, null)).size} pools`,
  );
  return rows;
}

/** Prices of different selectors. @param changed share of them that ask a little more */
function list(price: number, changed = 0): PriceChange[] {
  return Array.from({ length: ROWS }, (_, i): PriceChange => {
    const amountMicro = BigInt(price * 1_000_000 + i + (i % 100 < changed * 100 ? 1 : 0));
    const terms = {
      basis: "card_hour",
      currency: "USD",
      amountMicro,
      cardsPerInstance: 1,
      owned: null,
      termTo: null,
    } as const;
    const selector = {
      vendor: `v${i % 20}`,
      region: `r${i}`,
      zone: "",
      cluster: "",
      model: "H100-SXM",
      billing: "on_demand",
      contract: "",
    } as const;
    return { selector, isList: true, from: FROM, to: null, terms };
  });
}
