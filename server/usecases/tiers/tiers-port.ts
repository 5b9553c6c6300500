import { CARD_MODELS } from "../../../db/model/card-models.ts";
import type { Clock } from "../../../db/model/clock.ts";
import { WORKLOADS, type TierLadder, type TierVerdict } from "../../../db/model/tier.ts";
import type { KnownLadder, LadderPage, ModelIndexes } from "../../../db/model/tier-views.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { putBenchmarks, readBenchmarks, removeBenchmarks } from "../../../db/store/benchmarks.ts";
import { knowledgeAt, REVISION_SUBJECTS } from "../../../db/store/revisions.ts";
import {
  type NewTierEvent,
  putLadder,
  putOverride,
  putTierEvents,
  readLadder,
  readOverridesOpen,
  readTierEvents,
  readVerdictsAt,
  removeOverride,
} from "../../../db/store/tiers.ts";
import type { ChangeNote, TiersPort } from "../../context.ts";
import { type BoardFacts, boardOffers } from "../../domain/tiers/board-offers.ts";
import { cardClassOf } from "../../domain/tiers/card-class.ts";
import { judgeTiers } from "../../domain/tiers/ladder.ts";
import { cardsByTier, ladderMoves } from "../../domain/tiers/moves.ts";
import { DEFAULT_LADDER } from "../../domain/tiers/offer.ts";
import { performanceIndexes } from "../../domain/tiers/performance-index.ts";
import { boardFacts, type FactSources } from "./board-facts.ts";

export type TiersParts = FactSources & { readonly clock: Clock };
type Verdicts = ReadonlyMap<number, TierVerdict>;

const COMES_WITH_DAPAN: KnownLadder = { ladder: DEFAULT_LADDER, since: null, who: "", why: "" };
/** More than a year of a lively board. */
const MOST_EVENTS = 1_000;
const FOREVER = unixMs(Number.MAX_SAFE_INTEGER);

/** Keeps every pool's tier up to date and on record, and answers for the past. */
export function createTiers(parts: TiersParts): TiersPort {
  const { db, clock } = parts;
  const callbacks = new Set<() => void>();
  let current: Verdicts = new Map();
  let recorded: Map<number, { readonly tier: number; readonly at: number }> | null = null; // null = not read yet

  const known = async (knownAt: UnixMs | null) => (await readLadder(db, knownAt)) ?? COMES_WITH_DAPAN;
  /** Now, and not before anything known: what was written in this very millisecond counts. */
  const latest = async (): Promise<UnixMs> =>
    unixMs(Math.max(clock.now(), await knowledgeAt(db, REVISION_SUBJECTS, null)));
  const note = (said: ChangeNote) => ({ ...said, now: () => clock.now() });

  const round = async (): Promise<void> => {
    recorded ??= new Map(
      (await readVerdictsAt(db, FOREVER)).map(({ poolId, at, verdict }) => [poolId, { tier: verdict.tier, at }]),
    );
    const now = await latest();
    const { ladder } = await known(null);
    const judged = verdictsOf(await boardFacts(parts, now, null), ladder);
    const events = changesOf(judged, recorded, now);
    await putTierEvents(db, events);
    for (const { poolId, at, verdict } of events) recorded.set(poolId, { tier: verdict.tier, at });
    const since = recorded;
    current = new Map([...judged].map(([id, verdict]) => [id, { ...verdict, since: since.get(id)?.at ?? null }]));
    for (const callback of callbacks) callback();
  };
  const judge = oneAfterTheOther(round);

  /** Writes, then judges again: whoever changed something reads its effect. */
  const then = async <T>(write: Promise<T>): Promise<T> => {
    const answer = await write;
    await judge();
    return answer;
  };

  return {
    current: () => current,
    judge,
    async at(at, knownAt = at) {
      const timeline = new Map((await readVerdictsAt(db, at)).map((row) => [row.poolId, row]));
      const { ladder } = await known(knownAt);
      const judged = verdictsOf(await boardFacts(parts, at, knownAt), ladder);
      return new Map(
        [...judged].map(([id, verdict]) => {
          const said = timeline.get(id);
          if (said === undefined) return [id, verdict];
          const isSame = said.verdict.tier === verdict.tier;
          if (isSame) return [id, { ...verdict, since: said.at }];
          return [id, knownAt === at ? { ...said.verdict, since: said.at } : verdict]; // what was shown then stands
        }),
      );
    },
    events: (poolId, window, limit = MOST_EVENTS) => readTierEvents(db, poolId, window, limit),
    async page(): Promise<LadderPage> {
      const at = await latest();
      const [facts, ladder, overrides, benchmarks] = await Promise.all([
        boardFacts(parts, at, null),
        known(null),
        readOverridesOpen(db, at),
        readBenchmarks(db, null),
      ]);
      const verdicts = verdictsOf(facts, ladder.ladder);
      return {
        asOf: at,
        known: ladder,
        overrides,
        benchmarks,
        indexes: indexesOf(facts),
        cards: cardsByTier(verdicts, cardsOf(facts)),
      };
    },
    async preview(ladder) {
      const facts = await boardFacts(parts, await latest(), null);
      const { ladder: inForce } = await known(null);
      return ladderMoves(verdictsOf(facts, inForce), verdictsOf(facts, ladder), cardsOf(facts));
    },
    saveLadder: (ladder, said) => then(putLadder(db, ladder, note(said))),
    setOverride: (wish, said) => then(putOverride(db, wish, note(said))),
    removeOverride: (id, said) => then(removeOverride(db, id, note(said))),
    putBenchmarks: (rows, said) => then(putBenchmarks(db, rows, note(said))),
    removeBenchmarks: (ids, said) => then(removeBenchmarks(db, ids, note(said))),
    onChange(callback) {
      callbacks.add(callback);
      return () => void callbacks.delete(callback);
    },
  };
}

