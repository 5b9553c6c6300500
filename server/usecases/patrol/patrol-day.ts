import type { CheckResult } from "../../../db/model/patrol.ts";
import { type ReportPeriod, WHOLE_FLEET } from "../../../db/model/report.ts";
import { DAY_MS, shift, slotOf } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { putPatrol, removeOldPatrols } from "../../../db/store/patrol.ts";
import { lastPeriod, periodBefore } from "../../domain/patrol/periods.ts";
import { runChecks } from "../../domain/patrol/run-checks.ts";
import { certify } from "./coverage.ts";
import { readChecklist } from "./own-items.ts";
import { patrolFacts } from "./patrol-facts.ts";
import { keepWatch, type WatchDeps } from "./patrol-watch.ts";
import type { ReportParts } from "./report-sources.ts";

const KEPT_MS = 400 * DAY_MS;

export type PatrolRun = { readonly at: UnixMs; readonly results: readonly CheckResult[] };

/** The last whole day of the console's zone: what the daily patrol looks at. */
export const lastDay = (zone: string, now: UnixMs): ReportPeriod => lastPeriod("daily", zone, now);

/** The 24 hours up to the newest whole slot: what a patrol on demand looks at. */
export function lastHours(zone: string, now: UnixMs): ReportPeriod {
  const to = slotOf(now);
  return { ...lastDay(zone, now), from: shift(to, -DAY_MS), to };
}

/**
 * Looks at the whole fleet over a day and keeps what was found. Money is that of whole days of the books: for hours that
 * are no such day, of the last one.
 */
export async function patrolDay(parts: ReportParts, watch: WatchDeps, period: ReportPeriod): Promise<PatrolRun> {
  const { db, clock, config } = parts;
  await keepWatch(db, watch, clock.now());
  const books = lastDay(config().timeZone, period.to);
  const gather = (window: ReportPeriod, days: ReportPeriod) =>
    patrolFacts(
      { ...parts, certify: ({ from, to, zone }, scope) => certify(db, { from, to, zone, scope }) },
      window,
      WHOLE_FLEET,
      days,
    );
  const facts = await gather(period, books);
  const before = await gather(
    { ...period, from: shift(period.from, period.from - period.to), to: period.from },
    periodBefore(books),
  );
  const checks = (await readChecklist(db)).map(({ check }) => check);
  const results = runChecks(facts, before.cards.length === 0 ? null : before, checks);
  const ranAt = clock.now();
  await db.transaction((tx) => putPatrol(tx, { at: period.to, ranAt }, results));
  await removeOldPatrols(db, ranAt - KEPT_MS);
  return { at: period.to, results };
}
