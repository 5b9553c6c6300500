/** When reports are made: the triggers of a schedule, and what is due, missed or to wait for. Pure. */
import { Cron } from "croner";
import type { ReportDefinition, ReportPeriod } from "../../../db/model/report.ts";
import { HOUR_MS, MINUTE_MS, shift } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { isZone, lastPeriod } from "./periods.ts";

/** A report that could not be made when it was due is made up for within so long; after that it was missed. */
export const CATCH_UP_MS = 24 * HOUR_MS;
/** A backfill is waited for so long; then the report goes out and says what it covers. */
export const MOST_WAIT_MS = 2 * HOUR_MS;
/** Nobody reads a report more often. "ours": it bounds what a schedule can ask for */
const LEAST_GAP_MS = 55 * MINUTE_MS;
const LOOKED_AT = 6;

/** What is wrong with a schedule, as a sentence; "" = nothing. */
export function scheduleFault(cron: string, zone: string): string {
  if (!isZone(zone)) return `"${zone.slice(0, 64)}" is no time zone; write one such as Asia/Shanghai`;
  if (cron.trim().split(/\s+/).length !== 5)
    return 'the schedule needs five fields: minute, hour, day, month, weekday, such as "7 9 * * 1"';
  let times: readonly UnixMs[];
  try {
    times = nextTimes(cron, zone, unixMs(Date.UTC(2026, 0, 1)), LOOKED_AT);
  } catch (error) {
    return `the schedule cannot be read: ${(error as Error).message.replace("CronPattern: ", "")}`;
  }
  if (times.length === 0) return "the schedule names a day that never comes";
  const isTooOften = times.some((at, i) => i > 0 && at - times[i - 1]! < LEAST_GAP_MS);
  return isTooOften ? "the schedule fires more than once an hour" : "";
}

/**
 * The next instants after `from`, at most `count`. A wall time the clock skips fires at the next that there is, one that
 * comes twice fires the first time. @throws when the text is no schedule
 */
export function nextTimes(cron: string, zone: string, from: UnixMs, count: number): UnixMs[] {
  const times = new Cron(cron, { timezone: zone, paused: true }).nextRuns(count, new Date(from));
  return times.map((time) => unixMs(time.getTime()));
}

/** A report that falls due: of the period that was over when its trigger came. */
export type Due = { readonly period: ReportPeriod; readonly at: UnixMs; readonly isMissed: boolean };

/**
 * What a schedule asks for between two instants, `from` excluded and `now` included: each period once, by its newest
 * trigger. More than 24 h late is missed.
 */
export function dueBetween(
  { cron, zone, kind }: Pick<ReportDefinition, "cron" | "zone" | "kind">,
  from: UnixMs,
  now: UnixMs,
): Due[] {
  const due = new Map<string, Due>();
  const schedule = new Cron(cron, { timezone: zone, paused: true });
  for (let at = schedule.nextRun(new Date(from)); at !== null && at.getTime() <= now; at = schedule.nextRun(at)) {
    const trigger = unixMs(at.getTime());
    const period = lastPeriod(kind, zone, trigger);
    due.set(period.name, { period, at: trigger, isMissed: now - trigger > CATCH_UP_MS });
  }
  return [...due.values()];
}

/** How far what is stored of a period has come. */
export type Stored = {
  readonly bookedTo: UnixMs | null; // null = no line of the ledger yet
  readonly sources: readonly { readonly source: string; readonly lastAt: UnixMs | null }[]; // newest slot end, up to the period's end
};

/**
 * Until when a report should wait for what is still on its way; null = it can be made. A source that fell silent before
 * the period is not waited for.
 */
export function waitsUntil(
  period: Pick<ReportPeriod, "from" | "to">,
  asked: UnixMs,
  now: UnixMs,
  stored: Stored,
): UnixMs | null {
  const last = shift(asked, MOST_WAIT_MS);
  if (last <= now) return null;
  const isBehind = stored.sources.some(({ lastAt }) => lastAt !== null && lastAt > period.from && lastAt < period.to);
  const isUnbooked = stored.bookedTo !== null && stored.bookedTo > period.from && stored.bookedTo < period.to;
  return isBehind || isUnbooked ? last : null;
}
