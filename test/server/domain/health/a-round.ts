import type { GapCause } from "../../../../db/model/coverage.ts";
import type { CardEvent, CardEventKind } from "../../../../db/model/events.ts";
import type { CardState, PoolKey } from "../../../../db/model/fleet.ts";
import type { Signal } from "../../../../db/model/health.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type {
  Round,
  RoundAnswer,
  RoundFeature,
  RoundGang,
  RoundMoney,
  RoundNode,
  RoundSource,
} from "../../../../server/domain/health/round.ts";

/** The instant every round of a test is about, unless it says otherwise. */
export const NOW = unixMs(Date.UTC(2026, 10, 20, 8));

/** Something that happened to a card, so long before the round. */
export type EventWish = {
  readonly kind: CardEventKind;
  readonly ago: number;
  readonly code?: number;
  readonly count?: number;
  readonly detail?: string;
};

/** A card as a test cares for it: whatever is left out is that of a card in good health that says nothing. */
export type CardWish = {
  readonly uuid?: string;
  readonly pool?: Partial<PoolKey & { readonly id: number }>;
  readonly says?: Readonly<Partial<Record<Signal, number>>>;
  /** By how much counters rose, in any window, or in each. */
  readonly rose?: Readonly<Partial<Record<Signal, number | ((windowMs: number) => number)>>>;
  readonly events?: readonly EventWish[];
  readonly gap?: GapCause; // "none" = it is read
  readonly silent?: number; // for so long, ms; 90 s where only the gap is said; NaN = it was never read
  readonly holder?: string;
  readonly feature?: RoundFeature | null;
  readonly state?: CardState;
};

export type NodeWish = Partial<Omit<RoundNode, "rows" | "key">> & { readonly cards?: readonly CardWish[] };

export type GangWish = Partial<Omit<RoundGang, "rows" | "activity" | "busyShare">> & {
  readonly cards: readonly string[]; // UUIDs
  readonly activity?: readonly number[]; // by minute, oldest first; the last 60 minutes, quiet ones before
  readonly busyShare?: readonly number[]; // likewise; that of cards as busy as `activity` where left out
};

export type RoundWish = {
  readonly at?: number;
  readonly nodes?: readonly NodeWish[];
  readonly cards?: readonly CardWish[]; // of a node "gpu-1" that carries them all
  readonly gangs?: readonly GangWish[];
  readonly sources?: readonly (Partial<RoundSource> & { readonly name: string })[];
  readonly money?: readonly (Partial<RoundMoney> & Pick<RoundMoney, "labels">)[];
  readonly answers?: Readonly<Record<string, RoundAnswer>>;
};

const POOL: PoolKey & { readonly id: number } = {
  id: 1,
  vendor: "aliyun",
  region: "cn-shanghai",
  zone: "cn-shanghai-b",
  cluster: "train-1",
  billing: "monthly",
  model: "A100-80G-SXM",
};

/** So many cards alike, "GPU-<name>-0" and on. */
export const cards = (count: number, wish: CardWish = {}, name = "x"): CardWish[] =>
  Array.from({ length: count }, (_, i) => ({ uuid: `GPU-${name}-${i}`, ...wish }));

