import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../db/database.ts";
import { COST_BASES, SHARED_COST_POLICIES } from "../../db/model/ledger.ts";
import { COST_DIMENSIONS } from "../../db/model/ledger-views.ts";
import { DAY_MS, HOUR_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { openDatabase } from "../../db/open.ts";
import { readBookedTo } from "../../db/store/booking.ts";
import { encodeInts } from "../../db/store/copy-binary.ts";
import { readFeatures } from "../../db/store/features.ts";
import { STATE_MICRO } from "../../db/store/ledger-lines.ts";
import { STATE_MS } from "../../db/store/holder-sql.ts";
import { ensurePartitions, everyDay } from "../../db/store/partitions.ts";
import { readPools } from "../../db/store/registry.ts";
import { systemClock } from "../../server/clock.ts";
import { costPivot } from "../../server/usecases/costs/cost-pivot.ts";
import { costView } from "../../server/usecases/costs/cost-view.ts";
import { createCosts } from "../../server/usecases/costs/costs-port.ts";
import { featurePage } from "../../server/usecases/costs/feature-page.ts";
import { featuresView } from "../../server/usecases/costs/features-list.ts";
import { focusCsv } from "../../server/usecases/costs/focus-export.ts";
import type { CostDeps } from "../../server/usecases/costs/ports.ts";
import { createPricing } from "../../server/usecases/pricing/pricing-port.ts";
import { createUsage } from "../../server/usecases/usage/create-usage.ts";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { stageConfig } from "../tools/stage-config.ts";
import type { BenchRow } from "./row.ts";

const DAYS = 90;
const POOLS = 200;
const FEATURES = 200;
const LINES = 800; // a day: four of each pool
const PRICES = 300; // a fifth of them in dollars
const COUNTED = 100; // features whose units are counted, by the hour
const LAST_DAY = Math.floor(Date.UTC(2026, 10, 22) / DAY_MS);
const FIRST_DAY = LAST_DAY - DAYS + 1;
const NOW = unixMs(LAST_DAY * DAY_MS + 6 * HOUR_MS);
const ROUNDS = 44;

/**
 * What the Features and Cost pages ask over 90 days of 10,000 cards in 200 pools and 200 features. Every fourth question
 * comes after a line of today was written, as slots do every five minutes: then the day is read again.
 */
export async function benchCostQueries(): Promise<BenchRow[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "dapan-bench-"));
  const rows = await benchEngine("PGlite", { dataDir }, "≤ 150");
  rmSync(dataDir, { recursive: true });
  if (whyNoPostgres() !== null) return rows;
  const service = await startPostgres();
  try {
    return [...rows, ...(await benchEngine("PostgreSQL 15", { url: service.url }, "≤ 80"))];
  } finally {
    await service.stop();
  }
}

async function benchEngine(
  engine: string,
  at: { dataDir: string } | { url: string },
  goal: string,
): Promise<BenchRow[]> {
  const onFatal = (error: Error) => {
    throw error;
  };
  const db = await openDatabase({ at, clock: systemClock, onFatal });
  try {
    await seed(db);
    return await ask(engine, db, goal);
  } finally {
    await db.close();
  }
}

