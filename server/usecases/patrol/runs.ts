import { createHash } from "node:crypto";
import type { Logger } from "pino";
import type { Database, Tx } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { RunAsk } from "../../../db/model/patrol-views.ts";
import type { ReportPeriod, ReportRun } from "../../../db/model/report.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS, shift } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { readBookedTo } from "../../../db/store/booking.ts";
import { readDefinition, readDefinitions, type StoredDefinition } from "../../../db/store/report-definitions.ts";
import { readRunsToDeliver } from "../../../db/store/report-deliveries.ts";
import { readNewestCommitted } from "../../../db/store/report-facts.ts";
import {
  addRun,
  type ClaimedRun,
  claimRun,
  failRun,
  findRun,
  finishRun,
  noteProgress,
  postponeRun,
  readOpenRuns,
  readRun,
  requeueRun,
} from "../../../db/store/report-runs.ts";
import type { ReportValue } from "../../../reports/report-value.ts";
import { documentOf } from "../../../reports/write-document.ts";
import { isZone, periodOf } from "../../domain/patrol/periods.ts";
import { dueBetween, scheduleFault, waitsUntil } from "../../domain/patrol/report-times.ts";
import { ServiceError } from "../../errors.ts";
import { refuseScope } from "./report-scope.ts";
import type { ReportQuestion } from "./report-facts.ts";

export type RunsParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly makeValue: (question: ReportQuestion) => Promise<ReportValue>;
  /** Leaves what the definition's recipients get, in the transaction that keeps the report. */
  readonly post: (tx: Tx, run: ReportRun, value: ReportValue) => Promise<void>;
  /** Opens an incident about a report that nobody got; telling the same again changes nothing. */
  readonly tell: (trouble: ReportTrouble) => Promise<void>;
};
export type ReportTrouble = {
  readonly what: "missed" | "failed";
  readonly name: string;
  readonly period: string;
  readonly at: UnixMs; // when it was found: what was due days ago is news all the same
  readonly why: string;
};

/** Longer than a maker can be silent: the lease is kept while it works. */
const LEASE_MS = 2 * MINUTE_MS;
const KEEP_MS = 30 * SECOND_MS;
const LOOK_AGAIN_MS = MINUTE_MS;
const RETRY_MS = [MINUTE_MS, 5 * MINUTE_MS];
/** How far back a schedule is looked through after a start: a month's report and a bit. */
const LOOK_BACK_MS = 35 * DAY_MS;

/** Runs: which there should be, and making them. */
export class Runs {
  readonly #parts: RunsParts;
  readonly #plannedTo = new Map<string, UnixMs>(); // by definition and change: what was looked through already

  constructor(parts: RunsParts) {
    this.#parts = parts;
  }

