import type {
  CalendarDay,
  GuardEdit,
  GuardPage,
  GuardPoint,
  GuardReport,
  GuardRow,
  TunableRule,
} from "../../../db/model/patrol-views.ts";
import type { RuleInForce } from "../../../db/model/rule.ts";
import { thresholdOf } from "../../domain/patrol/guard-thresholds.ts";
import type { ReportPeriod } from "../../../db/model/report.ts";
import { DAY_MS, shift } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import {
  putGuard,
  putGuardReport,
  putHoliday,
  readGuard,
  readGuards,
  readHolidays,
  removeGuard,
  type StoredGuard,
} from "../../../db/store/guard.ts";
import { readPools } from "../../../db/store/registry.ts";
import { readReview } from "../../../db/store/review.ts";
import { readLiveSilences } from "../../../db/store/silences.ts";
import { CALENDAR_TO, PUBLISHED_DAYS } from "../../domain/patrol/calendar-cn.ts";
import { guardFault, phaseOf, reportOf, thresholdFault } from "../../domain/patrol/guard.ts";
import { closingPoints, type FeatureLoad, readinessPoints } from "../../domain/patrol/guard-points.ts";
import { dayNoIn, dayNoOfText, dayText } from "../../domain/usage/calendar.ts";
import { ServiceError } from "../../errors.ts";
import { featuresView } from "../costs/features-list.ts";
import { certify } from "./coverage.ts";
import { scopesOf } from "./coverage-page.ts";
import { lastDay } from "./patrol-day.ts";
import { patrolFacts } from "./patrol-facts.ts";
import type { GuardRules } from "./guard-rules.ts";
import { keepWatch, type WatchDeps } from "./patrol-watch.ts";
import { isPartOfFleet } from "./report-features.ts";
import { daysOf } from "./report-money.ts";
import { reportCosts, type ReportParts } from "./report-sources.ts";

/** Guard windows (重保) and the calendar they are planned by. */
export type GuardPort = {
  guard(): Promise<GuardPage>;
  /** @throws ServiceError invalid naming the part at fault; not_found */
  saveGuard(edit: GuardEdit): Promise<number>;
  removeGuard(id: number): Promise<void>;
  /** Makes the report now and keeps it. @throws ServiceError not_found; invalid where it is not the time for it */
  guardReport(id: number, which: "readiness" | "closing"): Promise<GuardReport>;
  /** Makes the reports that are due: readiness from a day before, closing once it is over. */
  keepGuard(): Promise<void>;
  /** @throws ServiceError invalid for a day that is none */
  setDay(day: string, kind: CalendarDay["kind"] | null, name: string): Promise<void>;
};

type GuardParts = ReportParts & WatchDeps & { readonly guardRules: Pick<GuardRules, "reread"> };

const MOST_WINDOWS = 200;
const DAYS_BACK = 30;
/** Readiness looks at the week before, and is made by itself a day before the window begins. */
const BEFORE_MS = 7 * DAY_MS;
const DUE_MS = DAY_MS;

export function createGuard(parts: GuardParts): GuardPort {
  const { db, clock, config, guardRules } = parts;
  const known = async (id: number): Promise<StoredGuard> => {
    const one = await readGuard(db, id);
    if (one === null) throw new ServiceError("not_found", `there is no guard window ${id}: reload the page`);
    return one;
  };
  const make = async (one: StoredGuard, which: "readiness" | "closing"): Promise<GuardReport> => {
    const now = clock.now();
    await keepWatch(db, parts, now);
    const points = which === "readiness" ? await readiness(parts, one, now) : await closing(parts, one);
    const report = reportOf(now, points);
    await putGuardReport(db, one.id, which, report);
    return report;
  };
  return {
    async guard() {
      const now = clock.now();
      const zone = config().timeZone;
      return {
        asOf: now,
        zone,
        windows: inOrder(
          (await readGuards(db, MOST_WINDOWS)).map((one): GuardRow => ({ ...one, phase: phaseOf(one, now) })),
        ),
        days: calendar(await readHolidays(db), dayText(dayNoIn(now, zone) - DAYS_BACK)),
        calendarTo: CALENDAR_TO,
        tunable: tunable((await parts.alerts.rules()).rows),
        scopes: await scopesOf(db, await readPools(db)),
      };
    },
    async saveGuard(edit) {
      const fault = guardFault(edit) ?? thresholdFault(edit.stricter, (await parts.alerts.rules()).rows);
      if (fault !== null) throw new ServiceError("invalid", fault);
      const id = await putGuard(db, edit, clock.now());
      if (id === null) throw new ServiceError("not_found", `there is no guard window ${edit.id}: reload the page`);
      await guardRules.reread();
      return id;
    },
    async removeGuard(id) {
      if (!(await removeGuard(db, id, clock.now())))
        throw new ServiceError("not_found", `there is no guard window ${id}: reload the page`);
      await guardRules.reread();
    },
    async guardReport(id, which) {
      const one = await known(id);
      const phase = phaseOf(one, clock.now());
      if (which === "closing" && phase !== "over")
        throw new ServiceError("invalid", `"${one.name}" is not over yet: its closing report can be made then`);
      if (which === "readiness" && phase === "over")
        throw new ServiceError("invalid", `"${one.name}" is over: make its closing report`);
      return await make(one, which);
    },
    async keepGuard() {
      const now = clock.now();
      for (const one of await readGuards(db, MOST_WINDOWS)) {
        const phase = phaseOf(one, now);
        if (one.readiness === null && phase === "ahead" && one.from - now <= DUE_MS) await make(one, "readiness");
        if (one.closing === null && phase === "over") await make(one, "closing");
      }
    },
    async setDay(day, kind, name) {
      if (dayNoOfText(day) === null)
        throw new ServiceError("invalid", `day: ${day.slice(0, 40)} is no day; write it like 2026-10-01`);
      await putHoliday(db, { day, kind, name: name.trim() }, clock.now());
    },
  };
}