async function ask(engine: string, db: Database, goal: string): Promise<BenchRow[]> {
  const deps = await depsOf(db);
  const range = { from: dayText(FIRST_DAY), to: dayText(LAST_DAY + 1) };
  const choices = COST_BASES.flatMap((basis) => SHARED_COST_POLICIES.map((policy) => ({ basis, policy, range })));
  const questions: readonly (readonly [string, (i: number) => Promise<unknown>])[] = [
    ["Features page", (i) => featuresView(deps, choices[i % choices.length]!)],
    [
      "page of a feature",
      (i) => featurePage(deps, { ...choices[i % choices.length]!, key: `f-${1 + (i % FEATURES)}` }),
    ],
    ["Cost page", (i) => costView(deps, { range, by: COST_DIMENSIONS[i % COST_DIMENSIONS.length]! })],
    [
      "pivot",
      (i) => costPivot(deps, { range, rows: "feature", columns: COST_DIMENSIONS[i % COST_DIMENSIONS.length]! }),
    ],
  ];
  const first: BenchRow[] = [];
  for (const [name, question] of questions)
    first.push({
      name: `${engine}: ${name}, asked for the first time`,
      value: await timed(() => question(0)),
      unit: "ms",
    });
  const rows: BenchRow[] = [];
  for (const [name, question] of questions) {
    for (let i = 0; i < 12; i++) await question(i); // every choice and dimension once
    const times: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      if (i % 4 === 0) await touch(db, i);
      times.push(await timed(() => question(i)));
    }
    const sorted = times.toSorted((a, b) => a - b);
    const name90 = `${engine}: ${name}, ${DAYS} days`;
    rows.push({ name: `${name90}: median of ${ROUNDS}`, value: sorted[ROUNDS >> 1]!, unit: "ms" });
    rows.push({ name: `${name90}: p95`, value: sorted[Math.floor(ROUNDS * 0.95)]!, unit: "ms", goal });
  }
  return [...first, ...rows, await exported(engine, deps)];
}

async function exported(engine: string, deps: CostDeps): Promise<BenchRow> {
  const range = { from: dayText(LAST_DAY - 29), to: dayText(LAST_DAY + 1) };
  let bytes = 0;
  const ms = await timed(async () => {
    for await (const piece of focusCsv(deps, range)) bytes += piece.length;
  });
  return { name: `${engine}: FOCUS export of 30 days`, value: ms, unit: "ms", note: `${Math.round(bytes / 1e6)} MB` };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = systemClock.monotonicMs();
  await work();
  return systemClock.monotonicMs() - from;
}

const touch = (db: Database, i: number) =>
  db.query("UPDATE feature_day SET busy_ms = busy_ms + 1 WHERE day_no = $1 AND pool_id = $2", [
    LAST_DAY,
    1 + (i % POOLS),
  ]);

async function depsOf(db: Database): Promise<CostDeps> {
  const clock = { ...systemClock, now: () => NOW };
  const config = { ...stageConfig().current(), timeZone: "Asia/Shanghai", currency: "CNY" };
  const features = await readFeatures(db);
  const holder = { current: () => config, faults: () => [], onChange: () => () => undefined };
  return {
    clock,
    config: holder,
    past: { pools: () => readPools(db) },
    pricing: createPricing({ db, clock, config: () => config }),
    aliases: { current: () => new Map() },
    costs: createCosts({ db, clock }),
    ledger: {
      asOf: () => readBookedTo(db),
      progress: () => null,
      recompute: () => Promise.reject(new Error("nothing is worked out anew here")),
    },
    features: { list: () => features },
    usage: createUsage({
      db,
      clock,
      config: () => config,
      readers: { of: () => null, stop: () => undefined },
      env: {},
    }),
  };
}

const dayText = (dayNo: number): string => new Date(dayNo * DAY_MS).toISOString().slice(0, 10);

