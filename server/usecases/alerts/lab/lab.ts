import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { Database } from "../../../../db/database.ts";
import type { LabIncident, LabProgress, LabResult, RuleDraft } from "../../../../db/model/alert-views.ts";
import type { Clock } from "../../../../db/model/clock.ts";
import type { CardEvent } from "../../../../db/model/events.ts";
import type { Signal } from "../../../../db/model/health.ts";
import type { Rule } from "../../../../db/model/rule.ts";
import { DAY_MS, shift, SLOT_MS, SLOTS_PER_DAY, slotOf, type Window } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { type DayPoints, hasPoint, POINT_COLUMNS } from "../../../../db/store/day-points.ts";
import { readDay } from "../../../../db/store/pack.ts";
import { dayNoOf, dayStart } from "../../../../db/store/steps.ts";
import { saysMoney } from "../../../domain/access/says-money.ts";
import { ServiceError } from "../../../errors.ts";
import type { AlertsPort } from "../alerts-port.ts";
import type { EngineJudge } from "../engine-judge.ts";
import type { RuleBook } from "../rule-book.ts";
import { isKept, type PastCard, PastFleet, type PastHolder } from "./past-fleet.ts";
import { Replay, runOf, without } from "./replay.ts";

export type Lab = Pick<AlertsPort, "startLab" | "lab" | "cancelLab">;

export type LabParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly judge: Pick<EngineJudge, "evaluate" | "advance">;
  readonly book: Pick<RuleBook, "get">;
  readonly faultOf: (rule: Rule) => string | null;
  readonly signalsOf: (rule: Rule) => readonly Signal[];
  readonly cards: () => readonly PastCard[];
  /** Everybody who held one of the cards in the window, by holder id. */
  readonly holders: (window: Window) => Promise<ReadonlyMap<number, PastHolder>>;
  /** Events of cards, by card id, oldest first. */
  readonly events: (cardIds: readonly number[], window: Window) => Promise<ReadonlyMap<number, readonly CardEvent[]>>;
};

/** Cards replayed together: 40 MB of points a day at most. Rules about clusters, regions and jobs need all at once. */
const CARDS_AT_ONCE = 2_000;
/** Rounds between two turns of the event loop. */
const ROUNDS_AT_ONCE = 4;
/** Finished results are kept for whoever comes back to the page. */
const MOST_KEPT = 20;
const EVENT_REACH_MS = 7 * DAY_MS;

type Job = { progress: LabProgress; readonly stopping: AbortController; readonly isOfMoney: boolean };

/** Replays rules over the stored past, one at a time, beside the live engine and with its own decisions. */
export function openLab(parts: LabParts): Lab {
  const jobs = new Map<string, Job>();
  let turn: Promise<void> = Promise.resolve();
  return {
    startLab(draft, days) {
      const fault = parts.faultOf(draft.rule);
      if (fault !== null) throw new ServiceError("invalid", `rule "${draft.rule.id}": ${fault}`);
      const id = randomUUID();
      const job: Job = {
        progress: { state: "running", done: 0, of: 1 },
        stopping: new AbortController(),
        isOfMoney: saysMoney(draft.rule.condition),
      };
      jobs.set(id, job);
      for (const old of [...jobs.keys()].slice(0, -MOST_KEPT)) jobs.delete(old);
      turn = turn.then(() => run(parts, draft, days, job));
      return id;
    },
    lab(id, { money }) {
      const job = jobs.get(id);
      if (job?.isOfMoney === true && !money)
        // when it would have fired tells amounts
        throw new ServiceError(
          "invalid",
          'id: this is the trial of a rule about money and needs the right "money.see"',
        );
      return job?.progress ?? null;
    },
    cancelLab(id) {
      jobs.get(id)?.stopping.abort();
      jobs.delete(id);
    },
  };
}

async function run(parts: LabParts, draft: RuleDraft, days: number, job: Job): Promise<void> {
  if (job.stopping.signal.aborted) return;
  try {
    job.progress = { state: "done", result: await replay(parts, draft, days, job) };
  } catch (error) {
    if (job.stopping.signal.aborted) return;
    parts.log.error({ err: error, rule: draft.rule.id }, "a rule could not be replayed");
    job.progress = {
      state: "failed",
      error: error instanceof ServiceError ? error.message : "the past could not be read; try again",
    };
  }
}

