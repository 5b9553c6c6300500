import type { CardSighting } from "../../db/model/frame.ts";
import type { Signal } from "../../db/model/health.ts";
import { unixMs } from "../../db/model/units.ts";
import { BUILT_IN_RULES } from "../../server/domain/health/built-in.ts";
import { evaluate } from "../../server/domain/health/evaluate.ts";
import type { Round, RoundFeature } from "../../server/domain/health/round.ts";
import type { KnownCard } from "../../server/ingest/card-registry.ts";
import { DEFAULT_STATE_RULES } from "../../server/domain/card-state.ts";
import { HealthWatch } from "../../server/ingest/health-watch.ts";
import { WatchRounds } from "../../server/ingest/watch-round.ts";
import { LiveGangs } from "../../server/usecases/alerts/live-gangs.ts";
import { LiveNodes } from "../../server/usecases/alerts/live-nodes.ts";
import { healthFrame, known } from "../server/ingest/watched.ts";
import { frame, pod, type Said, sighting } from "../tools/frames.ts";
import type { BenchRow } from "./row.ts";

const NODE_CARDS = 8;
const ROUNDS = 15;
const SCRAPES = 24;
const T = Date.UTC(2026, 0, 5);
const TRAINING: RoundFeature = { id: 1, name: "llm", team: "t", kind: "training" };
/** As many columns as forty rules ask for. */
const LEVELS: readonly Signal[] = [
  "temperatureCelsius",
  "memoryTemperatureCelsius",
  "powerWatts",
  "smClockHz",
  "xidCode",
  "npuErrorCode",
  "rowRemapPending",
  "rowRemapFailed",
  "heldQuietMs",
  "freeMs",
  "zombieMs",
  "powerMissingMs",
  "unreadMs",
  "activityRatio",
  "tensorRatio",
  "dramRatio",
  "slowdownCelsius",
  "temperatureLimitCelsius",
  "clockReasons",
  "banksLow",
];
const RISES: readonly Signal[] = [
  "eccUncorrectedTotal",
  "eccCorrectedTotal",
  "pcieReplayTotal",
  "thermalThrottleSeconds",
  "nvlinkCrcTotal",
];

/** What the rules cost before the first of them is asked: hearing every card, and making a round of them. */
export async function benchRounds(): Promise<BenchRow[]> {
  return [...measure(10_000, "≤ 100"), ...measure(100_000, "≤ 1000")];
}

function measure(count: number, goal: string): BenchRow[] {
  const { watch, cards, hear } = fleet(count);
  const hears = Array.from({ length: SCRAPES }, (_, i) => hear(T + i * 15_000));
  const registry = { all: (): Iterable<KnownCard> => cards };
  const rounds = new WatchRounds({ watch, registry, live: { row: () => null } });
  const word = { isReady: true, isInKube: true, isCordoned: false, capacity: NODE_CARDS };
  const nodes = new LiveNodes({
    kube: { word: () => word },
    targets: () => [],
    expected: { of: () => ({ expected: NODE_CARDS, expectedBecause: "seen" }) },
  });
  const gangs = new LiveGangs({ activity: watch.activity, kube: { pod: () => null }, startedAt: () => null });
  const end = T + SCRAPES * 15_000;
  const spent = Array.from({ length: ROUNDS }, () =>
    cpuMs(() => {
      const round = rounds.at(end, () => TRAINING);
      if (nodes.at(round, unixMs(end)).length !== count / NODE_CARDS) throw new Error("nodes are missing");
      if (gangs.at(round, unixMs(end)).length === 0) throw new Error("gangs are missing");
      for (const signal of LEVELS) round.cards.level(signal);
      for (const signal of RISES) round.cards.rise(signal, 600_000);
    }),
  );
  const judged = Array.from({ length: ROUNDS }, () =>
    cpuMs(() => {
      const seen = rounds.at(end, () => TRAINING);
      const round: Round = {
        at: unixMs(end),
        cards: seen.cards,
        nodes: nodes.at(seen, unixMs(end)),
        gangs: gangs.at(seen, unixMs(end)),
        sources: [],
        money: [],
        events: { of: () => [] },
        answers: new Map(),
      };
      for (const rule of BUILT_IN_RULES) evaluate(rule, round);
    }),
  );
  const name = count.toLocaleString("en");
  const note = `${LEVELS.length} levels and ${RISES.length} rises among it; median of ${ROUNDS}`;
  return [
    { name: `a round of ${name} cards, nodes and gangs`, value: median(spent), unit: "CPU-ms", goal, note },
    {
      name: `a round of ${name} cards made and judged, as it goes every 15 s`,
      value: median(judged),
      unit: "CPU-ms",
      note: `by all ${BUILT_IN_RULES.length} built-in rules; half of the nodes say what only health asks for`,
    },
    {
      name: `hearing ${name} cards once`,
      value: median(hears.slice(4)),
      unit: "CPU-ms",
      note: "each 15 s, beside the live fleet",
    },
  ];
}

function fleet(count: number) {
  const cards = Array.from({ length: count }, (_, i) =>
    known(`GPU-${i}`, i + 1, { node: `node-${Math.floor(i / NODE_CARDS)}` }),
  );
  const byUuid = new Map(cards.map((card) => [card.uuid, card]));
  const watch = new HealthWatch({ get: (uuid) => byUuid.get(uuid) }, DEFAULT_STATE_RULES);
  const lists = Array.from({ length: count / NODE_CARDS }, (_, n): CardSighting[] =>
    Array.from({ length: NODE_CARDS }, (__, k) =>
      sighting(`GPU-${n * NODE_CARDS + k}`, { node: `node-${n}`, holders: [pod(`job-${n % 100}-${n}`)] }),
    ),
  );
  const hear = (at: number): number => {
    const said = saidAt(at);
    const health = { slowdownCelsius: 89, nvlinkCrcTotal: at / 15_000 };
    const frames = lists.map((list, n) =>
      n % 2 === 0 ? frame(`origin-${n}`, at, list, said) : healthFrame(`origin-${n}`, at, list, said, health),
    );
    return cpuMs(() => frames.forEach((one) => watch.hear(one)));
  };
  return { watch, cards, hear };
}

const saidAt = (at: number): Said => ({
  utilRatio: 0.9,
  engineRatio: 0.9,
  tensorRatio: 0.4,
  memoryUsedBytes: 2 ** 35,
  powerWatts: 400,
  temperatureCelsius: 60,
  eccCorrectedTotal: 5,
  eccUncorrectedTotal: 0,
  pcieReplayTotal: 3,
  thermalThrottleSeconds: 7,
  powerThrottleSeconds: at / 1_000, // a card at full load is throttled all the time
  xidCode: 0,
  rowRemapFailed: 0,
});

function cpuMs(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