/** A round in which nothing is wrong but what the wish says. */
export function aRound(wish: RoundWish): Round {
  const at = unixMs(wish.at ?? NOW);
  const wanted = wish.nodes ?? [{ name: "gpu-1", cards: wish.cards ?? [] }];
  const rows = wanted.flatMap((node, n) => (node.cards ?? []).map((card) => ({ card, n })));
  const nodes = wanted.map((node, n) =>
    nodeOf(
      node,
      Int32Array.from(rows.keys()).filter((row) => rows[row]!.n === n),
    ),
  );
  const uuid = rows.map(({ card }, row) => card.uuid ?? `GPU-${row}`);
  const pools = new Map<string, PoolKey & { readonly id: number }>();
  const pool = rows.map(({ card, n }) => {
    const { vendor, region, zone, cluster } = nodes[n]!;
    const own = { ...POOL, vendor, region, zone, cluster, ...card.pool };
    const key = JSON.stringify(own);
    pools.set(key, pools.get(key) ?? own);
    return pools.get(key)!;
  });
  const gap = rows.map(({ card }) => card.gap ?? "none");
  const silent = rows.map(({ card }) => card.silent ?? 90 * SECOND_MS);
  const column = (of: (card: CardWish, row: number) => number) =>
    Float64Array.from(rows, ({ card }, row) => of(card, row));
  const events = new Map(rows.map(({ card }, row) => [row + 1, eventsOf(card, row + 1, at)]));
  return {
    at,
    cards: {
      count: rows.length,
      id: Int32Array.from(rows, (_, row) => row + 1),
      uuid,
      node: Int32Array.from(rows, ({ n }) => n),
      pool,
      state: rows.map(({ card }) => card.state ?? "busy"),
      stateSince: column(() => at - DAY_MS),
      holder: rows.map(({ card }) => card.holder ?? ""),
      feature: rows.map(({ card }) => card.feature ?? null),
      heardAt: column((_, row) => (gap[row] === "none" ? at - 5 * SECOND_MS : at - silent[row]! - 30 * SECOND_MS)),
      gap,
      silentSince: column((_, row) => (gap[row] === "none" ? Number.NaN : at - silent[row]!)),
      level: (signal) =>
        column((card, row) =>
          signal === "unreadMs" && gap[row] !== "none"
            ? silent[row]!
            : gap[row] === "none"
              ? (card.says?.[signal] ?? Number.NaN)
              : Number.NaN,
        ),
      rise: (signal, windowMs) =>
        column((card, row) => {
          const rose = card.rose?.[signal];
          if (gap[row] !== "none" || rose === undefined) return Number.NaN;
          return typeof rose === "number" ? rose : rose(windowMs);
        }),
    },
    nodes,
    gangs: (wish.gangs ?? []).map((gang) => gangOf(gang, (one) => uuid.indexOf(one))),
    sources: (wish.sources ?? []).map((source) => ({
      isDown: false,
      downSince: null,
      lastSuccessAt: unixMs(at - 15 * SECOND_MS),
      durationMs: 200,
      targets: 10,
      targetsDown: 0,
      fault: "",
      ...source,
    })),
    money: (wish.money ?? []).map((one) => ({
      scope: "pool",
      poolId: 1,
      asOf: unixMs(at - 20 * MINUTE_MS),
      wastePerDay: null,
      budgetPace: null,
      margin: null,
      ...one,
    })),
    events: { of: (cardId) => events.get(cardId) ?? [] },
    answers: new Map(Object.entries(wish.answers ?? {})),
  };
}

function nodeOf(wish: NodeWish, rows: Int32Array): RoundNode {
  const { cards: _cards, ...said } = wish;
  const { vendor, region, zone, cluster } = { ...POOL, ...said };
  const name = said.name ?? "gpu-1";
  return {
    expected: rows.length,
    expectedBecause: "seen",
    isReady: true,
    isInKube: true,
    isCordoned: false,
    kubeCapacity: rows.length,
    isExporterUp: true,
    exporterSince: null,
    ...said,
    key: [vendor, region, zone, cluster, name].join("/"),
    name,
    vendor,
    region,
    zone,
    cluster,
    rows,
  };
}

const eventsOf = ({ events = [] }: CardWish, cardId: number, at: number): readonly CardEvent[] =>
  events
    .map(({ kind, ago, code = 0, count = 1, detail = "" }) => ({
      cardId,
      at: unixMs(at - ago),
      kind,
      code,
      count,
      detail,
    }))
    .sort((a, b) => a.at - b.at);

const MINUTES = 60;

function gangOf({ cards: uuids, ...said }: GangWish, rowOf: (uuid: string) => number): RoundGang {
  const last = (values: readonly number[]) =>
    Float64Array.from([...Array.from({ length: MINUTES }, () => 0), ...values].slice(-MINUTES));
  const activity = last(said.activity ?? []);
  const cluster = said.cluster ?? POOL.cluster;
  const namespace = said.namespace ?? "train";
  const job = said.job ?? "llm-7b";
  return {
    feature: null,
    startedAt: null,
    phase: "running",
    ...said,
    key: said.key ?? `${cluster}/${namespace}/${job}`,
    cluster,
    namespace,
    job,
    rows: Int32Array.from(uuids, rowOf),
    activity,
    busyShare: said.busyShare === undefined ? activity.map((one) => Number(one > 0.5)) : last(said.busyShare),
  };
}
