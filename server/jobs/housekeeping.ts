import type { Logger } from "pino";
import type { Database } from "../../db/database.ts";
import type { Clock } from "../../db/model/clock.ts";
import { DAY_MS, HOUR_MS } from "../../db/model/time.ts";
import { removeOldIncidents } from "../../db/store/incidents.ts";
import { removeOldMessages } from "../../db/store/outbox.ts";
import { removeOldFiles } from "../../db/store/report-deliveries.ts";
import { checkpoint, type KeepDays, keepHouse, vacuum } from "../../db/store/retention.ts";
import { span } from "../telemetry/span.ts";
import type { StorageConfig } from "../config/config.ts";

const DAYS_A_MONTH = 30.4375;
const AT_ONCE = 1_000;

/** The configured times by table. The day a row of card_slot belongs to is kept whole, so it is one of its days. */
function keepDaysOf(storage: StorageConfig): KeepDays {
  const long = Math.ceil(storage.dayMonths * DAYS_A_MONTH);
  return {
    card_slot: storage.slotDays - 1,
    slot_hold: storage.pointDays,
    card_day_points: storage.pointDays,
    card_hour: storage.hourDays,
    card_day: long,
    pool_hour: long,
    holder_hour: storage.hourDays,
    hour_part: long,
    ledger_hour: long,
    feature_day: long,
    card_event: storage.eventDays,
    slot_ledger: long,
  };
}

export type Housekeeping = { stop(): Promise<void> };

/**
 * Keeps the tables in shape: every hour partitions ahead, days packed and dropped, and a checkpoint; once a day a vacuum.
 * PGlite does none of this by itself; on PostgreSQL it does no harm. A round that fails is tried again the next hour.
 */
export function startHousekeeping(db: Database, clock: Clock, log: Logger, storage: StorageConfig): Housekeeping {
  const stopping = new AbortController();
  let vacuumedAt = clock.monotonicMs();

  /** Incidents and messages are few and no partitions: rows go in pieces, so that nobody waits long behind one. */
  const inPieces = async (remove: () => Promise<number>) => {
    while (!stopping.signal.aborted && (await remove()) === AT_ONCE);
  };
  const round = async () => {
    const { dropped, packedDays, postponed } = await keepHouse(db, clock.now(), keepDaysOf(storage));
    if (dropped.length > 0) log.info({ dropped, packedDays, postponed }, "tables past their time were dropped");
    const past = clock.now() - storage.eventDays * DAY_MS;
    const files = clock.now() - storage.reportFileDays * DAY_MS;
    await inPieces(() => removeOldIncidents(db, past, AT_ONCE));
    await inPieces(() => removeOldMessages(db, past, AT_ONCE));
    await inPieces(() => removeOldFiles(db, files, AT_ONCE));
    if (clock.monotonicMs() - vacuumedAt >= DAY_MS) {
      await vacuum(db);
      vacuumedAt = clock.monotonicMs();
    }
    await checkpoint(db);
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      await span("job housekeeping", {}, round).catch((error: unknown) =>
        log.error({ err: error }, "housekeeping failed; again in an hour"),
      );
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
