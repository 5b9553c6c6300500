import { rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { cardExporters } from "../../../collectors/card-exporters.ts";
import { checkBooks } from "../../../server/usecases/ledger/check-books.ts";
import { PrometheusPuller } from "../../../collectors/prometheus/pull.ts";
import type { Database } from "../../../db/database.ts";
import { GAP_CAUSES } from "../../../db/model/coverage.ts";
import { HOUR_MS, hourOf, MINUTE_MS, SLOT_MS, shift } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { readCommittedSlots } from "../../../db/store/ledger.ts";
import { systemClock } from "../../../server/clock.ts";
import { DEFAULT_STATE_RULES } from "../../../server/domain/card-state.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import { CardRegistry } from "../../../server/ingest/card-registry.ts";
import { startPrometheusSource } from "../../../server/ingest/prometheus-source.ts";
import { commitPulledSlot } from "../../../server/ingest/pulled-slot.ts";
import { registryStore } from "../../../server/ingest/registry-store.ts";
import { asOpenMetrics, asText, cardHistory } from "../../collectors/prometheus/card-history.ts";
import { tinySource } from "../../collectors/prometheus/tiny-exporters.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import { type CutProxy, startCutProxy } from "../../services/cut-proxy.ts";
import { type PostgresService, startPostgres, whyNoPostgres } from "../../services/postgres.ts";
import type { Service } from "../../services/program.ts";
import { prometheusMissing, startPrometheus } from "../../services/prometheus.ts";
import { startVictoriaMetrics, victoriaMetricsMissing } from "../../services/victoria-metrics.ts";
import { scaledClock } from "../../tools/scaled-clock.ts";
import { HOURLY, NOTE, openPorts } from "../usecases/ledger/ledger-stage.ts";

const H0 = shift(hourOf(unixMs(Date.now())), -6 * HOUR_MS); // recent enough for any retention
const STEP = 30_000;
const SLOTS = 24; // two hours; the second third of them is cut off
const SPEED = 600;
const HISTORY = cardHistory({
  from: H0 - 10 * MINUTE_MS,
  to: H0 + 2 * HOUR_MS,
  stepMs: STEP,
  nodes: 2,
  cardsPerNode: 4,
  isRead: (node, at) => node !== 1 || at < H0 + 37 * MINUTE_MS || at > H0 + 48 * MINUTE_MS, // a hole inside the cut
});

const fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.0/8"] }), clock: systemClock });
const kinds: { name: string; missing: string | null; start: () => Promise<Service> }[] = [
  {
    name: "Prometheus",
    missing: prometheusMissing(),
    start: () => startPrometheus({ history: [asOpenMetrics(HISTORY)] }),
  },
  {
    name: "VictoriaMetrics",
    missing: victoriaMetricsMissing(),
    async start() {
      const server = await startVictoriaMetrics();
      await server.load(asText(HISTORY));
      return server;
    },
  },
];
for (const { name, missing } of kinds)
  if (missing !== null) console.log(`skipped: ${name} to database rows: ${missing}`);

const noPostgres = whyNoPostgres();
if (noPostgres !== null) console.log(`skipped: pulled hours as rows of PostgreSQL: ${noPostgres}`);
let postgres: PostgresService | null = null;
let databases = 0;
const ends: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const end of ends) await end();
  await postgres?.stop();
  await fetcher.close();
});

const engines: { engine: string; why: string | null; make: () => Promise<Database> }[] = [
  {
    engine: "PGlite",
    why: null,
    async make() {
      const dataDir = await freshDataDir();
      const db = await open({ dataDir });
      ends.push(() => db.close().then(() => rmSync(dataDir, { recursive: true })));
      return db;
    },
  },
  {
    engine: "PostgreSQL",
    why: noPostgres,
    async make() {
      postgres ??= await startPostgres();
      const db = await open({ url: await postgres.createDatabase(`run${(databases += 1)}`) });
      ends.push(() => db.close());
      return db;
    },
  },
];

const ANY = { vendor: "", region: "", zone: "", cluster: "", model: "", billing: "" as const, contract: "" };
/** Everything costs something else from twenty past the first hour on. */
const PRICES = [10_000_000n, 12_345_679n].map((amountMicro, i) => ({
  selector: ANY,
  isList: false,
  from: shift(H0, i * 20 * MINUTE_MS + i),
  to: i === 0 ? shift(H0, 20 * MINUTE_MS + 1) : null,
  terms: { ...HOURLY, amountMicro },
}));

