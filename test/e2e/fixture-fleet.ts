/** A small made-up fleet with fixed numbers, for looking at pages. Not the simulator: nothing here speaks a protocol. */
import { BILLING_TYPES, CARD_STATES, type BillingType, type CardState } from "../../db/model/fleet.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SLOT_MS } from "../../db/model/time.ts";
import type {
  CardDetail,
  CardPoint,
  CardRow,
  FleetHour,
  FleetSummary,
  PoolView,
  SourceView,
  StateCounts,
  StateReason,
  TargetView,
  Utilisation,
} from "../../db/model/views.ts";
import { COLLECT_FAULTS } from "../../db/model/coverage.ts";

/** 22 Nov 2026 09:41:15 in Shanghai: the instant of all fixtures. */
export const FIXTURE_NOW = Date.UTC(2026, 10, 22, 1, 41, 15);
export const FIXTURE_ZONE = "Asia/Shanghai";

export type FixtureFleet = {
  readonly summary: FleetSummary;
  readonly rows: readonly CardRow[];
  readonly history: { readonly from: number; readonly to: number; readonly hours: readonly FleetHour[] };
  readonly sources: readonly SourceView[];
  readonly targets: readonly TargetView[];
};

const HOSTILE = [
  `<img src=x onerror="window.__hacked=1">`,
  `"><script>window.__hacked=2</script>`,
  `javascript:window.__hacked=3`,
  `{{constructor.constructor('window.__hacked=4')()}}`,
  `__proto__`,
  `<svg/onload=window.__hacked=5>`,
  `</style><script>window.__hacked=6</script>`,
  `\u202Egnp.exe ${"long".repeat(60)}`,
];

const VENDORS = ["vendor-a", "vendor-b", "own-idc"];
const MODELS = [
  { model: "A100-80G-SXM", gib: 80, watts: 400 },
  { model: "A10", gib: 24, watts: 150 },
  { model: "H100-SXM", gib: 80, watts: 700 },
  { model: "T4", gib: 16, watts: 70 },
  { model: "V100-SXM2-32G", gib: 32, watts: 300 },
  { model: "L40S", gib: 48, watts: 350 },
  { model: "A800-80G-SXM", gib: 80, watts: 400 },
  { model: "Ascend910B3", gib: 64, watts: 400 },
];

/** The same fleet for the same size. `hostile` gives every name a hostile text. */
export function fixtureFleet(cards: number, hostile = false): FixtureFleet {
  const random = mulberry(cards + 7);
  const name = (text: string, i: number) => (hostile ? `${HOSTILE[i % HOSTILE.length]} ${text}` : text);
  const keys = poolKeys(cards, name);
  const rows = Array.from({ length: cards }, (_, i) => makeRow(i, keys, random, name));
  const pools = keys.map((key): PoolView => {
    const own = rows.filter((row) => row.poolId === key.id);
    return { ...key, counts: countsOf(own), last24h: utilOf(own) };
  });
  const asOf = FIXTURE_NOW - 4_000;
  const to = Math.floor(FIXTURE_NOW / HOUR_MS) * HOUR_MS;
  const sources = makeSources(cards, name);
  const targets = makeTargets(sources, name);
  const summary: FleetSummary = {
    asOf,
    zone: FIXTURE_ZONE,
    counts: countsOf(rows),
    last24h: utilOf(rows),
    last24hFrom: to - DAY_MS,
    last24hTo: to,
    pools,
    sources: { total: targets.length, down: targets.filter((target) => target.up === false).length },
    demo: cards === 1_000,
  };
  return { summary, rows, history: { from: to - DAY_MS, to, hours: makeHours(to, rows) }, sources, targets };
}

