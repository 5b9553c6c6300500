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
  readPoolsHeld,
  readStays,
  readTeamHolds,
  type TeamHold,
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
  type Stay,
} from "../../domain/patrol/card-day.ts";
import {
  CARRIED_DAYS,
  type HeldSlots,
  holdersOf,
  isTeams,
  type LastHolder,
  type TeamHolds,
} from "../../domain/patrol/held-slots.ts";
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
 * Of teams it takes the slots their features held, and those nobody saw while they held the card last (held-slots.ts).
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
  const teams = await teamsOf(db, question.scope, window);
  const look = { cards: narrow(cards, teams), newest, window, days, isIn, teams };
  for (let day = dayOf(from); day < through; day = unixMs(day + DAY_MS)) await judgeDay(db, { ...look, day }, tally);
  return tally.certificate({ from: question.from, to: question.to }, through);
}

type DayToJudge = {
  readonly day: UnixMs; // UTC
  readonly cards: ReadonlyMap<number, readonly CardStay[]>; // of the period, and maybe more
  readonly newest: ReadonlyMap<string, UnixMs>; // end of the newest slot of each source
  readonly window: Window;
  readonly days: readonly Window[]; // of the zone
  readonly isIn: InScope;
  readonly teams: Teams | null; // null = whoever held the cards
};

/** Teams that are asked for: what they held, and who was last seen with each card. */
type Teams = {
  readonly holds: TeamHolds;
  readonly pools: ReadonlySet<number> | null; // they may have held cards in; null = any
  readonly last: Map<number, LastHolder | null>;
};

async function judgeDay(db: Database, look: DayToJudge, tally: CoverageTally): Promise<void> {
  const { day, cards, newest, window, days, isIn, teams } = look;
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
    if (teams === null && isComplete(stays, stored.get(cardId), upTo)) judgeComplete(stays, pieces, isIn, tally);
    else missing.set(cardId, stays);
  }
  if (missing.size === 0) return;
  const lastSettled = unixMs(Math.min(whole.to, Math.max(window.to, ...newest.values())));
  const settledInTime = await readSettledInTime(db, day);
  const absentBecause = (source: string, slot: UnixMs): HoleCause => whyAbsent(settledInTime.get(slot), source);
  const ids = [...missing.keys()];
  for (let i = 0; i < ids.length; i += CARDS_AT_ONCE) {
    const some = ids.slice(i, i + CARDS_AT_ONCE);
    const slots = await readCardSlots(db, { from: day, to: lastSettled }, some, teams !== null);
    if (teams !== null) await findLast(db, teams, day, slots);
    for (const id of some) {
      const [stays, own] = [missing.get(id) ?? [], slots.get(id)];
      if (own === undefined) continue;
      const sum: DayTime | undefined = stored.get(id);
      if (sum === undefined || areKept(sum, own))
        judgeSlots(stays, own, day, pieces, heldIn(teams, id, own, day, isIn), absentBecause, tally);
      else if (teams === null) judgeUnkept(stays, sum, whole, pieces, isIn, tally);
    }
  }
}

/** What teams held in a period; null = none is asked for. */
async function teamsOf(db: Database, { teams }: ReportScope, { from, to }: Window): Promise<Teams | null> {
  if (teams.length === 0) return null;
  const seen = { from: unixMs(dayOf(from) - CARRIED_DAYS * DAY_MS), to };
  const holds = new Map<number, TeamHold[]>();
  for (const hold of await readTeamHolds(db, teams, seen))
    holds.set(hold.holderId, [...(holds.get(hold.holderId) ?? []), hold]);
  return { holds, pools: await readPoolsHeld(db, seen, [...holds.keys()]), last: new Map() };
}

/** The cards teams may have held. */
function narrow(cards: ReadonlyMap<number, readonly CardStay[]>, teams: Teams | null): DayToJudge["cards"] {
  const pools = teams?.pools ?? null;
  if (pools === null) return cards;
  return new Map([...cards].filter(([, stays]) => stays.some(({ poolId }) => pools.has(poolId))));
}

/** Who was last seen with the cards that nobody saw when the day began, of the days before. */
async function findLast(
  db: Database,
  { last }: Teams,
  day: UnixMs,
  slots: ReadonlyMap<number, HeldSlots>,
): Promise<void> {
  let unknown = [...slots].filter(
    ([id, own]) => !last.has(id) && holdersOf(own, day, LOOK).holders[0] === LOOK.holderId,
  );
  for (let back = 1; back <= CARRIED_DAYS && unknown.length > 0; back++) {
    const before = unixMs(day - back * DAY_MS);
    const ids = unknown.map(([id]) => id);
    const older = await readCardSlots(db, { from: before, to: unixMs(before + DAY_MS) }, ids, true);
    for (const [id, own] of older) last.set(id, holdersOf(own, before, null).last);
    unknown = unknown.filter(([id]) => last.get(id) == null);
  }
}
/** Stands for whoever held a card before: never an id, which are above 0. */
const LOOK: LastHolder = { holderId: -2, day: FOREVER };

/** Whether a slot is in the scope, and held by the teams. */
function heldIn(
  teams: Teams | null,
  cardId: number,
  slots: HeldSlots,
  day: UnixMs,
  isIn: InScope,
): (stay: Stay, place: number) => boolean {
  if (teams === null) return isIn;
  const { holders, last } = holdersOf(slots, day, teams.last.get(cardId) ?? null);
  teams.last.set(cardId, last);
  return (stay, place) => isIn(stay) && isTeams(teams.holds, holders[place] as number, day, place);
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
