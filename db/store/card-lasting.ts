import type { Executor } from "../database.ts";
import { HOUR_MS, SLOT_MS, slotOf } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { hourNoOf, slotNoOf } from "./steps.ts";

/** Since when a card has been as it was when it was last read, unix ms; null = not so, or not known. */
export type CardLasting = {
  readonly cardId: number;
  readonly readAt: number | null; // end of the last slot it was read in
  readonly quietHeldSince: number | null;
  readonly freeSince: number | null;
  readonly zombieSince: number | null; // free by its labels, with memory in use
  readonly withoutPowerSince: number | null;
};

/** Slots are looked at one by one so far back, hours before that: what holds for long is known to the hour. "ours" */
const SLOTS_MS = 2 * HOUR_MS;
/** The longest any rule waits for what lasts is a day (facts/health-rules.md 7, idle-unallocated). */
const HOURS_MS = 26 * HOUR_MS;
const MIB = 2 ** 20;

/** Asked once at a start: a restart must not begin to count anew what has held for hours. */
export async function readCardLasting(db: Executor, now: UnixMs, heldAboveBytes: number): Promise<CardLasting[]> {
  const border = hourNoOf(now - SLOTS_MS);
  const figures =
    "observed_ms, busy_ms, idle_held_ms, free_ms, starting_ms, fault_ms, memory_mib_s, memory_said_ms, power_said_ms";
  const rows = await db.query<CardLasting>(
    `WITH step AS (
       SELECT card_id, slot_no::int8 * ${SLOT_MS} AS starts, (slot_no::int8 + 1) * ${SLOT_MS} AS ends, ${figures}
       FROM card_slot WHERE slot_no >= $1 AND slot_no <= $2 AND observed_ms > 0
       UNION ALL
       SELECT card_id, hour_no::int8 * ${HOUR_MS}, (hour_no::int8 + 1) * ${HOUR_MS}, ${figures}
       FROM card_hour WHERE hour_no >= $3 AND hour_no < $4 AND observed_ms > 0
     ), judged AS (
       SELECT card_id, starts, ends, power_said_ms > 0 AS has_power,
         busy_ms + starting_ms + fault_ms + free_ms = 0 AND idle_held_ms > 0 AS is_held_quiet,
         busy_ms + starting_ms + fault_ms + idle_held_ms = 0 AND free_ms > 0 AS is_free,
         memory_said_ms > 0 AND memory_mib_s * 1000.0 > memory_said_ms * $5::float8 AS has_memory
       FROM step)
     SELECT card_id AS "cardId", max(ends) AS "readAt",
       ${sinceOf("is_held_quiet")} AS "quietHeldSince",
       ${sinceOf("is_free AND NOT has_memory")} AS "freeSince",
       ${sinceOf("is_free AND has_memory")} AS "zombieSince",
       ${sinceOf("NOT has_power")} AS "withoutPowerSince"
     FROM judged GROUP BY card_id`,
    [slotNoOf(border * HOUR_MS), slotNoOf(slotOf(now)), hourNoOf(now - HOURS_MS), border, heldAboveBytes / MIB],
  );
  return rows;
}

/** The end of the last step it did not hold in, else the beginning of the first; null = it did not in the newest. */
const sinceOf = (holds: string): string =>
  `CASE WHEN COALESCE(max(ends) FILTER (WHERE NOT (${holds})), 0) < max(ends)
     THEN COALESCE(max(ends) FILTER (WHERE NOT (${holds})), min(starts)) END`;