/** One card's last day, with three holes and a few events, so that each kind of drawing is seen. */
export function fixtureDetail(fleet: FixtureFleet, row: CardRow): CardDetail {
  const random = mulberry(row.id + 99);
  const to = Math.floor(FIXTURE_NOW / SLOT_MS) * SLOT_MS;
  const from = to - DAY_MS;
  const pool = fleet.summary.pools.find((p) => p.id === row.poolId);
  if (pool === undefined) throw new Error(`fixture card ${row.uuid} is in no pool`);
  const points = Array.from({ length: DAY_MS / SLOT_MS }, (_, i) => makePoint(from + i * SLOT_MS, i, row, random));
  return {
    asOf: fleet.summary.asOf,
    row,
    pool,
    modelName: pool.model.startsWith("Ascend") ? "910B3" : `NVIDIA ${pool.model}`,
    driver: "550.90.07",
    migProfiles: row.id % 9 === 0 ? ["3g.40gb", "3g.40gb"] : [],
    firstSeen: from - 41 * DAY_MS,
    from,
    to,
    points,
    events: [
      { at: from + 15 * HOUR_MS + 7 * MINUTE_MS, kind: "xid", code: 79, count: 1, detail: "" },
      { at: from + 9 * HOUR_MS, kind: "ecc_uncorrected", code: 0, count: 2, detail: "" },
      { at: from + 9 * HOUR_MS + MINUTE_MS, kind: "row_remap", code: 0, count: 1, detail: "" },
      { at: from + 3 * HOUR_MS, kind: "moved", code: 0, count: 1, detail: "gpu-old-17 → " + row.node },
    ],
    origins: [`http://${row.node}:9400/metrics`],
  };
}

type Name = (text: string, i: number) => string;
type PoolKeyed = Omit<PoolView, "counts" | "last24h">;

function poolKeys(cards: number, name: Name): PoolKeyed[] {
  const pools = cards === 0 ? 0 : cards === 1 ? 1 : 30;
  return Array.from({ length: pools }, (_, i) => ({
    id: i + 1,
    vendor: name(VENDORS[i % 3] ?? "", i),
    region: name(`region-${(i % 10) + 1}`, i + 1),
    zone: `zone-${"abc"[i % 3]}`,
    cluster: name(`cluster-${(i % 5) + 1}`, i + 2),
    model: MODELS[i % MODELS.length]?.model ?? "",
    billing: (BILLING_TYPES[(i * 7) % 6] ?? "unknown") satisfies BillingType,
  }));
}

function makeRow(i: number, pools: readonly PoolKeyed[], random: () => number, name: Name): CardRow {
  const pool = pools[(i >> 3) % pools.length];
  const model = MODELS.find((m) => m.model === pool?.model) ?? MODELS[0];
  const { state, why } = pickState(random());
  const busy = state === "busy";
  const silent = state === "unknown";
  const util = silent ? null : busy ? 0.55 + 0.45 * random() : 0.02 * random();
  const total = (model?.gib ?? 80) * 2 ** 30;
  const held = busy || state === "idle_held" || state === "starting";
  return {
    id: i + 1,
    uuid: `GPU-${hex(random)}${hex(random)}-${hex(random).slice(0, 4)}-4a5b-8c7d-${hex(random)}${hex(random).slice(0, 4)}`,
    poolId: pool?.id ?? 1,
    node: name(`gpu-${pool?.zone ?? ""}-${String((i >> 3) + 1).padStart(4, "0")}`, i >> 3),
    position: `00000000:${(0x1b + (i % 8) * 0x10).toString(16).toUpperCase().padStart(2, "0")}:00.0`,
    state,
    why,
    since: FIXTURE_NOW - Math.floor(random() * (state === "busy" ? 6 : 40) * HOUR_MS) - 20_000,
    holder: held ? name(`aigc/image-gen-${Math.floor(random() * 900)}-${hex(random).slice(0, 5)}`, i) : "",
    utilRatio: util,
    memoryUsedBytes: silent ? null : Math.floor(total * (held ? 0.3 + 0.6 * random() : 0.01)),
    memoryTotalBytes: silent ? null : total,
    powerWatts: silent ? null : (model?.watts ?? 300) * (busy ? 0.6 + 0.35 * random() : 0.15),
    temperatureCelsius: silent ? null : busy ? 55 + 25 * random() : 32 + 6 * random(),
    util24h: state === "unknown" && i % 2 === 0 ? null : 0.05 + 0.8 * random(),
    coverage24h: silent ? 0.62 : i % 50 === 0 ? 0.9731 : 1,
    lastReadAt: silent ? FIXTURE_NOW - 47 * MINUTE_MS : FIXTURE_NOW - Math.floor(random() * 15_000),
  };
}

