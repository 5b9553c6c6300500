import { dropDaysOutside, readBookedHours, rebuildDays } from "../../../db/store/booking.ts";
import { ensurePartitions } from "../../../db/store/partitions.ts";
import { dayStart } from "../../../db/store/steps.ts";
import { daysOf } from "./calendar-day.ts";
import { putLedgerState, readLedgerState, SEVERAL } from "./ledger-state.ts";
import { lockCommits, type OlderHoursParts } from "./older-hours.ts";

/** Days made anew in one transaction: closing slots waits behind it. "ours" */
const DAYS_A_PIECE = 7;

/**
 * Counts the days of the ledger by the calendar of now, when the configured zone is another. Lines stay as they are;
 * their days are added up anew, newest first. Killed anywhere, the next call begins again: a day made twice is the same.
 */
export async function recountDays({ db, clock, calendar, stopping }: OlderHoursParts): Promise<void> {
  const { zone, dayNoOf } = calendar();
  const state = await readLedgerState(db);
  if (state === null || state.daysZone === zone) return;
  const hours = await db.transaction(async (tx) => {
    await lockCommits(tx); // whoever counts by the calendar of before is done
    await putLedgerState(tx, { ...state, daysZone: SEVERAL }, clock.now());
    return await readBookedHours(tx);
  });
  const days = hours === null ? [] : daysOf(hours, dayNoOf);
  await ensurePartitions(
    db,
    ["feature_day"],
    days.map(({ dayNo }) => dayStart(dayNo)),
  );
  for (let end = days.length; end > 0; end -= DAYS_A_PIECE) {
    stopping.throwIfAborted();
    await db.transaction(async (tx) => {
      await lockCommits(tx);
      await rebuildDays(tx, days.slice(Math.max(0, end - DAYS_A_PIECE), end));
    });
    await clock.sleep(0); // somebody else's turn
  }
  await db.transaction(async (tx) => {
    await lockCommits(tx);
    const now = await readBookedHours(tx);
    const all = now === null ? [] : daysOf(now, dayNoOf);
    const [first, last, before] = [all[0], all.at(-1), days.at(-1)];
    if (first !== undefined && last !== undefined) {
      await dropDaysOutside(tx, first.dayNo, last.dayNo);
      await rebuildDays(
        tx,
        all.filter(({ dayNo }) => before === undefined || dayNo >= before.dayNo),
      ); // begun meanwhile
    }
    await putLedgerState(tx, { ...((await readLedgerState(tx)) ?? state), daysZone: zone }, clock.now());
  });
}