/** Two hours through the whole source into the tables; with a proxy they are cut off from minute 22 to minute 82. */
async function run(db: Database, url: string, proxy: CutProxy | null) {
  const clock = scaledClock(shift(H0, 100_000), SPEED);
  const registry = new CardRegistry(registryStore(db));
  const { ledger, pricing } = await openPorts(db, clock, () => ({ timeZone: "Asia/Shanghai", currency: "CNY" }));
  await pricing.change(PRICES, NOTE);
  const deps = { db, clock, registry, rules: DEFAULT_STATE_RULES, onCards: () => undefined, ledger };
  const source = tinySource({ url, intervalMs: STEP, exporters: cardExporters, timeoutMs: 5_000 });
  const order: number[] = [];
  const running = startPrometheusSource({
    name: "prom",
    puller: new PrometheusPuller(source, { fetcher, clock: systemClock }), // its questions take as long as they take
    clock,
    lagMs: STEP,
    backfillMs: 0,
    liveEveryMs: 5 * MINUTE_MS,
    committedSlots: (window) => readCommittedSlots(db, "prom", window),
    async commitSlotFrames(name, slot, reports, seq) {
      const again = await commitPulledSlot(deps, name, slot, reports, seq);
      order.push((slot - H0) / SLOT_MS);
      return again;
    },
    onLive: () => undefined,
  });
  const at = (ms: number) => clock.sleep(H0 + ms - clock.now());
  await at(22 * MINUTE_MS);
  proxy?.cut();
  await at(82 * MINUTE_MS);
  const missing = SLOTS - (await readCommittedSlots(db, "prom", { from: H0, to: shift(H0, 2 * HOUR_MS) })).length;
  proxy?.restore();
  await at(2 * HOUR_MS + 4 * MINUTE_MS);
  const isDone = async () =>
    (await readCommittedSlots(db, "prom", { from: H0, to: shift(H0, 2 * HOUR_MS) })).length === SLOTS;
  for (let i = 0; i < 200 && !(await isDone()); i += 1) await clock.sleep(MINUTE_MS);
  await running.stop();
  return { order, missing };
}

/** Every row of the two hours as text, names for the numbers that depend on who came first. */
async function dump(db: Database): Promise<Record<string, string[]>> {
  const [slot, hour] = [H0 / SLOT_MS, H0 / HOUR_MS];
  const rows = async (sql: string) =>
    (await db.query<Record<string, unknown>>(sql))
      .map(({ card_id: _card, pool_id: _pool, holder_id: _holder, id: _id, source_id: _source, ...row }) =>
        JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
      )
      .toSorted();
  const card = "JOIN card c ON c.id = t.card_id";
  const pool = "JOIN pool p ON p.id = t.pool_id";
  const place = "p.vendor, p.region, p.zone, p.cluster, p.model, p.billing";
  return {
    card_slot: await rows(
      `SELECT t.*, c.uuid, ${place}, h.namespace, h.pod FROM card_slot t ${card} ${pool} LEFT JOIN holder h ON h.id = t.holder_id
       WHERE t.slot_no >= ${slot} AND t.slot_no < ${slot + SLOTS}`,
    ),
    card_hour: await rows(
      `SELECT t.*, c.uuid FROM card_hour t ${card} WHERE t.hour_no >= ${hour} AND t.hour_no < ${hour + 2}`,
    ),
    pool_hour: await rows(
      `SELECT t.*, ${place} FROM pool_hour t ${pool} WHERE t.hour_no >= ${hour} AND t.hour_no < ${hour + 2}`,
    ),
    ledger_hour: await rows(
      `SELECT t.*, ${place} FROM ledger_hour t ${pool} WHERE t.hour_no >= ${hour} AND t.hour_no < ${hour + 2}`,
    ),
    feature_day: await rows(`SELECT t.*, ${place} FROM feature_day t ${pool}`),
    slot_hold: await rows(
      `SELECT t.*, c.uuid, h.pod FROM slot_hold t ${card} JOIN holder h ON h.id = t.holder_id WHERE t.slot_no >= ${slot} AND t.slot_no < ${slot + SLOTS}`,
    ),
    card_event: await rows(
      `SELECT t.*, c.uuid FROM card_event t ${card} WHERE t.at_ms >= ${H0} AND t.at_ms < ${H0 + 2 * HOUR_MS}`,
    ),
    slot_ledger: await rows(
      `SELECT t.slot_no, t.seq, t.cards, t.owned_ms, t.observed_ms FROM slot_ledger t WHERE t.slot_no >= ${slot} AND t.slot_no < ${slot + SLOTS}`,
    ),
  };
}

describe.each(kinds)("PUL-01: $name, an hour cut off by a proxy and restored", ({ missing, start }) => {
  test.skipIf(missing !== null).each(engines)(
    "leaves the same bytes in every row of $engine as a run without the cut",
    async ({ why, make }) => {
      if (why !== null) return;
      const server = await start();
      const proxy = await startCutProxy(server.url);
      try {
        const [plain, cut] = [await make(), await make()];
        const [calm, rough] = await Promise.all([run(plain, server.url, null), run(cut, proxy.url, proxy)]);
        expect(proxy.refused).toBeGreaterThan(0);
        expect(rough.missing - calm.missing).toBeGreaterThanOrEqual(10); // it was behind by about an hour
        expect(rough.order).not.toEqual(rough.order.toSorted((a, b) => a - b)); // and caught up newest first
        const [expected, found] = [await dump(plain), await dump(cut)];
        expect(Object.entries(expected).map(([table, rows]) => [table, rows.length])).toMatchObject([
          ["card_slot", 8 * SLOTS],
          ["card_hour", 16],
          ["pool_hour", expect.any(Number)],
          ["ledger_hour", expect.any(Number)],
          ["feature_day", expect.any(Number)],
          ["slot_hold", expect.any(Number)],
          ["card_event", expect.any(Number)],
          ["slot_ledger", SLOTS],
        ]);
        expect(found).toEqual(expected);
        expect(expected["ledger_hour"]!.length).toBeGreaterThan(expected["pool_hour"]!.length); // two prices, and holders
        for (const db of [plain, cut]) expect(await checkBooks(db, "Asia/Shanghai")).toEqual([]);
        expect(
          expected["card_slot"]!.some((row) => row.includes(`"gap_cause":${GAP_CAUSES.indexOf("source_down")}`)),
        ).toBe(true); // the hole is in it
      } finally {
        await proxy.stop();
        await server.stop();
      }
    },
    120_000,
  );
});
