import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../db/database.ts";
import { DAY_MS, SLOT_MS, SLOTS_PER_DAY } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { openDatabase } from "../../db/open.ts";
import { readMostIdle, readPoolTime } from "../../db/store/board.ts";
import { commitDay } from "../../db/store/bulk.ts";
import { readCardPoints } from "../../db/store/card-history.ts";
import type { SlotPoint } from "../../db/store/points.ts";
import { registerCards } from "../../db/store/registry.ts";
import { systemClock } from "../../server/clock.ts";
import { fleetBatch } from "../db/batches.ts";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { freePort, type Service, startProgram } from "../services/program.ts";
import { prometheusMissing } from "../services/prometheus.ts";
import { startVictoriaMetrics, victoriaMetricsMissing } from "../services/victoria-metrics.ts";
import type { BenchRow } from "./row.ts";
import { fillHistory, FULL_DEPTH, hoursBefore, QUICK_DEPTH } from "./store-fixture.ts";

const UNTIL = unixMs(Date.UTC(2026, 10, 20));
const ROUNDS = 21;
const DEPTH = process.env["DAPAN_BENCH_FULL"] === "1" ? FULL_DEPTH : QUICK_DEPTH;
/** Of the part that is compared, over a week: promtool takes hours and gigabytes for ninety days. */
const CARDS = Number(process.env["DAPAN_BENCH_PEER_CARDS"] ?? 10_000);
const POOLS = 20;
const DAYS = 7;
/** Whose week is asked for, by id and by uuid: of it the others have all the columns that we answer, as series. */
const ONE = 7;

type Question = {
  readonly name: string;
  readonly ours: (db: Database) => Promise<unknown>;
  /** The same of the metrics they are given; an instant question, or a range one of every 5 minutes. */
  readonly theirs: string;
  readonly range?: true;
};

const week = { from: unixMs(UNTIL - DAYS * DAY_MS), to: UNTIL };
const QUESTIONS: readonly Question[] = [
  {
    name: "24 h by pool",
    ours: (db) => readPoolTime(db, hoursBefore(UNTIL, 24)),
    theirs: "avg by (pool) (avg_over_time(card_busy[24h]))",
  },
  {
    name: "7 days of busy card-hours by pool",
    ours: (db) => readPoolTime(db, hoursBefore(UNTIL, 24 * DAYS)),
    theirs: "sum by (pool) (sum_over_time(card_busy[7d])) / 12",
  },
  {
    name: "one card's 7 days",
    ours: (db) => readCardPoints(db, ONE, week),
    theirs: `card_point{uuid="GPU-${ONE}"}`,
    range: true,
  },
  {
    name: "top 100 idle of 7 days",
    ours: (db) => readMostIdle(db, week, 100),
    theirs: "topk(100, 2016 - sum_over_time(card_busy[7d]))",
  },
];

/** The board's four questions: ours alone over 10,000 cards × 90 days, then ours and theirs over the same smaller week. */
export async function benchBoardQueries(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const isWhole = process.env["DAPAN_BENCH_BOARD"] !== "beside"; // the comparison alone takes a third of the time
  if (isWhole) {
    const dataDir = mkdtempSync(join(tmpdir(), "dapan-bench-"));
    rows.push(...(await benchLarge("PGlite", { dataDir }, 150)));
    rmSync(dataDir, { recursive: true });
  }
  if (whyNoPostgres() !== null) return rows;
  const service = await startPostgres();
  try {
    if (isWhole) rows.push(...(await benchLarge("PostgreSQL 15", { url: service.url }, 90)));
    if (prometheusMissing() === null && victoriaMetricsMissing() === null)
      rows.push(...(await benchBeside(await service.createDatabase("beside"))));
    return rows;
  } finally {
    await service.stop();
  }
}

const open = (at: { dataDir: string } | { url: string }): Promise<Database> =>
  openDatabase({
    at,
    clock: systemClock,
    onFatal: (error) => {
      throw error;
    },
  });

async function benchLarge(
  engine: string,
  at: { dataDir: string } | { url: string },
  goal: number,
): Promise<BenchRow[]> {
  const db = await open(at);
  try {
    await fillHistory(db, UNTIL, DEPTH);
    const rows: BenchRow[] = [];
    for (const { name, ours } of QUESTIONS) {
      const { p95, median } = await measure(() => ours(db));
      const note = `median ${median.toFixed(1)}; load ${loadavg()[0]!.toFixed(1)}`;
      rows.push({
        name: `${engine}, 10,000 cards × 90 days: ${name}, p95`,
        value: p95,
        unit: "ms",
        goal: `≤ ${goal}`,
        note,
      });
    }
    return rows;
  } finally {
    await db.close();
  }
}

