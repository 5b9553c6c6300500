import type { Database } from "../../db/database.ts";
import { shift } from "../../db/model/time.ts";
import type { UnixMs } from "../../db/model/units.ts";
import { readCardLasting } from "../../db/store/card-lasting.ts";
import { readEventsAfter } from "../../db/store/events.ts";
import type { StateRules } from "../domain/card-state.ts";
import { EVENTS_KEPT_MS, MOST_OF_A_CARD } from "./event-book.ts";
import type { BeforeStart, HealthWatch } from "./health-watch.ts";

/** A storm of events is cut to the newest of them: some tens of megabytes. "ours" */
const MOST_EVENTS = 200_000;

/** What the process before knew, out of the tables: a restart must neither begin anew nor forget. Before the first frame. */
export async function recallHealth(watch: HealthWatch, db: Database, now: UnixMs, rules: StateRules): Promise<void> {
  const lasting = await readCardLasting(db, now, rules.heldAboveBytes);
  const before = new Map(
    lasting.map((one): [number, BeforeStart] => [
      one.cardId,
      {
        readAt: one.readAt ?? Number.NaN,
        heldQuietMs: one.quietHeldSince ?? Number.NaN,
        freeMs: one.freeSince ?? Number.NaN,
        zombieMs: one.zombieSince ?? Number.NaN,
        powerMissingMs: one.withoutPowerSince ?? Number.NaN,
      },
    ]),
  );
  watch.begin(now, before, await readEventsAfter(db, shift(now, -EVENTS_KEPT_MS), MOST_OF_A_CARD, MOST_EVENTS));
}
