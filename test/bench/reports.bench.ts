import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../db/database.ts";
import { WHOLE_FLEET } from "../../db/model/report.ts";
import { DAY_MS, HOUR_MS } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { openDatabase } from "../../db/open.ts";
import { ensurePartitions, everyDay } from "../../db/store/partitions.ts";
import type { ReportValue } from "../../reports/report-value.ts";
import { documentOf } from "../../reports/write-document.ts";
import { systemClock } from "../../server/clock.ts";
import { periodOf } from "../../server/domain/patrol/periods.ts";
import { reportValue } from "../../server/usecases/patrol/report-value.ts";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { stageConfig } from "../tools/stage-config.ts";
import type { BenchRow } from "./row.ts";
import { CARDS, fillHistory } from "./store-fixture.ts";

const ZONE = "Asia/Shanghai";
const WEEK = periodOf("weekly", "2026-W46", ZONE)!;
const UNTIL = unixMs(Date.UTC(2026, 10, 17));
/** The week, the one before, the one before that (items judge the change of both), and both ends of the zone. */
const DEPTH = { days: 25, hourDays: 0, slotDays: 0 };
const FEATURES = 60;
const TRIES = 5;

/** A weekly report of 10,000 cards from the tables: its value, and what is written of it. */
export async function benchReports(): Promise<BenchRow[]> {
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
    await fillHistory(db, UNTIL, DEPTH);
    await seed(db);
    return await measure(engine, db);
  } finally {
    await db.close();
  }
}

async function measure(engine: string, db: Database): Promise<BenchRow[]> {
  const config = { ...stageConfig().current(), timeZone: ZONE, currency: "CNY" };
  const parts = { db, clock: { ...systemClock, now: (): UnixMs => UNTIL }, config: () => config };
  const times: number[] = [];
  const cpu: number[] = [];
  let value: ReportValue | null = null;
  for (let i = 0; i < TRIES; i++) {
    const [from, used] = [systemClock.monotonicMs(), process.cpuUsage()];
    value = await reportValue(parts, { period: WEEK, scope: WHOLE_FLEET });
    times.push(systemClock.monotonicMs() - from);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1e3);
  }
  if (value === null || value.coverage.cards !== CARDS) throw new Error("the report is not of the whole fleet");
  const from = systemClock.monotonicMs();
  const document = documentOf(value, "zh-CN", { link: null, madeAt: UNTIL });
  const wrote = systemClock.monotonicMs() - from;
  const cells = document.sections
    .flatMap(({ blocks }) => blocks)
    .reduce((all, block) => all + (block.kind === "table" ? block.rows.length * block.columns.length : 0), 0);
  const name = `${engine}: weekly report of ${CARDS.toLocaleString("en")} cards`;
  return [
    { name: `${name}: value, worst of ${TRIES}`, value: Math.max(...times) / 1e3, unit: "s", goal: "≤ 3" },
    { name: `${name}: value, CPU, median`, value: cpu.toSorted((a, b) => a - b)[TRIES >> 1]! / 1e3, unit: "s" },
    { name: `${name}: value as JSON`, value: JSON.stringify(value).length / 1e3, unit: "kB" },
    { name: `${name}: document of ${cells.toLocaleString("en")} cells`, value: wrote, unit: "ms" },
  ];
}

