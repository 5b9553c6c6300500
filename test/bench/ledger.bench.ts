import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Database } from "../../db/database.ts";
import type { CardFrame } from "../../db/model/frame.ts";
import type { SlotBatch } from "../../db/model/slot.ts";
import { DAY_MS, HOUR_MS, SECOND_MS, SLOT_MS, SLOTS_PER_DAY } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { openDatabase } from "../../db/open.ts";
import { commitDay } from "../../db/store/bulk.ts";
import { registerCards, registerHolders } from "../../db/store/registry.ts";
import { commitSlot } from "../../db/store/slots.ts";
import { systemClock } from "../../server/clock.ts";
import { DEFAULT_STATE_RULES } from "../../server/domain/card-state.ts";
import { inPieces } from "../../server/ingest/pieces.ts";
import { ReportLog } from "../../server/ingest/report-log.ts";
import { closeSlot, type SlotCard } from "../../server/ingest/slot-close.ts";
import { blankBatch } from "../db/batches.ts";
import { NOTE, openPorts, type Ports } from "../server/usecases/ledger/ledger-stage.ts";
import { startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { frame, pod, sighting } from "../tools/frames.ts";
import type { BenchRow } from "./row.ts";

const CARDS = 10_000;
const POOLS = 200;
const FEATURES = 200;
const HOLDERS = 5_000;
const ON_A_NODE = 8;
const EVERY_MS = 15 * SECOND_MS;
const SLOTS = 15; // more than an hour: the first slot of an hour costs more than the others
const WARM = 3;
const PAST_CARDS = 50; // of the pool that is priced again
const PAST_DAYS = 30;
const NOW = unixMs(Date.UTC(2026, 10, 20));

type Goals = { readonly slot: number; readonly loop: number; readonly reprice: number };

/** Closing slots of a large fleet with states, prices and lines, and pricing a month of a pool again, on both engines. */
export async function benchLedger(): Promise<BenchRow[]> {
  const dataDir = mkdtempSync(join(tmpdir(), "dapan-bench-"));
  const rows = await benchEngine("PGlite", { dataDir }, { slot: 600, loop: 100, reprice: 10 });
  rmSync(dataDir, { recursive: true });
  if (whyNoPostgres() !== null) return rows;
  const service = await startPostgres();
  try {
    return [
      ...rows,
      ...(await benchEngine("PostgreSQL 15", { url: service.url }, { slot: 350, loop: 100, reprice: 10 })),
    ];
  } finally {
    await service.stop();
  }
}

async function benchEngine(
  engine: string,
  at: { dataDir: string } | { url: string },
  goals: Goals,
): Promise<BenchRow[]> {
  const onFatal = (error: Error) => {
    throw error;
  };
  const db = await openDatabase({ at, clock: systemClock, onFatal });
  try {
    const clock = { ...systemClock, now: () => NOW };
    const ports = await openPorts(db, clock, () => ({ timeZone: "Asia/Shanghai", currency: "CNY" }));
    return [...(await benchSlots(db, ports, engine, goals)), ...(await benchReprice(db, ports, engine, goals))];
  } finally {
    await db.close();
  }
}

/** Feature of a holder: each pool's 25 holders work for five of them. */
const featureOf = (holder: number): number => ((holder % POOLS) + Math.floor(holder / POOLS / 5)) % FEATURES;
/** Holder of a card: two cards of one pool. */
const holderOf = (card: number): number => (card % POOLS) + POOLS * (Math.floor(card / POOLS) % (HOLDERS / POOLS));

async function benchSlots(db: Database, ports: Ports, engine: string, goals: Goals): Promise<BenchRow[]> {
  const cards = await register(db);
  const holders = await registerHolders(
    db,
    Array.from({ length: HOLDERS }, (_, h) => ({
      ...pod(`pod-${h}`),
      namespace: `team-${featureOf(h)}`,
      cluster: "k",
    })),
  );
  await map(ports);
  await price(ports);
  await ports.features.know([...holders]);
  const rules = { ...DEFAULT_STATE_RULES, kindOf: (holder: number) => ports.features.kindOf(holder) };
  const [total, commit, loop, stall]: number[][] = [[], [], [], []];
  for (let i = 0; i < SLOTS; i++) {
    const slot = unixMs(NOW - 2 * HOUR_MS + i * SLOT_MS);
    const log = readings(slot);
    const sighted = (card: string) => [{ holderId: holders[holderOf(Number(card))]!, ppm: 1_000_000 }];
    const before = performance.eventLoopUtilization();
    const began = systemClock.monotonicMs();
    const closing = closeSlot(
      slot,
      cards,
      log.readings(slot + SLOT_MS, ({ uuid }) => sighted(uuid)),
      () => "no_reading",
      rules,
    );
    const { batch, events } = await inPieces(closing, systemClock);
    const closed = systemClock.monotonicMs();
    const closedLoop = performance.eventLoopUtilization(before).active;
    const work = { source: "scrape", seq: 1, batch, events, committedAt: NOW };
    await ports.ledger.booked("scrape", [batch], (book) =>
      commitSlot(db, { ...work, book: (tx, hour) => book(tx, [hour]) }),
    );
    if (i < WARM) continue;
    const ended = systemClock.monotonicMs();
    total!.push(ended - began);
    commit!.push(ended - closed);
    loop!.push(performance.eventLoopUtilization(before).active - closedLoop);
    stall!.push(closedLoop);
  }
  const [lines] = await db.query<{ n: number }>("SELECT count(*)::int AS n FROM ledger_hour WHERE hour_no = $1", [
    (NOW - 2 * HOUR_MS) / HOUR_MS,
  ]);
  const what = "closing a slot, 10,000 cards, 200 pools, 200 features, 5,000 holders";
  return [
    {
      name: `${engine}: ${what}: states, price, split, write, median`,
      value: median(total!),
      unit: "ms",
      goal: `≤ ${goals.slot}`,
    },
    { name: `${engine}: the same, p95`, value: quantile(total!, 0.95), unit: "ms" },
    {
      name: `${engine}: of it the transaction, median`,
      value: median(commit!),
      unit: "ms",
      note: `${lines?.n} lines an hour`,
    },
    {
      name: `${engine}: on the event loop: encoding, price, split, median`,
      value: median(loop!),
      unit: "ms",
      goal: `≤ ${goals.loop}`,
    },
    {
      name: `${engine}: on the event loop: states from 200,000 readings, in pieces of 5 ms, median`,
      value: median(stall!),
      unit: "ms",
    },
  ];
}

async function register(db: Database): Promise<SlotCard[]> {
  const { cardId, poolId } = await registerCards(
    db,
    Array.from({ length: CARDS }, (_, i) => ({
      place: { vendor: "v", region: "r", zone: "a", cluster: `c${i % POOLS}`, billing: "monthly" as const },
      model: "H100-80G-SXM",
      card: { ...sighting(String(i)), node: `n${Math.floor(i / ON_A_NODE)}`, position: String(i % ON_A_NODE) },
      at: unixMs(NOW - DAY_MS),
      source: "scrape",
    })),
  );
  return Array.from(cardId, (id, i) => ({
    id,
    uuid: String(i),
    stays: [{ from: 0, to: Infinity, poolId: poolId[i]! }],
  }));
}

async function map({ features }: Ports): Promise<void> {
  const keys = Array.from({ length: FEATURES }, (_, i) => `team-${i}`);
  const terms = { team: "", kind: "inference" as const, unit: "", unitSource: "", owns: [], archivedAt: null };
  await features.change(
    {
      features: keys.map((key) => ({ key, name: key, ...terms })),
      rules: keys.map((key) => ({ name: key, feature: key, match: { namespace: key }, from: unixMs(0), to: null })),
    },
    NOTE,
  );
}

const ANY = { vendor: "", region: "", zone: "", cluster: "", model: "", billing: "" as const, contract: "" };
const HOURLY = { basis: "card_hour" as const, currency: "CNY", cardsPerInstance: 1, owned: null, termTo: null };

async function price({ pricing }: Ports): Promise<void> {
  const changes = Array.from({ length: POOLS }, (_, i) => ({
    selector: { ...ANY, cluster: `c${i}` },
    isList: false,
    from: unixMs(NOW - DAY_MS),
    to: null,
    terms: { ...HOURLY, amountMicro: BigInt(10_000_000 + i * 12_345) },
  }));
  await pricing.change(changes, NOTE);
}

/** Twenty readings of every card: three quarters work, the others are held and quiet. */
function readings(slot: UnixMs): ReportLog {
  const log = new ReportLog();
  for (let node = 0; node < CARDS / ON_A_NODE; node++) {
    const names = Array.from({ length: ON_A_NODE }, (_, i) => sighting(String(node * ON_A_NODE + i)));
    for (let at = slot - EVERY_MS + (node % 15) * SECOND_MS; at < slot + SLOT_MS; at += EVERY_MS)
      log.add(reading(node, at, names));
  }
  return log;
}

const reading = (node: number, at: number, cards: CardFrame["cards"]): CardFrame =>
  frame(`http://n${node}`, at, cards, { utilRatio: node % 4 === 0 ? 0 : 0.8, memoryUsedBytes: 6e10, powerWatts: 400 });

async function benchReprice(db: Database, ports: Ports, engine: string, goals: Goals): Promise<BenchRow[]> {
  const { cardId, poolId } = await registerCards(
    db,
    Array.from({ length: PAST_CARDS }, (_, i) => ({
      place: { vendor: "past", region: "r", zone: "a", cluster: "past", billing: "monthly" as const },
      model: "H100-80G-SXM",
      card: { ...sighting(`past-${i}`), node: `past-${i}`, position: "0" },
      at: unixMs(NOW - 60 * DAY_MS),
      source: "past",
    })),
  );
  const pastPrice = (amountMicro: bigint) =>
    ports.pricing.change(
      [
        {
          selector: { ...ANY, vendor: "past" },
          isList: false,
          from: unixMs(NOW - 60 * DAY_MS),
          to: null,
          terms: { ...HOURLY, amountMicro },
        },
      ],
      NOTE,
    );
  await pastPrice(10_000_000n);
  await ports.ledger.catchUp(new AbortController().signal);
  for (let day = PAST_DAYS; day > 0; day--) {
    const batches = Array.from({ length: SLOTS_PER_DAY }, (_, i) =>
      pastBatch(NOW - day * DAY_MS + i * SLOT_MS, cardId, poolId),
    );
    const commit = { source: "past", batches, events: [], committedAt: NOW, as: "points" as const };
    await ports.ledger.booked("past", batches, (bookDay) => commitDay(db, { ...commit, bookDay }));
  }
  await pastPrice(11_111_111n);
  const began = systemClock.monotonicMs();
  await ports.ledger.catchUp(new AbortController().signal);
  const seconds = (systemClock.monotonicMs() - began) / 1000;
  const [differences] = await db.query<{ n: number }>("SELECT count(*)::int AS n FROM ledger_difference");
  const name = `${engine}: pricing 30 days of a pool again, with differences`;
  return [
    { name, value: seconds, unit: "s", goal: `≤ ${goals.reprice}`, note: `720 hours, ${differences?.n} differences` },
  ];
}

function pastBatch(slot: number, cardId: Int32Array, poolId: Int32Array): SlotBatch {
  const batch = blankBatch(slot, PAST_CARDS);
  batch.cardId.set(cardId);
  batch.poolId.set(poolId);
  for (let row = 0; row < PAST_CARDS; row++) {
    batch.holderId[row] = 1 + (row % 25);
    batch.columns.ownedMs[row] = SLOT_MS;
    batch.columns.observedMs[row] = SLOT_MS;
    batch.columns.busyMs[row] = row % 3 === 0 ? 100_000 : SLOT_MS;
    batch.columns.idleHeldMs[row] = row % 3 === 0 ? 200_000 : 0;
  }
  return batch;
}

const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]!;
const median = (values: readonly number[]): number => Math.round(quantile(values, 0.5));
