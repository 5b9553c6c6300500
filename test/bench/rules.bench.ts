import { CARD_FIELDS } from "../../db/model/card-fields.ts";
import type { CardEvent } from "../../db/model/events.ts";
import { HEALTH_FIELDS, type Signal } from "../../db/model/health.ts";
import { HOUR_MS, MINUTE_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { BUILT_IN_RULES } from "../../server/domain/health/built-in.ts";
import { evaluate } from "../../server/domain/health/evaluate.ts";
import type { Round, RoundCards, RoundGang, RoundNode } from "../../server/domain/health/round.ts";
import type { BenchRow } from "./row.ts";

const ROUNDS = 5;
const WARM = 2;
const ON_A_NODE = 8;
const IN_A_GANG = 256;
const ILL = 500; // one card in so many is ill
const EVENTFUL = 100; // and to one in so many something happened within the week
const NOW = Date.UTC(2026, 10, 20);

/** Judging a whole fleet once by every built-in rule, in a fleet where every signal is said and a little is wrong. */
export async function benchRules(): Promise<BenchRow[]> {
  return [measure(10_000, "≤ 300"), measure(100_000, "≤ 3,000"), storm(100_000)];
}

function measure(cards: number, goal: string): BenchRow {
  const fleet = makeFleet(cards);
  for (let i = 0; i < WARM; i += 1) judge(fleet(i));
  const rounds = Array.from({ length: ROUNDS }, (_, i) => fleet(WARM + i));
  const before = process.cpuUsage();
  let findings = 0;
  for (const round of rounds) findings += judge(round);
  const { user, system } = process.cpuUsage(before);
  const note = `all ${BUILT_IN_RULES.length} built-in rules, ${Math.round(findings / ROUNDS).toLocaleString("en")} findings`;
  return {
    name: `Judge ${cards.toLocaleString("en")} cards once, CPU`,
    value: (user + system) / 1_000 / ROUNDS,
    unit: "ms",
    goal,
    note,
  };
}

/** Every card in breach of one rule at once: what its findings weigh until the incidents are folded. */
function storm(cards: number): BenchRow {
  const round = makeFleet(cards)(0);
  const level = (signal: Signal) => new Float64Array(cards).fill(signal === "temperatureCelsius" ? 99 : Number.NaN);
  const hot = { ...round, cards: { ...round.cards, level } };
  const rule = BUILT_IN_RULES.find(({ id }) => id === "temp-core")!;
  globalThis.gc?.();
  const before = process.cpuUsage();
  const { findings } = evaluate(rule, hot);
  const { user, system } = process.cpuUsage(before);
  return {
    name: `${findings.length.toLocaleString("en")} findings of one rule, CPU`,
    value: (user + system) / 1_000,
    unit: "ms",
    note: "a storm in which every card is too hot",
  };
}

function judge(round: Round): number {
  let findings = 0;
  for (const rule of BUILT_IN_RULES) findings += evaluate(rule, round).findings.length;
  return findings;
}

/** Rounds of one fleet, each new to the rules: nothing that was worked out for one is there for the next. */
function makeFleet(count: number): (seed: number) => Round {
  const { nodes, gangs, pools } = placesOf(count);
  const uuid = Array.from({ length: count }, (_, row) => `GPU-${row.toString(16).padStart(8, "0")}`);
  const levels = new Map<string, Float64Array>();
  for (const { name } of [...CARD_FIELDS, ...HEALTH_FIELDS]) levels.set(name, column(count, well(name), ill(name)));
  for (const name of ["heldQuietMs", "freeMs", "zombieMs", "powerMissingMs"])
    levels.set(name, column(count, Number.NaN, HOUR_MS));
  levels.set("activityRatio", column(count, 0.8, 0));
  levels.set("unreadMs", new Float64Array(count).fill(Number.NaN));
  const nothing = new Float64Array(count);
  const happened = eventsOf(count);
  return (seed) => ({
    at: unixMs(NOW + seed * 15_000),
    cards: {
      count,
      id: Int32Array.from({ length: count }, (_, row) => row + 1),
      uuid,
      node: Int32Array.from({ length: count }, (_, row) => Math.floor(row / ON_A_NODE)),
      pool: pools,
      state: Array.from({ length: count }, () => "busy"),
      stateSince: nothing,
      holder: Array.from({ length: count }, (_, row) => (row % 3 === 0 ? "" : `prod/pod-${row >> 2}`)),
      feature: Array.from({ length: count }, () => null),
      heardAt: new Float64Array(count).fill(NOW - 5_000),
      gap: Array.from({ length: count }, (_, row) => (row % (ILL * 2) === 1 ? "card_gone" : "none")),
      silentSince: Float64Array.from({ length: count }, (_, row) =>
        row % (ILL * 2) === 1 ? NOW - HOUR_MS : Number.NaN,
      ),
      level: (signal: Signal) => levels.get(signal)!,
      rise: (signal: Signal) => (levels.has(signal) ? nothing.slice() : nothing),
    } satisfies RoundCards,
    nodes,
    gangs,
    sources: [],
    money: [],
    events: { of: (cardId) => happened.get(cardId) ?? [] },
    answers: new Map(),
  });
}

const well = (name: string): number =>
  name === "npuHealthy" || name === "linkUp" || name === "networkUp" || name === "opticalUp"
    ? 1
    : name === "temperatureCelsius"
      ? 52
      : name.startsWith("pcieWidth")
        ? 16
        : 0;
const ill = (name: string): number =>
  name === "temperatureCelsius" ? 92 : name === "clockReasons" ? 0x48 : name === "rowRemapPending" ? 1 : well(name);
const column = (count: number, usual: number, odd: number): Float64Array =>
  Float64Array.from({ length: count }, (_, row) => (row % ILL === 0 ? odd : usual));

function placesOf(count: number) {
  const pool = (i: number) => ({
    id: i + 1,
    vendor: "aliyun",
    region: `r${i % 4}`,
    zone: "",
    cluster: `c${i % 40}`,
    billing: "monthly" as const,
    model: i % 2 === 0 ? "A100-80G-SXM" : "H100-SXM",
  });
  const known = Array.from({ length: 200 }, (_, i) => pool(i));
  const poolOfNode = (n: number) => known[n % known.length]!;
  const nodes = Array.from({ length: Math.ceil(count / ON_A_NODE) }, (_, n): RoundNode => {
    const { vendor, region, zone, cluster } = poolOfNode(n);
    const name = `gpu-${n}`;
    const rows = Int32Array.from({ length: ON_A_NODE }, (_, i) => n * ON_A_NODE + i).filter((row) => row < count);
    return {
      key: [vendor, region, zone, cluster, name].join("/"),
      name,
      vendor,
      region,
      zone,
      cluster,
      rows,
      expected: rows.length,
      expectedBecause: "seen",
      isReady: true,
      isInKube: true,
      isCordoned: false,
      kubeCapacity: rows.length,
      isExporterUp: true,
      exporterSince: null,
    };
  });
  const activity = new Float64Array(60).fill(0.9);
  const gangs = Array.from({ length: Math.floor(count / 2 / IN_A_GANG) }, (_, g): RoundGang => ({
    key: `c/train/job-${g}`,
    cluster: "c0",
    namespace: "train",
    job: `job-${g}`,
    feature: null,
    rows: Int32Array.from({ length: IN_A_GANG }, (_, i) => g * IN_A_GANG + i),
    startedAt: null,
    phase: "running",
    activity,
    busyShare: activity,
  }));
  return { nodes, gangs, pools: Array.from({ length: count }, (_, row) => poolOfNode(Math.floor(row / ON_A_NODE))) };
}

function eventsOf(count: number): ReadonlyMap<number, readonly CardEvent[]> {
  const all = new Map<number, readonly CardEvent[]>();
  for (let id = 1; id <= count; id += EVENTFUL) {
    const event = (code: number, ago: number): CardEvent => ({
      cardId: id,
      at: unixMs(NOW - ago),
      kind: "xid",
      code,
      count: 1,
      detail: "",
    });
    all.set(
      id,
      Array.from({ length: 20 }, (_, i) => event([13, 31, 43, 45, 79][i % 5]!, (20 - i) * 7 * MINUTE_MS)),
    );
  }
  return all;
}
