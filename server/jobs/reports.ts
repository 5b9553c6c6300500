import { PgBoss } from "pg-boss";
import type { Logger } from "pino";
import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import { MINUTE_MS, SECOND_MS } from "../../db/model/time.ts";
import { span } from "../telemetry/span.ts";
import type { ReportsPort } from "../usecases/patrol/reports-port.ts";

const QUEUE = "reports";
/** How often schedules are looked at: a report is at most so late. */
const EVERY_MS = MINUTE_MS;
/** After the start: sources are read, the ledger is booked and rules have judged by then. "ours" */
const FIRST_MS = 15 * SECOND_MS;
/** A worker is told of every job, so it asks by itself only to find what another process left. */
const POLL_S = 300;
/** Upkeep of the queue's few rows. Often enough: a job that was never finished is taken up by its lease, not by this. */
const UPKEEP_S = 3_600;
const STOP_MS = 8 * SECOND_MS;

export type ReportsJob = { readonly stop: () => Promise<void> };

/**
 * Makes reports when they are due and sends them: one at a time, whichever process takes the job. pg-boss hands the jobs out;
 * that a run is made once is held by its row (db/store/report-runs.ts), so a job may come twice.
 */
export function startReports(
  reports: Pick<ReportsPort, "round" | "work" | "onAsked">,
  { db, clock, log }: { readonly db: Database; readonly clock: Clock; readonly log: Logger },
): ReportsJob {
  const stopping = new AbortController();
  let wake: () => void = () => undefined;
  let isAsked = false; // also while nobody waits: what is asked during a round is not in it
  const forget = reports.onAsked(() => {
    isAsked = true;
    wake();
  });
  const pause = async (ms: number): Promise<void> => {
    if (isAsked || stopping.signal.aborted) return;
    const awake = new AbortController();
    wake = () => awake.abort(new Error("woken"));
    await clock.sleep(ms, awake.signal).catch(() => undefined);
  };
  let queue: JobQueue | null = null;
  const round = async (): Promise<void> => {
    isAsked = false;
    queue ??= await openAfterOthers(() =>
      openQueue(db, log, (runId) => span("job report", {}, () => reports.work(runId))),
    );
    await queue.send(await reports.round());
  };
  const run = async (): Promise<void> => {
    await pause(FIRST_MS);
    while (!stopping.signal.aborted) {
      await span("job reports", {}, round).catch((error: unknown) =>
        log.error({ err: error }, "reports could not be looked after; again in a minute"),
      );
      await pause(EVERY_MS);
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort(new Error("stopping"));
      forget();
      wake();
      await running;
      await queue?.stop();
    },
  };
}

type JobQueue = { send(runIds: readonly number[]): Promise<void>; stop(): Promise<void> };

/** What PostgreSQL says to the slower of two who make a schema or its tables at once (they check, then create). */
const MADE_BY_ANOTHER: ReadonlySet<unknown> = new Set(["23505", "42P06", "42P07", "42710"]);

/** Two processes that start together at a new database both make the queue's tables: the slower one finds them made. */
async function openAfterOthers(open: () => Promise<JobQueue>): Promise<JobQueue> {
  return await open().catch((error: unknown) => {
    if (MADE_BY_ANOTHER.has((error as { readonly code?: unknown }).code)) return open();
    throw error;
  });
}

/** pg-boss in a schema of its own, in the same database. @throws Error when its tables cannot be made */
async function openQueue(db: Database, log: Logger, work: (runId: number) => Promise<void>): Promise<JobQueue> {
  const boss = new PgBoss({
    db: {
      executeSql: async (text, values) => ({
        rows: values === undefined || values.length === 0 ? await db.script(text) : await db.query(text, values),
      }),
    },
    backend: db.kind,
    schedule: false, // schedules are ours: they know zones, pauses and what was missed
    superviseIntervalSeconds: UPKEEP_S,
    maintenanceIntervalSeconds: 24 * 3_600,
    monitorIntervalSeconds: UPKEEP_S,
    queueCacheIntervalSeconds: UPKEEP_S,
    bamIntervalSeconds: UPKEEP_S,
    flowIntervalSeconds: UPKEEP_S,
    monitorVacuum: false,
    reindex: false,
  });
  boss.on("error", (error) => log.warn({ err: error }, "the queue of reports had a fault"));
  await boss.start();
  await boss.createQueue(QUEUE, { policy: "short", retryLimit: 0, expireInSeconds: 3_600, deleteAfterSeconds: 3_600 });
  const worker = await boss.work<{ runId: number }>(
    QUEUE,
    { pollingIntervalSeconds: POLL_S, batchSize: 20 },
    async (jobs) => {
      for (const { data } of jobs)
        await work(data.runId).catch((error: unknown) =>
          log.error({ err: error, run: data.runId }, "a report could not be worked on; again in a minute"),
        );
    },
  );
  return {
    async send(runIds) {
      for (const runId of runIds) await boss.send(QUEUE, { runId }, { singletonKey: String(runId) });
      if (runIds.length > 0) boss.notifyWorker(worker);
    },
    stop: () => boss.stop({ graceful: true, timeout: STOP_MS, close: false }),
  };
}