async function seed(db: Database): Promise<void> {
  await ensurePartitions(db, ["feature_day", "ledger_hour"], everyDay(FIRST_DAY * DAY_MS, (LAST_DAY + 2) * DAY_MS));
  await db.query(
    "INSERT INTO revision (at_ms, subject, who, why, source) VALUES (1, 'price', 'bench', 'bench', 'bench')",
  );
  await db.query(
    `INSERT INTO pool (vendor, region, zone, cluster, model, billing)
     SELECT 'v' || i % 3, 'r' || i % 9, 'z' || i % 20, 'c' || i, 'm' || i % 8, (ARRAY['monthly', 'on_demand', 'spot', 'reserved'])[1 + i % 4]
     FROM generate_series(1, $1::int4) i`,
    [POOLS],
  );
  await db.query(
    `INSERT INTO feature (key, name, team, kind, unit, unit_source, owns, revision_id)
     SELECT 'f-' || i, 'Feature ' || i, 't' || i % 9, 'inference', 'image', '',
       CASE WHEN i <= 3 THEN jsonb_build_array(jsonb_build_object('vendor', 'v' || i, 'region', '', 'zone', '', 'cluster', '', 'model', '', 'billing', '', 'contract', '')) ELSE '[]' END, 1
     FROM generate_series(1, $1::int4) i`,
    [FEATURES],
  );
  await db.query(
    "INSERT INTO selector (vendor, region, zone, cluster, model, billing, contract) SELECT '', '', '', 'c' || i, '', '', '' FROM generate_series(1, $1::int4) i",
    [PRICES],
  );
  await db.query(
    `INSERT INTO price (selector_id, basis, currency, amount_micro, cards_per_instance, from_ms, anchor_ms, known_from_ms, revision_id, is_list)
     SELECT i, 'card_hour', CASE WHEN i % 5 = 0 THEN 'USD' ELSE 'CNY' END, 9000000, 1, 0, 0, 1, 1, i % 3 = 0 FROM generate_series(1, $1::int4) i`,
    [PRICES],
  );
  await db.query(
    "INSERT INTO fx_rate (base, quote, day_no, rate_nano, known_from_ms, revision_id) VALUES ('USD', 'CNY', 20000, 7100000000, 1, 1)",
  );
  await db.query(
    "INSERT INTO tier_event (at_ms, pool_id, to_tier, verdict) SELECT d * 86400000::int8, i, (i + d) % 4, '{}' FROM generate_series($1::int4, $2::int4, 7) d, generate_series(1, $3::int4) i",
    [FIRST_DAY, LAST_DAY, POOLS],
  );
  await seedUnits(db);
  for (let day = FIRST_DAY; day <= LAST_DAY; day++)
    await db.transaction((tx) =>
      tx.copyBinary(
        `feature_day (day_no, feature_id, pool_id, price_id, ${[...STATE_MS, ...STATE_MICRO].join(", ")})`,
        linesOf(day),
      ),
    );
  await db.query("ANALYZE");
}

/** Four lines a pool: nobody's free and unknown time, and three features. */
function linesOf(day: number): Uint8Array {
  const lines = Array.from({ length: LINES }, (_, i) => i);
  const featureOf = (i: number) => (i % 4 === 0 ? 0 : 1 + ((i * 7 + day) % FEATURES));
  const amounts = Array.from({ length: 12 }, (_, s) => ({
    width: 8 as const,
    values: lines.map((i) => {
      const isNobodys = s % 6 === 3 || s % 6 === 5;
      if (isNobodys !== (featureOf(i) === 0)) return 0;
      return s < 6 ? 3_600_000 * ((i * 31 + s * 7 + day) % 400) : 1_234_567_890 + i * 991_001 * (s + 1);
    }),
  }));
  return encodeInts(
    [
      { width: 4, values: day },
      { width: 4, values: lines.map(featureOf) },
      { width: 4, values: lines.map((i) => 1 + (i >> 2)) },
      { width: 4, values: lines.map((i) => 1 + (i % PRICES)) },
      ...amounts,
    ],
    LINES,
  );
}

async function seedUnits(db: Database): Promise<void> {
  await db.query(
    "INSERT INTO usage_source (feature_id, name, kind, config, revision_id) SELECT i, 'push', 'push', '{}', 1 FROM generate_series(1, $1::int4) i",
    [COUNTED],
  );
  await db.query(
    `INSERT INTO usage_line (source_id, from_ms, to_ms, ok_micro, failed_micro, covered_ms, known_from_ms, revision_id)
     SELECT s, h * 3600000::int8, (h + 1) * 3600000::int8, 1000000000, 1000000, 3600000, 1, 1
     FROM generate_series(1, $1::int4) s, generate_series($2::int4, $3::int4) h`,
    [COUNTED, FIRST_DAY * 24, LAST_DAY * 24 + 5],
  );
  await db.query(
    "INSERT INTO unit_price (feature_id, currency, per_unit_micro, from_ms, known_from_ms, revision_id) SELECT i, 'CNY', 50000, 0, 1, 1 FROM generate_series(1, $1::int4) i",
    [COUNTED],
  );
}