async function replay(parts: LabParts, { rule }: RuleDraft, days: number, job: Job): Promise<LabResult> {
  const to = slotOf(parts.clock.now());
  const window = { from: shift(to, -days * DAY_MS), to };
  const before = parts.book.get(rule.id)?.rule ?? null;
  const draft = new Replay(parts.judge, rule);
  const saved = before === null ? null : new Replay(parts.judge, before);
  const found = { draft: [] as LabIncident[], saved: [] as LabIncident[], observedMs: 0, ownedMs: 0 };
  const holders = await parts.holders(window);
  const chunks = chunksOf(parts.cards(), rule, before);
  const firstDay = dayNoOf(window.from);
  const dayCount = dayNoOf(shift(window.to, -1)) - firstDay + 1;
  const of = Math.max(1, chunks.length * dayCount);
  for (const [c, cards] of chunks.entries()) {
    const ids = cards.map(({ id }) => id);
    const events = await parts.events(ids, { from: shift(window.from, -EVENT_REACH_MS), to: window.to });
    const fleet = new PastFleet({ cards, events, holders });
    for (let d = 0; d < dayCount; d += 1) {
      job.progress = { state: "running", done: c * dayCount + d, of };
      await replayDay(parts, job, { dayNo: firstDay + d, ids, fleet, window, draft, saved, found });
    }
    found.draft.push(...draft.finish());
    if (saved !== null) found.saved.push(...saved.finish());
  }
  const signals = [...parts.signalsOf(rule), ...(before === null ? [] : parts.signalsOf(before))];
  return {
    ...window,
    stepMs: SLOT_MS,
    draft: runOf(found.draft, rule, window, draft.most),
    saved: saved === null || before === null ? null : runOf(found.saved, before, window, saved.most),
    added: without(found.draft, found.saved),
    missed: without(found.saved, found.draft),
    notKept: [...new Set([...signals.filter((signal) => !isKept(signal)), ...notReplayed(rule)])],
    coverage: found.ownedMs === 0 ? 0 : found.observedMs / found.ownedMs,
  };
}

type DayWork = {
  readonly dayNo: number;
  readonly ids: readonly number[];
  readonly fleet: PastFleet;
  readonly window: Window;
  readonly draft: Replay;
  readonly saved: Replay | null;
  readonly found: { observedMs: number; ownedMs: number };
};

async function replayDay({ db, clock }: LabParts, job: Job, work: DayWork): Promise<void> {
  const days = await readDay(db, work.dayNo, work.ids);
  const wanted = new Set(work.ids);
  for (let place = 0; place < SLOTS_PER_DAY; place += 1) {
    const at = unixMs(dayStart(work.dayNo) + place * SLOT_MS);
    if (at < work.window.from || at >= work.window.to) continue;
    job.stopping.signal.throwIfAborted();
    if (place % ROUNDS_AT_ONCE === 0) await clock.sleep(0);
    const round = work.fleet.round(at, place, days);
    work.draft.take(round);
    work.saved?.take(round);
  }
  for (const [id, day] of days) if (wanted.has(id)) countCoverage(day, work.found);
}

function countCoverage({ presence, values }: DayPoints, found: { observedMs: number; ownedMs: number }): void {
  const [owned, observed] = [POINT_COLUMNS.indexOf("ownedMs"), POINT_COLUMNS.indexOf("observedMs")];
  for (let place = 0; place < SLOTS_PER_DAY; place += 1) {
    if (!hasPoint(presence, place)) continue;
    found.ownedMs += values[owned * SLOTS_PER_DAY + place] ?? 0;
    found.observedMs += values[observed * SLOTS_PER_DAY + place] ?? 0;
  }
}

/** What is judged of a rule's subjects must lie in one part: cards and nodes can be parted, what spans nodes cannot. */
function chunksOf(cards: readonly PastCard[], rule: Rule, before: Rule | null): readonly (readonly PastCard[])[] {
  const canPart = [rule, before].every((one) => one === null || one.scope === "card" || one.scope === "node");
  if (!canPart || spansNodes(rule) || (before !== null && spansNodes(before))) return cards.length === 0 ? [] : [cards];
  const nodeOf = ({ pool, node }: PastCard) => `${pool.vendor}/${pool.region}/${pool.zone}/${pool.cluster}/${node}`;
  const sorted = [...cards].sort((a, b) => (nodeOf(a) < nodeOf(b) ? -1 : nodeOf(a) > nodeOf(b) ? 1 : a.id - b.id));
  const chunks: PastCard[][] = [];
  for (const card of sorted) {
    const last = chunks.at(-1);
    const isSameNode = last?.at(-1) !== undefined && nodeOf(last.at(-1)!) === nodeOf(card);
    if (last === undefined || (last.length >= CARDS_AT_ONCE && !isSameNode)) chunks.push([card]);
    else last.push(card);
  }
  return chunks;
}

/** A card compared with the others of its job: they stand on other nodes. */
const spansNodes = ({ condition }: Rule): boolean => JSON.stringify(condition).includes('"below_peers"');

/** What the past cannot tell, beside signals: the state of sources, money, and a Prometheus's answers of then. */
function notReplayed({ condition }: Rule): readonly string[] {
  const text = JSON.stringify(condition);
  return ["source", "money", "promql"].filter((kind) => text.includes(`"kind":"${kind}"`));
}
