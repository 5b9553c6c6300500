import type { Logger } from "pino";
import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import { DAY_MS, HOUR_MS } from "../../db/model/time.ts";
import { checkpoint, keepHouse, vacuum } from "../../db/store/retention.ts";

export type Housekeeping = { stop(): Promise<void> };

/**
 * Keeps the tables in shape: every hour partitions ahead, days packed and dropped, and a checkpoint; once a day a vacuum.
 * PGlite does none of this by itself; on PostgreSQL it does no harm. A round that fails is tried again the next hour.
 */
export function startHousekeeping(db: Database, clock: Clock, log: Logger): Housekeeping {
  const stopping = new AbortController();
  let vacuumedAt = clock.monotonicMs();

  const round = async () => {
    const { dropped, packedDays, postponed } = await keepHouse(db, clock.now());
    if (dropped.length > 0) log.info({ dropped, packedDays, postponed }, "tables past their time were dropped");
    if (clock.monotonicMs() - vacuumedAt >= DAY_MS) {
      await vacuum(db);
      vacuumedAt = clock.monotonicMs();
    }
    await checkpoint(db);
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      await round().catch((error: unknown) => log.error({ err: error }, "housekeeping failed; again in an hour"));
      await clock.sleep(HOUR_MS, stopping.signal).catch(() => undefined); // ends early when stopping
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