type Times = { readonly p95: number; readonly median: number };

async function measure(ask: () => Promise<unknown>): Promise<Times> {
  const times: number[] = [];
  for (let round = -2; round < ROUNDS; round += 1) {
    const began = performance.now();
    await ask();
    if (round >= 0) times.push(performance.now() - began);
  }
  return timesOf(times);
}

function timesOf(times: readonly number[]): Times {
  const sorted = times.toSorted((a, b) => a - b);
  return { p95: sorted[Math.ceil(sorted.length * 0.95) - 1]!, median: sorted[sorted.length >> 1]! };
}

/** The same cards and week in all three, asked in turn. */
async function benchBeside(url: string): Promise<BenchRow[]> {
  const db = await open({ url });
  const victoria = await startVictoriaMetrics();
  let prometheus: Service | null = null;
  try {
    const busy = await fillOurs(db);
    const series = [...busySeries(busy), ...pointSeries(await readCardPoints(db, ONE, week))];
    await loadVictoria(victoria, series);
    prometheus = await startLoadedPrometheus(series);
    const rows: BenchRow[] = [];
    for (const question of QUESTIONS) rows.push(...(await beside(question, db, victoria.url, prometheus.url)));
    return rows;
  } finally {
    await prometheus?.stop();
    await victoria.stop();
    await db.close();
  }
}

async function beside({ name, ours, theirs, range }: Question, db: Database, victoria: string, prometheus: string) {
  const times = { ours: [] as number[], victoria: [] as number[], prometheus: [] as number[] };
  const asks = {
    ours: () => ours(db),
    victoria: () => ask(victoria, theirs, range, "&nocache=1"), // we remember no answers either
    prometheus: () => ask(prometheus, theirs, range, ""),
  };
  for (let round = -2; round < ROUNDS; round += 1)
    for (const who of ["ours", "victoria", "prometheus"] as const) {
      const began = performance.now();
      await asks[who]();
      if (round >= 0) times[who].push(performance.now() - began);
    }
  const [we, vm, prom] = [timesOf(times.ours), timesOf(times.victoria), timesOf(times.prometheus)];
  const at = `${CARDS.toLocaleString("en")} cards × 7 days: ${name}`;
  const note = `ours p95 ${we.p95.toFixed(1)} ms, theirs `;
  const load = `; load ${loadavg()[0]!.toFixed(1)}`;
  return [
    {
      name: `${at}, ours / VictoriaMetrics`,
      value: we.p95 / vm.p95,
      unit: "×",
      goal: "≤ 0.5",
      note: `${note}${vm.p95.toFixed(1)} ms${load}`,
    },
    {
      name: `${at}, ours / Prometheus`,
      value: we.p95 / prom.p95,
      unit: "×",
      goal: "≤ 0.1",
      note: `${note}${prom.p95.toFixed(1)} ms${load}`,
    },
  ] satisfies BenchRow[];
}

async function ask(url: string, query: string, range: true | undefined, more: string): Promise<void> {
  const seconds = (at: number) => String(at / 1000);
  const form = new URLSearchParams(
    range
      ? { query, start: seconds(week.from), end: seconds(UNTIL - SLOT_MS), step: "300s" }
      : { query, time: seconds(UNTIL - 1) },
  );
  const answer = await fetch(`${url}/api/v1/query${range ? "_range" : ""}?${form}${more}`);
  const said = (await answer.json()) as { status: string; data?: { result: unknown[] }; error?: string };
  if (said.status !== "success" || said.data!.result.length === 0)
    throw new Error(`${query}: ${JSON.stringify(said).slice(0, 300)}`);
}

