import type { ChecksPage, CoverageAsk, CoveragePage, ItemEdit, PatrolWaits } from "../../../db/model/patrol-views.ts";
import { MINUTE_MS, shift } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { ReportPeriod } from "../../../db/model/report.ts";
import { readNewestSlotEnds, readStays } from "../../../db/store/coverage.ts";
import { readPatrol } from "../../../db/store/patrol.ts";
import { WHOLE_SIGHT } from "../../domain/access/sight.ts";
import { dayBegin, dayNoIn } from "../../domain/usage/calendar.ts";
import { checksPage } from "./checks-page.ts";
import { coverageCsv } from "./coverage-csv.ts";
import { coveragePage } from "./coverage-page.ts";
import type { GuardRules } from "./guard-rules.ts";
import { createGuard, type GuardPort } from "./guard.ts";
import { removeItem, saveItem } from "./own-items.ts";
import { lastDay, lastHours, patrolDay } from "./patrol-day.ts";
import { keepWatch, type WatchDeps } from "./patrol-watch.ts";
import type { ReportParts } from "./report-sources.ts";

/** Checks, coverage and guard windows, for the pages and the job that keeps them. */
export type PatrolPort = GuardPort & {
  checks(): Promise<ChecksPage>;
  /** Looks at the last 24 hours now; answers at once, `checks` says when it is done. */
  runNow(): void;
  /**
   * Looks at the last whole day where nobody did, and in a new installation, to which that day means nothing, at the hours
   * there are; resolves when it is on record. false = nothing is due, or there is no slot to look at yet.
   */
  runDaily(): Promise<boolean>;
  /** What a patrol that is due had better wait for; null = nothing is missing, or none is due. */
  waitsFor(): Promise<PatrolWaits | null>;
  /** Keeps what only the running process knows: asked each hour, so that a restart loses little of it. */
  keepWatch(): Promise<void>;
  /** When the daily one is due next. */
  nextAt(): UnixMs;
  /** @returns its id @throws ServiceError invalid, not_found */
  saveItem(edit: ItemEdit, who: string): Promise<string>;
  /** @throws ServiceError not_found */
  removeItem(id: string): Promise<void>;
  /** @throws ServiceError invalid for days that are none */
  coverage(ask: CoverageAsk): Promise<CoveragePage>;
  /** Every hole of the days as a CSV file, in pieces. @throws ServiceError invalid, before the first piece */
  coverageCsv(ask: CoverageAsk): AsyncGenerator<string>;
  /** Ends when what runs has ended. */
  settle(): Promise<void>;
};

export type PatrolPortParts = ReportParts &
  WatchDeps & {
    readonly guardRules: Pick<GuardRules, "reread">;
    readonly onFault: (error: unknown) => void;
  };

/** After midnight: the last slots are closed, and what came a little late is in. "ours" */
const AFTER_MIDNIGHT_MS = 20 * MINUTE_MS;

export function createPatrol(parts: PatrolPortParts): PatrolPort {
  const { db, clock, config, onFault } = parts;
  const zone = () => config().timeZone;
  let turn: Promise<unknown> = Promise.resolve(); // one patrol at a time: each reads the whole fleet
  let running = 0;

  const patrol = <T>(work: () => Promise<T>): Promise<T> => {
    running++;
    const mine = turn.then(work).finally(() => running--);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const nextAt = (): UnixMs => {
    const now = clock.now();
    const today = shift(dayBegin(dayNoIn(now, zone()), zone()), AFTER_MIDNIGHT_MS);
    return today > now ? today : shift(dayBegin(dayNoIn(now, zone()) + 1, zone()), AFTER_MIDNIGHT_MS);
  };
  const dueNow = async (): Promise<{ readonly period: ReportPeriod; readonly isFirst: boolean } | null> => {
    const now = clock.now();
    const day = lastDay(zone(), now);
    const latest = await readPatrol(db, now);
    if (latest?.at === day.to || (await readPatrol(db, day.to))?.at === day.to) return null;
    if ((await readStays(db, day)).length > 0) return { period: day, isFirst: false };
    return latest === null ? { period: lastHours(zone(), now), isFirst: true } : null;
  };
  const waitsFor = async (): Promise<PatrolWaits | null> => {
    if ((await dueNow()) === null) return null;
    const settled = await readNewestSlotEnds(db);
    const now = clock.now();
    const cards = await readStays(db, { from: now, to: shift(now, 1) });
    // Targets of one kind are settled together, under the name their cards have; before the first card only targets are known.
    const names = cards.length > 0 ? cards : parts.sources.targets();
    const slotsOf = [...new Set(names.map(({ source }) => source))].filter((name) => !settled.has(name)).toSorted();
    const rules = (await parts.alerts.head(WHOLE_SIGHT)).trouble !== null;
    return slotsOf.length === 0 && !rules && settled.size > 0 ? null : { slotsOf, rules };
  };
  return {
    checks: async () =>
      checksPage(db, {
        waits: running > 0 ? null : await waitsFor(),
        now: clock.now(),
        zone: zone(),
        currency: config().currency,
        isRunning: running > 0,
        nextAt: nextAt(),
      }),
    runNow() {
      if (running === 0) patrol(() => patrolDay(parts, parts, lastHours(zone(), clock.now()))).catch(onFault);
    },
    runDaily: () =>
      patrol(async () => {
        const due = await dueNow();
        if (due === null || (due.isFirst && (await readNewestSlotEnds(db)).size === 0)) return false;
        await patrolDay(parts, parts, due.period);
        return true;
      }),
    waitsFor,
    keepWatch: () => keepWatch(db, parts, clock.now()),
    nextAt,
    saveItem: (edit, who) => saveItem(parts, edit, who),
    removeItem: (id) => removeItem(parts, id),
    coverage: (ask) => coveragePage(db, ask, { now: clock.now(), zone: zone() }),
    coverageCsv: (ask) => coverageCsv(db, ask, zone()),
    settle: async () => void (await turn),
    ...createGuard(parts),
  };
}