const verdictsOf = (facts: BoardFacts, ladder: TierLadder): Verdicts => judgeTiers(boardOffers(facts, ladder), ladder);
const cardsOf = ({ pools }: BoardFacts) => new Map(pools.map(({ id, cards }) => [id, cards]));

type Recorded = ReadonlyMap<number, { readonly tier: number; readonly at: number }>;

/** First verdicts and changes of tier; a clock that was set back never writes before what is written. */
function changesOf(judged: Verdicts, recorded: Recorded, now: number): NewTierEvent[] {
  return [...judged].flatMap(([poolId, verdict]): NewTierEvent[] => {
    const last = recorded.get(poolId);
    if (last?.tier === verdict.tier) return [];
    const at = Math.max(now, (last?.at ?? -Infinity) + 1);
    const fromTier = (last?.tier ?? null) as NewTierEvent["fromTier"];
    return [{ at, poolId, fromTier, verdict: { ...verdict, since: at } }];
  });
}

/** Every known model, and every strange one with cards: those on the board first. */
function indexesOf({ pools, aliases, benchmarks }: BoardFacts): ModelIndexes[] {
  const standing = new Set(pools.map(({ model }) => aliases.get(model) ?? model));
  const byWorkload = WORKLOADS.map((workload) => [workload, performanceIndexes(benchmarks, workload)] as const);
  const rows = CARD_MODELS.map((model): ModelIndexes => {
    const indexes = Object.fromEntries(byWorkload.map(([workload, map]) => [workload, map.get(model.id) ?? null]));
    return {
      model: model.id,
      cardClass: cardClassOf(model),
      indexes: indexes as ModelIndexes["indexes"],
      hasCards: standing.has(model.id),
    };
  });
  return rows.sort((a, b) => Number(b.hasCards) - Number(a.hasCards));
}

/** Runs `task` once at a time; calls that come while it runs share one further run, which sees what they wrote. */
function oneAfterTheOther(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  const start = (): Promise<void> => {
    running = task().finally(() => (running = null));
    return running;
  };
  return () => {
    if (running === null) return start();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = null;
        return start();
      });
    return next;
  };
}