  /** Queues what fell due and names what was missed. @returns runs somebody should work on now */
  async round(): Promise<number[]> {
    const { db, clock, log } = this.#parts;
    const now = clock.now();
    for (const definition of await readDefinitions(db)) {
      await this.#plan(definition, now).catch((error: unknown) =>
        log.error(
          { err: error, report: definition.name },
          "a report's schedule could not be followed; again in a minute",
        ),
      );
    }
    return [...new Set([...(await readOpenRuns(db, now)), ...(await readRunsToDeliver(db, now))])];
  }

  async #plan(definition: StoredDefinition, now: UnixMs): Promise<void> {
    const { db, log, tell } = this.#parts;
    const { id, name, cron, zone, isPaused, changedAt } = definition;
    if (isPaused || scheduleFault(cron, zone) !== "") return;
    const key = `${id} ${changedAt}`;
    const from = this.#plannedTo.get(key) ?? shift(now, -LOOK_BACK_MS);
    for (const due of dueBetween(definition, from < changedAt ? changedAt : from, now)) {
      const { period, isMissed, at } = due;
      const run = { definitionId: id, period, scope: definition.scope, revision: 1 } as const;
      if ((await findRun(db, run)) !== null) continue;
      if (isMissed) {
        const why = "Dapan was not running when it was due, and for a day after";
        await tell({ what: "missed", name, period: period.name, at: now, why }); // before the row: a crash between tells it again
      }
      const added = await addRun(db, { ...run, state: isMissed ? "missed" : "waiting", at: isMissed ? at : now });
      if (added !== null)
        log.info(
          { report: name, period: period.name, run: added },
          isMissed ? "a report was missed" : "a report is due",
        );
    }
    this.#plannedTo.set(key, now);
  }

  /** Makes a run, unless somebody else does or its time has not come. */
  async make(runId: number): Promise<void> {
    const { db, clock, log } = this.#parts;
    const claim = await claimRun(db, runId, clock.now(), LEASE_MS);
    if (claim === null) return;
    const { run } = claim;
    try {
      const now = clock.now();
      const until = run.to > now ? shift(now, LOOK_AGAIN_MS) : await this.#waits(run, now);
      if (until !== null) {
        const again = Math.min(until, now + LOOK_AGAIN_MS);
        return await postponeRun(db, claim, { until: again, step: "backfill", error: "" });
      }
      const isOurs = await this.#keep(claim, await this.#value(claim));
      if (!isOurs) log.warn({ run: runId }, "a report was made by somebody else meanwhile");
    } catch (error) {
      await this.#afterFault(claim, error);
    }
  }

  async #waits(run: ReportRun, now: UnixMs): Promise<UnixMs | null> {
    const { db } = this.#parts;
    const stored = { bookedTo: await readBookedTo(db), sources: await readNewestCommitted(db, run.to) };
    return waitsUntil(run, run.queuedAt, now, stored);
  }

  /** The value, while the lease is kept and its progress told. */
  async #value(claim: ClaimedRun): Promise<ReportValue> {
    const { db, clock, makeValue } = this.#parts;
    const { run } = claim;
    let now = { step: "money", progress: 0 };
    let writing: Promise<unknown> = Promise.resolve();
    const note = (): void => {
      writing = writing
        .then(() => noteProgress(db, claim, { ...now, leaseUntil: clock.now() + LEASE_MS }))
        .catch(() => undefined);
    };
    let timer = clock.after(KEEP_MS, function keep() {
      note();
      timer = clock.after(KEEP_MS, keep);
    });
    try {
      return await makeValue({
        period: { kind: run.kind, name: run.period, zone: run.zone, from: run.from, to: run.to },
        scope: run.scope,
        onStep: (step, done) => {
          now = { step, progress: 0.95 * done };
          note();
        },
      });
    } finally {
      timer.cancel();
      await writing;
    }
  }

  async #keep(claim: ClaimedRun, value: ReportValue): Promise<boolean> {
    const { db, clock, post } = this.#parts;
    const text = canonical(value);
    const at = clock.now();
    const headlineIn = (language: "zh-CN" | "en") => documentOf(value, language, { link: null, madeAt: at }).headline;
    const { ownedMs, observedMs } = value.coverage;
    const made = {
      value: text,
      valueHash: createHash("sha256").update(text).digest("hex"),
      headline: { zh: headlineIn("zh-CN"), en: headlineIn("en") },
      coverage: ownedMs === 0 ? null : observedMs / ownedMs,
      at,
    };
    return await db.transaction(async (tx) => {
      if (!(await finishRun(tx, claim, made))) return false;
      await post(tx, { ...claim.run, finishedAt: at }, value);
      return true;
    });
  }

  async #afterFault(claim: ClaimedRun, error: unknown): Promise<void> {
    const { db, clock, log, tell } = this.#parts;
    const { run, attempt } = claim;
    const why = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    log.error({ err: error, run: run.id, attempt }, "a report could not be made");
    const pause = error instanceof ServiceError ? undefined : RETRY_MS[attempt - 1];
    if (pause !== undefined) return await postponeRun(db, claim, { until: clock.now() + pause, step: "", error: why });
    await failRun(db, claim, why, clock.now());
    const definition = run.definitionId === 0 ? null : await readDefinition(db, run.definitionId);
    if (definition !== null)
      await tell({ what: "failed", name: definition.name, period: run.period, at: clock.now(), why });
  }

  /** Asks for a report of a period that is over. @returns its run @throws ServiceError invalid, not_found */
  async ask(ask: RunAsk): Promise<number> {
    const { db, clock } = this.#parts;
    const definition = "kind" in ask ? ask : (await readDefinitions(db)).find(({ id }) => id === ask.definitionId);
    if (definition === undefined) throw new ServiceError("not_found", "there is no such report definition");
    const { kind, zone, scope } = definition;
    if ("kind" in ask) await refuseScope(db, scope);
    const wish = { definitionId: ask.definitionId, period: this.#past(kind, ask.period, zone), scope };
    const known = await findRun(db, wish);
    if (known !== null) {
      await requeueRun(db, known.id, clock.now()); // one that failed or was missed
      return known.id;
    }
    const added = await addRun(db, { ...wish, revision: 1, state: "waiting", at: clock.now() });
    return added ?? (await findRun(db, wish))!.id; // somebody asked at the same time
  }

  #past(kind: ReportPeriod["kind"], name: string, zone: string): ReportPeriod {
    if (!isZone(zone))
      throw new ServiceError(
        "invalid",
        `zone: "${zone.slice(0, 64)}" is no time zone; write one such as Asia/Shanghai`,
      );
    const period = periodOf(kind, name, zone);
    if (period === null)
      throw new ServiceError("invalid", `period: "${name.slice(0, 40)}" is none; write ${FORMS[kind]}`);
    if (period.to > this.#parts.clock.now())
      throw new ServiceError("invalid", `period: ${name} is not over yet in ${zone}; take an earlier one`);
    return period;
  }

  /** Asks for the next revision of a report. @returns its run @throws ServiceError not_found, invalid */
  async revise(runId: number): Promise<number> {
    const { db, clock } = this.#parts;
    const run = await readRun(db, runId);
    if (run === null) throw new ServiceError("not_found", "there is no such report");
    const period = { kind: run.kind, name: run.period, zone: run.zone, from: run.from, to: run.to };
    const wish = { definitionId: run.definitionId, period, scope: run.scope };
    const newest = (await findRun(db, wish)) ?? run;
    if (newest.state !== "done") {
      await requeueRun(db, newest.id, clock.now());
      return newest.id;
    }
    const added = await addRun(db, { ...wish, revision: newest.revision + 1, state: "waiting", at: clock.now() });
    return added ?? (await findRun(db, wish))!.id;
  }
}

const FORMS = { daily: "2026-11-22", weekly: "2026-W46", monthly: "2026-10" } as const;

/** JSON with its keys in order: the same value is the same text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