function pickState(at: number): { state: CardState; why: StateReason } {
  if (at < 0.62) return { state: "busy", why: "active" };
  if (at < 0.83) return { state: "idle_held", why: at < 0.8 ? "held_quiet" : "memory_without_holder" };
  if (at < 0.95) return { state: "free", why: "not_held" };
  if (at < 0.965) return { state: "starting", why: "starting" };
  if (at < 0.978) return { state: "fault", why: "reported_fault" };
  return { state: "unknown", why: at < 0.99 ? "source_down" : "card_gone" };
}

function makePoint(at: number, i: number, row: CardRow, random: () => number): CardPoint {
  const gap =
    i >= 90 && i < 99 ? "source_down" : i === 200 ? "no_reading" : i >= 240 && i < 246 ? "dapan_down" : "none";
  const ms = gap === "none" ? SLOT_MS : 0;
  const busy = gap === "none" && (i < 70 || (i > 110 && i < 230));
  const idle = gap === "none" && !busy && i < 262;
  const fault = gap === "none" && i >= 180 && i < 184;
  const said = (value: number) => (gap === "none" ? value : null);
  return {
    at,
    observedMs: ms,
    gap,
    busyMs: busy && !fault ? ms : 0,
    idleHeldMs: idle && !fault ? ms : 0,
    freeMs: gap === "none" && !busy && !idle && !fault ? ms : 0,
    startingMs: 0,
    faultMs: fault ? ms : 0,
    unknownMs: SLOT_MS - ms,
    utilRatio: said(busy ? 0.82 + 0.15 * random() : 0.01 * random()),
    tensorRatio: said(busy ? 0.35 + 0.15 * random() : 0),
    memoryRatio: said(busy ? 0.85 : 0.4),
    memoryBytes: said((row.memoryTotalBytes ?? 80 * 2 ** 30) * (busy ? 0.85 : 0.4)),
    powerWatts: said(busy ? 320 + 60 * random() : 62 + 4 * random()),
    temperatureCelsius: said(busy ? 66 + 6 * random() : 38 + 2 * random()),
    holder: busy || idle ? row.holder || "aigc/image-gen-17" : "",
  };
}

function makeHours(to: number, rows: readonly CardRow[]): FleetHour[] {
  if (rows.length === 0) return [];
  const owned = rows.length * HOUR_MS;
  const hours = Array.from({ length: 24 }, (_, i) => {
    const day = 0.5 + 0.35 * Math.sin((i - 4) / 3.8);
    const unknown = i === 9 ? 0.4 : 0.006;
    const rest = 1 - unknown;
    const part = (share: number) => Math.round(owned * rest * share);
    return {
      at: to - (24 - i) * HOUR_MS,
      busyMs: part(day * 0.8),
      idleHeldMs: part(0.14),
      freeMs: part(0.8 - day * 0.8 + 0.03),
      startingMs: part(0.015),
      faultMs: part(0.015),
      unknownMs: Math.round(owned * unknown),
      meanRatio: day * 0.7,
    };
  });
  return hours.filter((_, i) => i !== 13); // an hour without a record
}