/** A week through the store's bulk path; answers each card's busy share by slot, which is what the others are given. */
async function fillOurs(db: Database): Promise<readonly Float32Array[]> {
  await registerCards(
    db,
    Array.from({ length: CARDS }, (_, i) => ({
      place: { vendor: "v", region: "r", zone: "a", cluster: `c${i % POOLS}`, billing: "monthly" as const },
      model: "m",
      card: {
        uuid: `GPU-${i}`,
        modelName: "m",
        node: `n${i >> 3}`,
        position: String(i % 8),
        driver: "",
        migProfiles: [],
      },
      at: week.from,
      source: "scrape",
    })),
  );
  const busy = Array.from({ length: CARDS }, () => new Float32Array(DAYS * SLOTS_PER_DAY));
  for (let day = 0; day < DAYS; day += 1) {
    const batches = Array.from({ length: SLOTS_PER_DAY }, (_, place) =>
      fleetBatch(week.from + day * DAY_MS + place * SLOT_MS, CARDS, POOLS),
    );
    batches.forEach((batch, place) =>
      busy.forEach((values, card) => (values[day * SLOTS_PER_DAY + place] = batch.columns.busyMs[card]! / SLOT_MS)),
    );
    await commitDay(db, {
      source: "scrape",
      batches,
      events: [],
      committedAt: UNTIL,
      as: day < DAYS - 1 ? "points" : "rows",
    });
  }
  await db.query("ANALYZE");
  return busy;
}

type Series = {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (number | null)[] | Float32Array;
};

function busySeries(busy: readonly Float32Array[]): Series[] {
  return busy.map((values, card) => ({
    labels: { __name__: "card_busy", uuid: `GPU-${card}`, pool: `c${card % POOLS}`, node: `n${card >> 3}` },
    values,
  }));
}

function pointSeries(points: readonly SlotPoint[]): Series[] {
  const columns = Object.keys(points[0]!).filter((column) => column !== "at") as (keyof SlotPoint)[];
  return columns.map((column) => ({
    labels: { __name__: "card_point", uuid: `GPU-${ONE}`, column },
    values: points.map((point) => point[column]),
  }));
}

const instantOf = (slot: number): number => week.from + slot * SLOT_MS;

async function loadVictoria({ url }: Service, series: readonly Series[]): Promise<void> {
  for (let from = 0; from < series.length; from += 100) {
    const lines = series.slice(from, from + 100).map(({ labels, values }) => {
      const said = Array.from(values, (value, slot) => [value, instantOf(slot)]).filter(([value]) => value !== null);
      const of = (i: number) => said.map((pair) => pair[i]).join(",");
      return `{"metric":${JSON.stringify(labels)},"values":[${of(0)}],"timestamps":[${of(1)}]}\n`;
    });
    const answer = await fetch(`${url}/api/v1/import`, { method: "POST", body: lines.join("") });
    if (!answer.ok) throw new Error(`VictoriaMetrics: ${answer.status} ${await answer.text()}`);
  }
  await fetch(`${url}/internal/force_flush`);
  await fetch(`${url}/internal/force_merge`);
}

/** promtool makes the blocks a Prometheus would have; with blocks of a day, as its compaction leaves them. */
async function startLoadedPrometheus(series: readonly Series[]): Promise<Service> {
  const dir = mkdtempSync(join(tmpdir(), "dapan-bench-prometheus-"));
  const text = join(dir, "week.om");
  const file = openSync(text, "w");
  let family = "";
  for (const { labels, values } of series) {
    const { __name__: name, ...others } = labels;
    if (name !== family) writeSync(file, `# TYPE ${(family = name!)} gauge\n`);
    const pairs = Object.entries(others).map(([label, value]) => `${label}="${value}"`);
    const lines = Array.from(values, (value, slot) =>
      value === null ? "" : `${name}{${pairs.join(",")}} ${value} ${instantOf(slot) / 1000}\n`,
    );
    writeSync(file, lines.join(""));
  }
  writeSync(file, "# EOF\n");
  closeSync(file);
  const data = join(dir, "data");
  const made = spawnSync(
    "promtool",
    ["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=24h", text, data],
    {
      encoding: "utf8",
    },
  );
  const failed = made.status !== 0 ? `${made.stderr}${made.stdout}` : "";
  if (failed !== "") throw new Error(`promtool: ${failed.slice(0, 500)}`);
  rmSync(text);
  const port = await freePort();
  const config = join(dir, "prometheus.yml");
  closeSync(openSync(config, "w"));
  return startProgram({
    name: "prometheus",
    command: "prometheus",
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--storage.tsdb.retention.time=10y",
      "--log.level=warn",
    ],
    url: `http://127.0.0.1:${port}`,
    ready: "/-/ready",
    cleanUp: async () => rmSync(dir, { recursive: true, force: true }),
  });
}
