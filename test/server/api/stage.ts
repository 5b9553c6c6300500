import { Writable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { Clock } from "../../../db/model/clock.ts";
import { CARD_STATES, type CardState } from "../../../db/model/fleet.ts";
import type { CardRow } from "../../../db/model/views.ts";
import { type Assets, NO_ASSETS } from "../../../server/api/assets.ts";
import { createApi } from "../../../server/api/server.ts";
import { systemClock } from "../../../server/clock.ts";
import type { BoardReads, Deps, LivePool } from "../../../server/context.ts";
import { ServiceError } from "../../../server/errors.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { openAccess } from "../../../server/usecases/access/access-port.ts";
import { noApprovals } from "../../../server/usecases/approvals/approvals-port.ts";
import { noAudit } from "../../../server/usecases/audit/audit-port.ts";
import { createImports } from "../../../server/usecases/pricing/imports-port.ts";
import { NO_BOOKING } from "../../tools/no-booking.ts";
import { stageConfig } from "../../tools/stage-config.ts";
import { createMetrics } from "../../../server/telemetry/metrics.ts";
import { unixMs } from "../../../db/model/units.ts";

/** A live fleet by hand: `change` alters rows and tells the readers. */
export function stageFleet(rows: CardRow[], pools: readonly LivePool[]) {
  let version = 1;
  const changes: { version: number; row: CardRow }[] = [];
  const readers = new Set<() => void>();
  const live: Deps["live"] = {
    asOf: () => 1_790_000_000_000 + version,
    counts: () =>
      Object.fromEntries(CARD_STATES.map((s) => [s, rows.filter((r) => r.state === s).length])) as Record<
        CardState,
        number
      >,
    rows: () => rows,
    row: (uuid) => rows.find((r) => r.uuid === uuid) ?? null,
    pools: () => pools,
    identity: (uuid) =>
      rows.some((r) => r.uuid === uuid)
        ? { modelName: "NVIDIA H100", driver: "550.1", migProfiles: [], firstSeen: 1, origins: ["http://a"] }
        : null,
    readings: () => ({}),
    version: () => version,
    changesSince: (since) => ({
      version,
      rows: changes.filter((c) => c.version > since).map((c) => c.row),
      reload: false,
    }),
    onChange(callback) {
      readers.add(callback);
      return () => void readers.delete(callback);
    },
  };
  const change = (row: CardRow) => {
    version += 1;
    changes.push({ version, row });
    rows[rows.findIndex((r) => r.uuid === row.uuid)] = row;
    for (const tell of readers) tell();
  };
  return { live, change, readers: () => readers.size };
}

export const aPool = (over: Partial<LivePool> = {}): LivePool => ({
  id: 1,
  vendor: "vendor-a",
  region: "cn-1",
  zone: "a",
  cluster: "k1",
  model: "H100-80G-SXM",
  billing: "monthly",
  counts: Object.fromEntries(CARD_STATES.map((s) => [s, 0])) as Record<CardState, number>,
  ...over,
});

export const aRow = (over: Partial<CardRow> = {}): CardRow => ({
  id: 1,
  uuid: "GPU-1",
  poolId: 1,
  node: "gpu-1",
  position: "00000000:1A:00.0",
  state: "busy",
  why: "active",
  since: 1_790_000_000_000,
  holder: "team/pod-1",
  utilRatio: 0.5,
  memoryUsedBytes: 1,
  memoryTotalBytes: 2,
  powerWatts: 300,
  temperatureCelsius: -5,
  util24h: null,
  coverage24h: null,
  lastReadAt: 1_790_000_000_000,
  ...over,
});

export const NO_BOARD: BoardReads = {
  poolUtilisation: async () => new Map(),
  cardUtilisation: async () => new Map(),
  fleetHours: async () => [],
  cardPoints: async () => [],
  cardEvents: async () => [],
  ping: async () => undefined,
};

export const NO_PAST: Deps["past"] = {
  slotBefore: async () => null,
  pools: async () => [],
  poolHours: async () => ({ poolId: [], at: [], ownedMs: [], observedMs: [], utilMs: [], saidMs: [] }),
  statesAt: async () => new Map(),
  cardsAt: async () => ({ cardId: [], uuid: [], poolId: [], node: [], state: [], utilRatio: [] }),
  card: async () => null,
  places: async () => [],
  cardHours: async () => [],
  cardHealth: async () => [],
  cardDays: async () => [],
};

const NO_VIEWS: Deps["views"] = {
  list: async () => [],
  count: async () => 0,
  add: async () => null,
  change: async () => null,
  remove: async () => false,
};

/** A book nobody has written into. */
export const NO_PRICING: Deps["pricing"] = {
  prices: async () => [],
  rates: async () => [],
  hourlyByPool: async () => new Map(),
  poolMoney: async () => new Map(),
  piecesByPool: async () => new Map(),
  unpriced: async () => [],
  revisions: async () => [],
  effectOf: async () => {
    throw new Error("the staged book has no effects");
  },
  effectOfRevision: async () => null,
  change: async () => null,
  setRates: async () => null,
  onChange: () => () => undefined,
};

/** Names nobody has tied to a model. */
export const NO_ALIASES: Deps["aliases"] = {
  current: () => new Map(),
  at: async () => new Map(),
  set: async () => undefined,
  onChange: () => () => undefined,
};

/** No feature, and no rule. */
export const NO_FEATURES: Deps["features"] = {
  list: () => [],
  rules: () => [],
  follow: async () => "0 0 0",
  know: async () => undefined,
  featureOf: () => -1,
  ruleOf: () => null,
  kindOf: () => "other",
  assignNew: async () => undefined,
  factsArrived: async () => undefined,
  remaps: async () => [],
  settleRemaps: async () => undefined,
  held: async () => [],
  ruleNotes: async () => new Map(),
  fileRevenue: async () => [],
  effectOf: async () => ({ moves: [], since: null, keptSince: 0, hours: 0 }),
  change: async () => null,
  onChange: () => () => undefined,
};

/** A ledger without a line. */
export const NO_LEDGER: Deps["ledger"] = {
  ...NO_BOOKING,
  catchUp: async () => undefined,
  progress: () => null,
  asOf: async () => null,
  recompute: async () => ({ hours: 0, storedMicro: [], recomputedMicro: [], isEqual: true, differing: [], notKept: 0 }),
  onChange: () => () => undefined,
};

/** A ledger in which nothing was booked. */
export const NO_COSTS: Deps["costs"] = {
  days: async () => [],
  prices: async () => new Map(),
  tiers: async () => ({ at: () => null }),
  lineSums: async () => [],
  lines: async () => [],
  cards: async () => ({ cards: [], count: 0 }),
  holders: async () => [],
  holdersSince: async () => null,
  differences: async () => [],
  bookedSums: async () => [],
};

/** No units, no revenue, no other costs; nothing is taken. */
export const NO_USAGE: Deps["usage"] = {
  units: async () => new Map(),
  revenue: async () => new Map(),
  otherCosts: async () => new Map(),
  sourcesOf: async () => [],
  unitLines: async () => [],
  revenueLines: async () => [],
  push: async () => ({ answer: { lines: 0, added: 0, replaced: 0, unchanged: 0 }, kept: false }),
  pushSecret: async () => null,
  judge: async () => ({ faults: [], effects: [] }),
  put: async () => ({ revisionId: null, added: 0, replaced: 0, unchanged: 0 }),
  sources: async () => [],
  saveSource: async () => undefined,
  removeSource: async () => undefined,
  testQuery: async () => ({ error: "", series: { good: 0, failed: 0, minus: 0 }, hours: [] }),
  unitPrices: async () => [],
  setUnitPrices: async () => ({ revisionId: null, added: 0, replaced: 0, unchanged: 0 }),
  otherCostRows: async () => [],
  setOtherCosts: async () => ({ revisionId: null, added: 0, replaced: 0, unchanged: 0 }),
  counters: { list: async () => [], commit: async () => false, note: () => undefined },
  applyCatalogue: async () => [],
  changed: () => undefined,
  onChange: () => () => undefined,
};

const NOBODY_THERE = async (): Promise<never> => {
  throw new ServiceError("not_found", "the stage has no alerts");
};

const noPatrol = async () => {
  throw new ServiceError("not_found", "the stage has no patrol");
};
const noReports = async () => {
  throw new ServiceError("not_found", "the stage has no reports");
};
/** No reports: reads and changes are refused. */
const NO_REPORTS: Deps["reports"] = {
  archive: noReports,
  read: async () => null,
  definitions: noReports,
  saveDefinition: noReports,
  pauseDefinition: noReports,
  removeDefinition: noReports,
  nextRuns: () => ({ times: [], fault: "" }),
  sendTest: noReports,
  run: noReports,
  revise: noReports,
  links: async () => [],
  share: noReports,
  revokeLink: noReports,
  shared: async () => null,
  pdf: async () => null,
  csv: async () => null,
  round: async () => [],
  work: async () => undefined,
  onAsked: () => () => undefined,
};

/** No patrol: reads and changes are refused. */
const NO_PATROL: Deps["patrol"] = {
  checks: noPatrol,
  runNow: () => undefined,
  runDaily: async () => false,
  waitsFor: async () => null,
  keepWatch: async () => undefined,
  nextAt: () => unixMs(0),
  saveItem: noPatrol,
  removeItem: noPatrol,
  coverage: noPatrol,
  coverageCsv: () => {
    throw new ServiceError("not_found", "the stage has no patrol");
  },
  settle: async () => undefined,
  guard: noPatrol,
  saveGuard: noPatrol,
  removeGuard: noPatrol,
  guardReport: noPatrol,
  keepGuard: async () => undefined,
  setDay: noPatrol,
};

/** Nothing fires, and nobody would be told. */
export const NO_ALERTS: Deps["alerts"] = {
  head: async () => ({
    asOf: 1_790_000_000_000,
    counts: { P1: 0, P2: 0, P3: 0, suppressed: 0, pending: 0, unacknowledged: 0 },
    costPerHourMicro: null,
    unpricedCards: 0,
    currency: "CNY",
    worst: [],
    trouble: null,
  }),
  incidents: async () => ({
    asOf: 1_790_000_000_000,
    zone: "UTC",
    currency: "CNY",
    counts: { P1: 0, P2: 0, P3: 0, suppressed: 0, pending: 0, unacknowledged: 0 },
    costPerHourMicro: null,
    unpricedCards: 0,
    rows: [],
    total: 0,
    next: null,
    trouble: null,
  }),
  export: async function* () {},
  incident: async () => null,
  evidence: async () => null,
  cardHealth: async () => ({ events: [], incidents: [] }),
  acknowledge: NOBODY_THERE,
  unacknowledge: NOBODY_THERE,
  assign: NOBODY_THERE,
  note: NOBODY_THERE,
  resolve: NOBODY_THERE,
  confirm: NOBODY_THERE,
  rules: async () => ({ asOf: 1_790_000_000_000, rows: [] }),
  saveRule: NOBODY_THERE,
  dropRule: NOBODY_THERE,
  startLab: () => "",
  lab: () => null,
  cancelLab: () => undefined,
  silences: async () => [],
  addSilence: NOBODY_THERE,
  endSilence: NOBODY_THERE,
  channels: async () => ({ asOf: 1_790_000_000_000, canSeal: false, rows: [], routes: [] }),
  saveChannel: NOBODY_THERE,
  removeChannel: NOBODY_THERE,
  testChannel: NOBODY_THERE,
  enableChannel: NOBODY_THERE,
  saveRoutes: NOBODY_THERE,
  deadLetters: async () => [],
  replay: NOBODY_THERE,
  readLink: () => null,
  actByLink: async () => null,
  takeOutside: async () => undefined,
  onChange: () => () => undefined,
};

/** A ladder that has judged nothing. */
export const NO_TIERS: Deps["tiers"] = {
  current: () => new Map(),
  at: async () => new Map(),
  events: async () => [],
  judge: async () => undefined,
  page: async () => {
    throw new Error("the staged ladder has no page");
  },
  preview: async () => ({ moves: [], cardsMoved: 0, before: [0, 0, 0, 0], after: [0, 0, 0, 0] }),
  saveLadder: async () => undefined,
  setOverride: async () => null,
  removeOverride: async () => false,
  putBenchmarks: async () => ({ added: 0, changed: 0, unchanged: 0 }),
  removeBenchmarks: async () => 0,
  onChange: () => () => undefined,
};

/** An inventory in which nothing is declared. */
export const NO_INVENTORY: Deps["inventory"] = {
  counts: async () => new Map(),
  view: async () => {
    throw new Error("the staged inventory has no view");
  },
  contractsOf: async () => [],
  life: async () => ({ steps: [], next: [] }),
  places: async () => [],
  capacity: async () => [],
  capacityHistory: async () => [],
  declare: async () => false,
  addStep: async () => undefined,
  onChange: () => () => undefined,
};

/** A review list without advice. */
const NO_REVIEW: Deps["review"] = {
  list: async () => ({
    asOf: 1_790_000_000_000,
    currency: "CNY",
    counts: { open: 0, accepted: 0, done: 0, dismissed: 0 },
    items: [],
    nowPerDayMicro: "0",
    laterPerDayMicro: "0",
  }),
  worth: async () => ({ count: 0, top: [], nowPerDayMicro: "0", laterPerDayMicro: "0" }),
  step: async () => {
    throw new Error("the staged review list has no advice");
  },
  round: async () => ({ opened: 0, renewed: 0, withdrawn: 0, receipts: 0 }),
};

export type Stage = { app: FastifyInstance; deps: Deps; logLines: () => Record<string, unknown>[] };

/** The whole HTTP side over staged data. Close `app` afterwards. */
export async function stageApi(
  parts: {
    clock?: Clock;
    config?: Deps["config"];
    live?: Deps["live"];
    board?: Partial<BoardReads>;
    past?: Partial<Deps["past"]>;
    views?: Deps["views"];
    assets?: Assets;
    sources?: Deps["sources"];
    pricing?: Partial<Deps["pricing"]>;
    aliases?: Partial<Deps["aliases"]>;
    features?: Partial<Deps["features"]>;
    ledger?: Partial<Deps["ledger"]>;
    costs?: Partial<Deps["costs"]>;
    usage?: Partial<Deps["usage"]>;
    tiers?: Partial<Deps["tiers"]>;
    inventory?: Partial<Deps["inventory"]>;
    review?: Partial<Deps["review"]>;
    alerts?: Partial<Deps["alerts"]>;
    reports?: Partial<Deps["reports"]>;
    patrol?: Partial<Deps["patrol"]>;
    kernelLog?: Deps["kernelLog"];
    access?: Deps["access"];
    audit?: Deps["audit"];
    approvals?: Deps["approvals"];
  } = {},
): Promise<Stage> {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const log = createLog("info", systemClock, sink);
  const deps: Deps = {
    clock: parts.clock ?? systemClock,
    config: parts.config ?? stageConfig(log),
    access: parts.access ?? openAccess,
    audit: parts.audit ?? noAudit,
    approvals: parts.approvals ?? noApprovals,
    board: { ...NO_BOARD, ...parts.board },
    past: { ...NO_PAST, ...parts.past },
    views: parts.views ?? NO_VIEWS,
    pricing: { ...NO_PRICING, ...parts.pricing },
    imports: createImports(parts.clock ?? systemClock),
    aliases: { ...NO_ALIASES, ...parts.aliases },
    features: { ...NO_FEATURES, ...parts.features },
    ledger: { ...NO_LEDGER, ...parts.ledger },
    costs: { ...NO_COSTS, ...parts.costs },
    usage: { ...NO_USAGE, ...parts.usage },
    tiers: { ...NO_TIERS, ...parts.tiers },
    inventory: { ...NO_INVENTORY, ...parts.inventory },
    review: { ...NO_REVIEW, ...parts.review },
    alerts: { ...NO_ALERTS, ...parts.alerts },
    reports: { ...NO_REPORTS, ...parts.reports },
    patrol: { ...NO_PATROL, ...parts.patrol },
    kernelLog: parts.kernelLog ?? {
      take: async () => ({ taken: 0, repeated: 0, unknownCard: 0, ignored: 0, tooOld: 0 }),
    },
    arrivals: async () => [],
    live: parts.live ?? stageFleet([aRow()], [aPool()]).live,
    sources: parts.sources ?? { list: () => [], targets: () => [] },
    writeTrouble: () => null,
    log,
    demo: false,
    startedAt: 1_790_000_000_000,
  };
  const app = await createApi({ deps, assets: parts.assets ?? NO_ASSETS, metrics: createMetrics() });
  await app.ready();
  return { app, deps, logLines: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

/** A built console of two files. */
export const ASSETS: Assets = {
  index: '<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><div id="root"></div>',
  files: new Map(
    ["/assets/app-1a2b.js", "/favicon.svg"].map((url) => [
      url,
      {
        body: Buffer.from(`/* ${url} */`.padEnd(2_000, " ")),
        type: url.endsWith(".js") ? "text/javascript; charset=utf-8" : "image/svg+xml",
        isHashed: url.startsWith("/assets/"),
        encoded: async () => null,
      },
    ]),
  ),
};
