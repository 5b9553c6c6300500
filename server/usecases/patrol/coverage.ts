import type { Database } from "../../../db/database.ts";
import type { CoverageCertificate, HoleCause } from "../../../db/model/patrol.ts";
import type { ReportScope } from "../../../db/model/report.ts";
import { DAY_MS, dayOf, SLOT_MS, slotOf, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import {
  type CardStay,
  readCardDays,
  readCardSlots,
  readNewestSlotEnds,
  readPoolsIn,
  readSettledInTime,
  readStays,
} from "../../../db/store/coverage.ts";
import { readRuleVersions } from "../../../db/store/rules.ts";
import { readPools } from "../../../db/store/registry.ts";
import { BUILT_IN_RULES } from "../../domain/health/built-in.ts";
import { pausedAt, type PausedSlots, rulePauses } from "../../domain/patrol/paused-rules.ts";
import { readSlotBefore } from "../../../db/store/past-board.ts";
import {
  areKept,
  type DayTime,
  type InScope,
  isComplete,
  judgeComplete,
  judgeSlots,
  judgeUnkept,
  ownedIn,
} from "../../domain/patrol/card-day.ts";
import { CoverageTally } from "../../domain/patrol/certificate.ts";
import { daysOf } from "../../domain/patrol/periods.ts";

export type CoverageQuestion = {
  readonly from: UnixMs;
  readonly to: UnixMs;
  readonly scope: ReportScope;
  readonly zone: string; // IANA: whose days `byDay` counts
};

/** Cards whose slots are read by one statement, and judged before others have their turn. */
const CARDS_AT_ONCE = 500;
/** The newest slot there can be: slot numbers are four bytes. */
const FOREVER = unixMs((2 ** 31 - 1) * SLOT_MS);

/**
 * How much of the owned card-time of a period was observed, and every hole with its cause. Ours is what card_ownership
 * says, observed what the slots say; a slot that nobody settled is missing, whichever source was to settle it. Borders are
 * cut to slots. Days older than what is kept of slots say how much they missed, not when or why (`not_kept`).
 * `scope.teams` does not narrow it: a team owns work, not cards.
 * @throws RangeError for a zone that is not known
 */
export async function certify(db: Database, question: CoverageQuestion): Promise<CoverageCertificate> {
  const from = slotOf(question.from);
  const newest = await readNewestSlotEnds(db);
  const settled = await readSlotBefore(db, FOREVER); // every source that takes its turn has settled it
  const through = unixMs(Math.max(from, Math.min(slotOf(question.to), settled === null ? from : settled + SLOT_MS)));
  const window = { from, to: through };
  const days = daysOf(from, through, question.zone);
  const tally = new CoverageTally(days, await pausedIn(db, window));
  const isIn = await scopeOf(db, question.scope);
  const cards = byCard(await readStays(db, { from: dayOf(from), to: unixMs(dayOf(through) + DAY_MS) }));
  for (let day = dayOf(from); day < through; day = unixMs(day + DAY_MS))
    await judgeDay(db, { day, cards, newest, window, days, isIn }, tally);
  return tally.certificate({ from: question.from, to: question.to }, through);
}

type DayToJudge = {
  readonly day: UnixMs; // UTC
  readonly cards: ReadonlyMap<number, readonly CardStay[]>; // of the period, and maybe more
  readonly newest: ReadonlyMap<string, UnixMs>; // end of the newest slot of each source
  readonly window: Window;
  readonly days: readonly Window[]; // of the zone
  readonly isIn: InScope;
};

async function judgeDay(db: Database, look: DayToJudge, tally: CoverageTally): Promise<void> {
  const { day, cards, newest, window, days, isIn } = look;
  const whole = { from: day, to: unixMs(day + DAY_MS) };
  const pieces = piecesOf(days, whole);
  // A source may have settled more than what is judged: the day's sums hold it too.
  const storedUpTo = ({ source }: CardStay): UnixMs =>
    unixMs(Math.min(whole.to, Math.max(window.to, newest.get(source) ?? window.to)));
  const stored = await readCardDays(db, day);
  const missing = new Map<number, readonly CardStay[]>();
  for (const [cardId, stays] of cards) {
    if (ownedIn(stays, whole.from, whole.to) === 0 || !stays.some(isIn)) continue;
    const upTo = { from: day, to: storedUpTo(stays[0] as CardStay) };
    if (isComplete(stays, stored.get(cardId), upTo)) judgeComplete(stays, pieces, isIn, tally);
    else missing.set(cardId, stays);
  }
  if (missing.size === 0) return;
  const lastSettled = unixMs(Math.min(whole.to, Math.max(window.to, ...newest.values())));
  const settledInTime = await readSettledInTime(db, day);
  const absentBecause = (source: string, slot: UnixMs): HoleCause => whyAbsent(settledInTime.get(slot), source);
  const ids = [...missing.keys()];
  for (let i = 0; i < ids.length; i += CARDS_AT_ONCE) {
    const some = ids.slice(i, i + CARDS_AT_ONCE);
    const slots = await readCardSlots(db, { from: day, to: lastSettled }, some);
    for (const id of some) {
      const [stays, own] = [missing.get(id) ?? [], slots.get(id)];
      if (own === undefined) continue;
      const sum: DayTime | undefined = stored.get(id);
      if (sum === undefined || areKept(sum, own)) judgeSlots(stays, own, day, pieces, isIn, absentBecause, tally);
      else judgeUnkept(stays, sum, whole, pieces, isIn, tally);
    }
  }
}

/** A source that settled nothing while another did could not be read: Dapan was running. Else nobody says why. */
const whyAbsent = (sources: ReadonlySet<string> | undefined, source: string): HoleCause =>
  sources !== undefined && sources.size > 0 && !sources.has(source) ? "source_down" : "no_reading";

/** The parts of a UTC day that lie in the period, one for each day of the zone. */
function piecesOf(days: readonly Window[], whole: Window): Window[] {
  return days
    .map(({ from, to }) => ({
      from: unixMs(Math.max(from, whole.from)),
      to: unixMs(Math.min(to, whole.to)),
    }))
    .filter(({ from, to }) => from < to);
}

function byCard(stays: readonly CardStay[]): Map<number, CardStay[]> {
  const cards = new Map<number, CardStay[]>();
  for (const stay of stays) {
    const own = cards.get(stay.cardId);
    if (own === undefined) cards.set(stay.cardId, [stay]);
    else own.push(stay);
  }
  return cards;
}

/** When rules for a pool were switched off, as the versions of the rules say. */
async function pausedIn(db: Database, { from, to }: Window): Promise<(poolId: number) => readonly PausedSlots[]> {
  const builtIn = new Set(BUILT_IN_RULES.map(({ id }) => id));
  const pauses = rulePauses(await readRuleVersions(db), builtIn).filter((one) => one.from < to && one.to > from);
  if (pauses.length === 0) return () => [];
  const pools = new Map((await readPools(db)).map((pool) => [pool.id, pausedAt(pauses, pool)]));
  return (poolId) => pools.get(poolId) ?? [];
}

/** Whether a stay is in a pool the scope lets through. */
async function scopeOf(db: Database, scope: ReportScope): Promise<InScope> {
  const { vendors, regions, models, billings } = scope;
  if ([vendors, regions, models, billings].every((names) => names.length === 0)) return () => true;
  const ids = await readPoolsIn(db, scope);
  return ({ poolId }) => ids.has(poolId);
}
