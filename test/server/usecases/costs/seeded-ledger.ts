import type { Database } from "../../../../db/database.ts";
import { NOBODY, UNATTRIBUTED, UNPRICED } from "../../../../db/model/ledger.ts";
import type { Micro } from "../../../../db/model/money.ts";
import { DAY_MS, HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { ensurePartitions, everyDay } from "../../../../db/store/partitions.ts";
import { readFeatures } from "../../../../db/store/features.ts";
import { readPools } from "../../../../db/store/registry.ts";
import { createPricing } from "../../../../server/usecases/pricing/pricing-port.ts";
import type { BookedDeps } from "../../../../server/usecases/costs/booked-money.ts";
import { createCosts } from "../../../../server/usecases/costs/costs-port.ts";
import type { CostDeps } from "../../../../server/usecases/costs/ports.ts";
import type { OtherCostDay, RevenueDay, UnitsDay } from "../../../../server/usecases/usage/usage-port.ts";
import { calendarDays } from "../../../../server/usecases/ledger/calendar-day.ts";
import { random } from "../../../db/batches.ts";
import { manualClock } from "../../../tools/manual-clock.ts";
import { stageConfig } from "../../../tools/stage-config.ts";

export const ZONE = "Asia/Shanghai";
export const FIRST_DAY = "2026-10-28";
/** The last day is the running one: half of it is booked. */
export const NOW = unixMs(Date.UTC(2026, 10, 6, 4)); // noon of the 6th in Shanghai
export const DAYS = 10;
export const RANGE = { from: FIRST_DAY, to: "2026-11-07" };

const POOLS = [
  ["cloud-a", "sh-1", "sh-1a", "k1", "H100-80G-SXM", "monthly"],
  ["cloud-a", "sh-1", "", "k2", "A10-24G", "on_demand"],
  ["cloud-b", "us-1", "us-1a", "k3", "H100-80G-SXM", "reserved"],
  ["cloud-b", "us-1", "us-1b", "k3", "A10-24G", "spot"],
  ["=1+1", 'eu, "west"', "", "k4", "odd\nname", "unknown"],
  ["own", "bj-1", "a", "k5", "A800-80G-PCIE", "owned"],
] as const;
const FEATURES = [
  [
    "chat-assist",
    "Chat, assisted",
    "team-a",
    '[{"vendor":"own","region":"","zone":"","cluster":"","model":"","billing":"","contract":""}]',
  ],
  ["image-gen", '=HYPERLINK("x")', "team-b", "[]"],
  ["search", "Search", "", "[]"],
  ["retired", "Retired", "team-a", "[]"],
] as const;
/** Currency, whether it is a list price, and which contract its selector names. EUR has no rate. */
const PRICES = [
  ["CNY", false, ""],
  ["CNY", true, ""],
  ["USD", false, "C-77"],
  ["USD", true, ""],
  ["EUR", false, ""],
] as const;

/** What a dollar is worth from a day on. */
export const EARLIER_RATE = { day: "2025-10-20", nano: 7_100_000_000n };
export const LATER_RATE = { day: "2026-10-31", nano: 7_213_579_246n };

/** A ledger of ten days as booking leaves it: every kind of line there is, at random. feature_day is its sum by calendar day. */
export async function seedLedger(db: Database, seed: number): Promise<void> {
  const next = random(seed);
  const pick = (count: number): number => Math.floor(next() * count);
  await seedNames(db);
  const firstHour = Date.UTC(2026, 9, 27, 16) / HOUR_MS;
  const hours = Math.ceil((NOW - firstHour * HOUR_MS) / HOUR_MS);
  await ensurePartitions(
    db,
    ["ledger_hour", "feature_day", "holder_hour"],
    everyDay(firstHour * HOUR_MS - DAY_MS, NOW + DAY_MS),
  );
  const lines: (number | string)[][] = [];
  for (let hour = firstHour; hour < firstHour + hours; hour++) {
    if (pick(20) === 0) continue; // an hour nobody booked
    for (let pool = 1; pool <= POOLS.length; pool++) {
      if (pick(9) === 0) continue;
      for (const feature of new Set([NOBODY, UNATTRIBUTED, 1 + pick(4), 1 + pick(4)])) {
        const price = pick(7) === 0 ? UNPRICED : 1 + pick(PRICES.length);
        const ms = Array.from({ length: 6 }, (_, state) => timeOf(feature, state, pick));
        if (ms.every((time) => time === 0)) continue;
        const micro = ms.map((time) => (price === UNPRICED || time === 0 ? 0n : moneyOf(pick)));
        lines.push([hour, pool, feature, price, ...ms, ...micro.map(String)]);
      }
    }
  }
  await insertLines(db, lines);
  await seedHolders(db, firstHour);
}

/** Nobody holds free and unknown time; features hold the rest. */
function timeOf(feature: number, state: number, pick: (count: number) => number): number {
  const isNobodys = state === 3 || state === 5;
  if (isNobodys !== (feature === NOBODY) && pick(8) !== 0) return 0;
  if (isNobodys && feature !== NOBODY) return 0;
  return pick(3) === 0 ? 0 : 1 + pick(40 * HOUR_MS);
}

/** From one micro-unit to a sum no double holds. */
const moneyOf = (pick: (count: number) => number): Micro =>
  [1n, BigInt(pick(1_000)), BigInt(pick(900_000_000)), 9_007_199_254_740_993n][pick(40) === 0 ? 3 : pick(3)]!;

async function insertLines(db: Database, lines: readonly (number | string)[][]): Promise<void> {
  const amounts = ["busy", "idle_held", "starting", "free", "fault", "unknown"];
  const columns = [
    "hour_no",
    "pool_id",
    "feature_id",
    "price_id",
    ...amounts.map((a) => `${a}_ms`),
    ...amounts.map((a) => `${a}_micro`),
  ];
  const types = columns.map((_, i) => (i < 4 ? "int4" : "int8"));
  const values = columns.map((_, i) => lines.map((line) => line[i]));
  await db.query(
    `INSERT INTO ledger_hour (${columns.join(", ")}) SELECT * FROM unnest(${types.map((type, i) => `$${i + 1}::${type}[]`).join(", ")})`,
    values,
  );
  const dayOf = calendarDays(ZONE);
  const hours = [...new Set(lines.map(([hour]) => hour as number))];
  const sums = columns.slice(4).map((c) => `sum(${c})::int8`);
  await db.query(
    `INSERT INTO feature_day (day_no, feature_id, pool_id, price_id, ${columns.slice(4).join(", ")})
     SELECT d.day_no, feature_id, pool_id, price_id, ${sums.join(", ")} FROM ledger_hour
     JOIN unnest($1::int4[], $2::int4[]) d (hour_no, day_no) USING (hour_no) GROUP BY d.day_no, feature_id, pool_id, price_id`,
    [hours, hours.map(dayOf)],
  );
}

async function seedNames(db: Database): Promise<void> {
  await db.query(
    "INSERT INTO revision (at_ms, subject, who, why, source) VALUES (1, 'price', 'li', 'contract of the year', 'console')",
  );
  for (const pool of POOLS)
    await db.query(
      "INSERT INTO pool (vendor, region, zone, cluster, model, billing) VALUES ($1, $2, $3, $4, $5, $6)",
      pool,
    );
  for (const [key, name, team, owns] of FEATURES)
    await db.query(
      `INSERT INTO feature (key, name, team, kind, unit, unit_source, owns, archived_at_ms, revision_id)
       VALUES ($1, $2, $3, 'inference', 'image', '', $4::jsonb, $5, 1)`,
      [key, name, team, owns, key === "retired" ? 5 : null],
    );
  for (const [i, [currency, isList, contract]] of PRICES.entries()) {
    await db.query(
      "INSERT INTO selector (vendor, region, zone, cluster, model, billing, contract) VALUES ($1, '', '', '', '', '', $2)",
      [`cloud-${i}`, contract],
    );
    await db.query(
      `INSERT INTO price (selector_id, basis, currency, amount_micro, cards_per_instance, from_ms, anchor_ms, known_from_ms, revision_id, is_list)
       VALUES ($1, 'card_hour', $2, 7000000, 1, 0, 0, 1, 1, $3)`,
      [i + 1, currency, isList],
    );
  }
  for (const { day, nano } of [EARLIER_RATE, LATER_RATE])
    await db.query(
      "INSERT INTO fx_rate (base, quote, day_no, rate_nano, known_from_ms, revision_id) VALUES ('USD', 'CNY', $1, $2, 1, 1)",
      [Date.parse(day) / DAY_MS, nano.toString()],
    );
  for (const [at, pool, tier] of [
    [Date.UTC(2026, 9, 1), 1, 0],
    [Date.UTC(2026, 10, 2), 1, 1],
    [Date.UTC(2026, 10, 3, 5), 1, 2],
    [Date.UTC(2026, 10, 4), 3, 3],
  ])
    await db.query("INSERT INTO tier_event (at_ms, pool_id, to_tier, verdict) VALUES ($1, $2, $3, '{}')", [
      at,
      pool,
      tier,
    ]);
}

async function seedHolders(db: Database, hour: number): Promise<void> {
  await db.query(
    "INSERT INTO holder (cluster, namespace, pod, container, pod_uid) VALUES ('k1', 'ns', 'chat-1', 'c', ''), ('k1', 'ns', 'lost-1', 'c', '')",
  );
  await db.query(
    `INSERT INTO mapping_rule (name, position, feature_id, match, from_ms, known_from_ms, revision_id) VALUES ('chat', 1, 1, '{"pod":"chat-.*"}', 0, 1, 1)`,
  );
  await db.query("INSERT INTO holder_feature (holder_id, from_hour, feature_id, rule_id) VALUES (1, 0, 1, 1)");
  await db.query(
    `INSERT INTO holder_hour (hour_no, pool_id, holder_id, busy_ms, idle_held_ms, starting_ms, free_ms, fault_ms, unknown_ms)
     SELECT h, 1, p, 3600000, 60000, 0, 0, 0, 0 FROM generate_series($1::int4, $1::int4 + 30) h, generate_series(1, 2) p`,
    [hour],
  );
}

/** Who to tell that lines of a database were written. */
export const writers = new WeakMap<Database, () => void>();

/** The use-cases over a seeded store. Units and money besides cards are said by hand. */
export async function costDeps(db: Database): Promise<CostDeps & BookedDeps> {
  const clock = manualClock(NOW);
  const config = { ...stageConfig().current(), timeZone: ZONE, currency: "CNY" };
  const features = await readFeatures(db);
  return {
    clock,
    config: { current: () => config, faults: () => [], onChange: () => () => undefined },
    past: { pools: () => readPools(db) },
    pricing: createPricing({ db, clock, config: () => config }),
    aliases: { current: () => new Map() },
    costs: createCosts({ db, clock, onWritten: (tell) => void writers.set(db, tell) }),
    ledger: {
      asOf: async () => NOW,
      progress: () => null,
      recompute: async () => ({
        hours: 1,
        storedMicro: [],
        recomputedMicro: [],
        isEqual: true,
        differing: [],
        notKept: 0,
      }),
    },
    features: { list: () => features },
    usage: saidUsage(),
  };
}

const FIRST = Date.parse(`${FIRST_DAY}T00:00:00Z`) / DAY_MS;

function saidUsage(): CostDeps["usage"] {
  const days = Array.from({ length: DAYS }, (_, i) => FIRST + i);
  const units = days.map((day): UnitsDay => ({
    day,
    source: "push",
    okMicro: 3_000_000n,
    failedMicro: 1_000_000n,
    coveredMs: DAY_MS / 2,
    missingMs: 0,
    expectedMs: DAY_MS,
    others: [{ source: "csv:a", okMicro: 5n }],
  }));
  const revenue = days.map((day): RevenueDay => ({
    day,
    amounts: [
      { currency: "CNY", soldMicro: 700_000_000n, measuredMicro: 0n, refundMicro: 0n },
      { currency: "USD", soldMicro: 0n, measuredMicro: 100_000_001n, refundMicro: -1n },
    ],
    unpricedMicro: 0n,
  }));
  const other = days.map((day): OtherCostDay => ({
    day,
    kind: "storage",
    note: "",
    currency: "USD",
    micro: 33_333_333n,
  }));
  return {
    units: async () => new Map([[1, units]]),
    revenue: async () =>
      new Map([
        [1, revenue],
        [2, revenue.slice(0, 1)],
      ]),
    otherCosts: async () =>
      new Map([
        [1, other],
        [3, other.slice(2, 3)],
      ]),
    sourcesOf: async () => [],
    unitLines: async () => [
      {
        source: "push",
        from: FIRST * DAY_MS,
        to: FIRST * DAY_MS + 1,
        okMicro: "1",
        failedMicro: null,
        coveredMs: 1,
        knownFrom: 1,
        revision: 1,
      },
    ],
    revenueLines: async () => [],
  };
}