const PHASES: readonly GuardRow["phase"][] = ["on", "ahead", "over"];
/** Those on first, then those ahead, the next first, then those over, the last first. */
const inOrder = (rows: readonly GuardRow[]): GuardRow[] =>
  rows.toSorted(
    (a, b) =>
      PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) || (a.phase === "over" ? b.from - a.from : a.from - b.from),
  );

/** Rules that compare with one figure, by id. */
const tunable = (rules: readonly Pick<RuleInForce, "rule" | "enabled">[]): TunableRule[] =>
  rules
    .flatMap(({ rule: { id, condition }, enabled }) => {
      const found = thresholdOf(condition);
      return found === null || !enabled ? [] : [{ id, ...found }];
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));

function calendar(changed: readonly Pick<CalendarDay, "day" | "kind" | "name">[], from: string): CalendarDay[] {
  const days = new Map<string, CalendarDay>(PUBLISHED_DAYS.map((one) => [one.day, { ...one, isChanged: false }]));
  for (const one of changed) days.set(one.day, { ...one, isChanged: true });
  return [...days.values()].filter(({ day }) => day >= from).toSorted((a, b) => (a.day < b.day ? -1 : 1));
}

/** Whatever is stored of a stretch; its money is that of whole days of the books. */
async function factsOf(parts: GuardParts, one: StoredGuard, window: { readonly from: UnixMs; readonly to: UnixMs }) {
  const { db, clock, config } = parts;
  const zone = config().timeZone;
  const period: ReportPeriod = { ...lastDay(zone, clock.now()), ...window };
  const facts = await patrolFacts(
    { ...parts, certify: ({ from, to }, scope) => certify(db, { from, to, zone, scope }) },
    period,
    one.scope,
  );
  return { period, facts };
}

async function readiness(parts: GuardParts, one: StoredGuard, now: UnixMs): Promise<readonly GuardPoint[]> {
  const { period, facts } = await factsOf(parts, one, { from: shift(now, -BEFORE_MS), to: now });
  const { db } = parts;
  const accepted = await readReview(db, ["accepted"], MOST_WINDOWS);
  const planned = (await readLiveSilences(db, now)).filter(({ kind }) => kind === "maintenance");
  return readinessPoints({
    window: one,
    facts,
    loads: facts.money === null ? null : await loadsOf(parts, one, period),
    changes: [...accepted.map(({ id, kind }) => `#${id} ${kind}`), ...planned.map(({ why }) => why)],
  });
}

async function loadsOf(parts: GuardParts, { scope }: StoredGuard, period: ReportPeriod): Promise<FeatureLoad[]> {
  if (isPartOfFleet(scope)) return []; // how full a feature is on some pools only says nothing of its room
  const deps = await reportCosts(parts);
  const view = await featuresView(deps, { basis: "allocation", policy: "apart", range: daysOf(period) });
  return view.features.filter(
    ({ team, kind }) => kind !== "training" && (scope.teams.length === 0 || scope.teams.includes(team)), // training fills its cards by design
  );
}

async function closing(parts: GuardParts, one: StoredGuard): Promise<readonly GuardPoint[]> {
  const { facts } = await factsOf(parts, one, { from: unixMs(one.from), to: unixMs(one.to) });
  return closingPoints(one, facts, parts.config().currency);
}