/** Ledger lines of four a pool and day, features with units and a price, faults, incidents; 2 % of the cards miss time. */
async function seed(db: Database): Promise<void> {
  const [first, last] = [UNTIL / DAY_MS - DEPTH.days, UNTIL / DAY_MS];
  await ensurePartitions(db, ["feature_day", "card_event", "slot_ledger"], everyDay(first * DAY_MS, last * DAY_MS));
  await db.query(
    "INSERT INTO revision (at_ms, subject, who, why, source) VALUES (1, 'price', 'bench', 'bench', 'bench')",
  );
  await db.query(
    `INSERT INTO feature (key, name, team, kind, unit, unit_source, owns, revision_id)
     SELECT 'f-' || i, 'Feature ' || i, 't' || i % 9, 'inference', 'image', '', '[]', 1 FROM generate_series(1, $1::int4) i`,
    [FEATURES],
  );
  await db.query(
    "INSERT INTO selector (vendor, region, zone, cluster, model, billing, contract) SELECT 'v' || i, '', '', '', '', '', '' FROM generate_series(0, 2) i",
  );
  await db.query(
    `INSERT INTO price (selector_id, basis, currency, amount_micro, cards_per_instance, from_ms, anchor_ms, known_from_ms, revision_id, is_list)
     SELECT id, 'card_hour', 'CNY', 9000000, 1, 0, 0, 1, 1, false FROM selector`,
  );
  await db.query(
    `INSERT INTO feature_day (day_no, feature_id, pool_id, price_id, busy_ms, idle_held_ms, starting_ms, free_ms, fault_ms, unknown_ms,
       busy_micro, idle_held_micro, starting_micro, free_micro, fault_micro, unknown_micro)
     SELECT d, CASE WHEN l = 0 THEN 0 ELSE 1 + (p.id * 7 + l * 13) % $3 END, p.id, 1 + p.id % 3,
       CASE WHEN l > 0 THEN 1500000000 + d % 7 * 1000000 + l ELSE 0 END, CASE WHEN l > 0 THEN 200000000 ELSE 0 END, 0,
       CASE WHEN l = 0 THEN 900000000 ELSE 0 END, CASE WHEN l > 0 THEN 1000000 ELSE 0 END, CASE WHEN l = 0 THEN 9000000 ELSE 0 END,
       CASE WHEN l > 0 THEN 3750000001 + d % 7 * 1000003 + l ELSE 0 END, CASE WHEN l > 0 THEN 500000003 ELSE 0 END, 0,
       CASE WHEN l = 0 THEN 2250000007 ELSE 0 END, CASE WHEN l > 0 THEN 2500001 ELSE 0 END, CASE WHEN l = 0 THEN 22500011 ELSE 0 END
     FROM generate_series($1::int4, $2::int4) d, pool p, generate_series(0, 3) l`,
    [first, last - 1, FEATURES],
  );
  await db.query(
    "INSERT INTO usage_source (feature_id, name, kind, config, revision_id) SELECT i, 'push', 'push', '{}', 1 FROM generate_series(1, 30) i",
  );
  await db.query(
    `INSERT INTO usage_line (source_id, from_ms, to_ms, ok_micro, failed_micro, covered_ms, known_from_ms, revision_id)
     SELECT s, h * 3600000::int8, (h + 1) * 3600000::int8, 1000000000, 1000000, 3600000, 1, 1
     FROM generate_series(1, 30) s, generate_series($1::int4, $2::int4) h`,
    [first * 24, last * 24 - 1],
  );
  await db.query(
    "INSERT INTO unit_price (feature_id, currency, per_unit_micro, from_ms, known_from_ms, revision_id) SELECT i, 'CNY', 50000, 0, 1, 1 FROM generate_series(1, 30) i",
  );
  await db.query(
    `INSERT INTO card_event (at_ms, card_id, kind, code, count, detail, node_id, pool_id)
     SELECT $1 + i * 150000::int8, 1 + (i * 37) % 900, (ARRAY['xid', 'dropped', 'ecc_uncorrected', 'xid'])[1 + i % 4],
       CASE WHEN i % 2 = 0 THEN 79 ELSE 31 END, 1, '', 1 + i % 900, 1 + i % 60 FROM generate_series(0, 8000) i`,
    [WEEK.from - 7 * DAY_MS],
  );
  await db.query(
    `INSERT INTO incident (fingerprint, rule_id, rule_version, scope, labels, severity, phase, since_ms, pending_at_ms,
       observed_ms, seen_at_ms, fired_at_ms, resolved_at_ms, because, is_historic, flaps, is_flapping, suppressor,
       is_confirmed, card_ids, node_key, cluster, region, pool_id, "values", evidence, acked_by, acked_at_ms, assignee,
       escalation, cost_per_hour_micro, unpriced_cards, currency, holders, feature_ids)
     SELECT 'f' || i, 'card-drop', 0, 'card', '{}', 'P2', 'resolved', at, at, 0, at, at, at + $2, 'at_once', false, 0, false, '',
       false, ARRAY[1 + i % 10000], 'v/r/c/n' || i, 'c', 'r', 1 + i % 60, '{}', '[]', '', at + 60000, '', 0, 10000000, 0, 'CNY', '[]', '{}'
     FROM (SELECT i, $1 + i * 300000::int8 AS at FROM generate_series(0, 3500) i) q`,
    [WEEK.from - 7 * DAY_MS, 2 * HOUR_MS],
  );
  await db.query("INSERT INTO source (name) VALUES ('scrape')");
  await db.query(
    `INSERT INTO slot_ledger (slot_no, source_id, seq, committed_at_ms, cards, owned_ms, observed_ms)
     SELECT n, (SELECT id FROM source), 1, (n + 1)::int8 * 300000 + 1000, 10000, 0, 0 FROM generate_series($1::int4, $2::int4) n`,
    [first * 288, last * 288 - 1],
  );
  await db.query("UPDATE card_day SET observed_ms = observed_ms - 600000 WHERE card_id % 50 = 0");
  await db.query("ANALYZE");
}