function makeSources(cards: number, name: Name): SourceView[] {
  if (cards === 0) return [];
  const source = (part: Partial<SourceView> & Pick<SourceView, "name" | "kind" | "address">): SourceView => ({
    targetsUp: 1,
    targetsTotal: 1,
    cards: 0,
    lastSuccessAt: FIXTURE_NOW - 6_000,
    samplesPerSecond: 0,
    clockSkewMs: 120,
    lastFault: null,
    lastError: "",
    lastErrorAt: null,
    backlogSlots: null,
    ...part,
  });
  if (cards === 1)
    return [source({ name: "gpu-nodes", kind: "static", address: "1 target", cards: 1, samplesPerSecond: 2.4 })];
  const nodes = Math.ceil(cards / 8);
  const down = Math.max(3, Math.floor(nodes * 0.02));
  return [
    source({
      name: name("gpu-nodes", 0),
      kind: "file_sd",
      address: "/etc/dapan/targets/*.yaml",
      targetsUp: nodes - down,
      targetsTotal: nodes,
      cards: Math.floor(cards * 0.8),
      samplesPerSecond: nodes * 16.2,
      clockSkewMs: -41_300,
      lastFault: "connect",
      lastError: name("connect ECONNREFUSED 10.20.3.117:9400", 1),
      lastErrorAt: FIXTURE_NOW - 11_000,
    }),
    source({
      name: name("ascend", 2),
      kind: "http_sd",
      address: "http://cmdb.internal/api/npu-targets",
      targetsUp: 2,
      targetsTotal: 2,
      cards: Math.floor(cards * 0.1),
      samplesPerSecond: 188,
    }),
    source({
      name: name("prometheus-sh", 3),
      kind: "prometheus",
      address: "http://prometheus.monitoring:9090",
      cards: Math.floor(cards * 0.1),
      samplesPerSecond: 410,
      backlogSlots: 37,
      lastFault: "overloaded",
      lastError: name("503: query processing would load too many samples into memory", 4),
      lastErrorAt: FIXTURE_NOW - 22 * MINUTE_MS,
    }),
    source({
      name: name("lab", 5),
      kind: "static",
      address: "2 targets",
      targetsUp: 0,
      targetsTotal: 2,
      lastSuccessAt: null,
      samplesPerSecond: null,
      clockSkewMs: null,
      lastFault: "malformed",
      lastError: name('line 17: expected a value, read "<html>"', 6),
      lastErrorAt: FIXTURE_NOW - 3_000,
    }),
  ];
}

function makeTargets(sources: readonly SourceView[], name: Name): TargetView[] {
  return sources.flatMap((source) =>
    Array.from({ length: source.targetsTotal }, (_, i): TargetView => {
      const up = i >= source.targetsTotal - source.targetsUp;
      const fault = up ? null : (source.lastFault ?? COLLECT_FAULTS[i % COLLECT_FAULTS.length] ?? "connect");
      return {
        source: source.name,
        origin: `${source.name}/${i}`,
        address: name(`http://10.20.${i >> 8}.${i & 255}:9400/metrics`, i),
        up,
        lastAttemptAt: FIXTURE_NOW - 5_000,
        lastSuccessAt: up ? FIXTURE_NOW - 5_000 : null,
        durationMs: up ? 12 + (i % 9) : 1_000,
        samples: up ? 243 : null,
        bytes: up ? 31_022 : null,
        cards: up ? 8 : 0,
        duplicateSeries: i % 40 === 7 ? 3 : 0,
        refusedValues: 0,
        clockSkewMs: i === 3 ? -41_300 : i % 7,
        fault,
        error: up ? "" : source.lastError,
        errorAt: up ? null : FIXTURE_NOW - 11_000,
      };
    }),
  );
}

function countsOf(rows: readonly CardRow[]): StateCounts {
  const counts = Object.fromEntries(CARD_STATES.map((state) => [state, 0])) as Record<CardState, number>;
  for (const row of rows) counts[row.state] += 1;
  return counts;
}

function utilOf(rows: readonly CardRow[]): Utilisation {
  const said = rows.filter((row) => row.util24h !== null);
  const mean = said.reduce((sum, row) => sum + (row.util24h ?? 0), 0) / said.length;
  const observed = rows.reduce((sum, row) => sum + (row.coverage24h ?? 0) * DAY_MS, 0);
  return {
    meanRatio: said.length === 0 ? null : mean,
    saidMs: said.length * DAY_MS,
    observedMs: Math.floor(observed),
    ownedMs: rows.length * DAY_MS,
  };
}

/** A small seeded generator (mulberry32): the same fleet on every machine. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const hex = (random: () => number): string =>
  Math.floor(random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, "0");
