import type { Executor } from "../database.ts";
import { NOT_SAID } from "../model/slot.ts";
import type { Window } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { dayNoOf, dayStart, hourNoOf, hourStart } from "./steps.ts";

/** A stretch of a card's life in one place. */
export type CardPlaceRow = {
  readonly from: UnixMs;
  readonly to: UnixMs | null; // null = still there
  readonly poolId: number;
  readonly node: string;
  readonly position: string;
};

/** Where one card stood, oldest first. */
export async function readCardPlaces(db: Executor, cardId: number): Promise<CardPlaceRow[]> {
  return await db.query<CardPlaceRow>(
    `SELECT o.from_ms AS "from", o.to_ms AS "to", o.pool_id AS "poolId", n.name AS node, o.position
     FROM card_ownership o JOIN node n ON n.id = o.node_id WHERE o.card_id = $1 ORDER BY o.from_ms`,
    [cardId],
  );
}

/** What counters of a card rose by in an hour or a day, and for how long it was slowed down. */
export type CardHealth = {
  readonly at: UnixMs; // start of the hour
  readonly eccCorrected: number;
  readonly eccUncorrected: number;
  readonly rowsRemapped: number;
  readonly pcieReplays: number;
  readonly nvlinkErrors: number;
  readonly throttledMs: number;
  readonly xids: number;
};

const HEALTH = `h.ecc_corrected AS "eccCorrected", h.ecc_uncorrected AS "eccUncorrected", h.rows_remapped AS "rowsRemapped",
  h.pcie_replays AS "pcieReplays", h.nvlink_errors AS "nvlinkErrors", h.throttled_ms AS "throttledMs", h.xids`;

/** One card's errors by hour, ascending. Hours without a row are absent: nothing is known of them. */
export async function readCardHealth(db: Executor, cardId: number, window: Window): Promise<CardHealth[]> {
  const rows = await db.query<Omit<CardHealth, "at"> & { hourNo: number }>(
    `SELECT h.hour_no AS "hourNo", ${HEALTH} FROM generate_series($1::int4, $2::int4 - 1) g (hour_no)
     CROSS JOIN LATERAL (SELECT * FROM card_hour c WHERE c.hour_no = g.hour_no AND c.card_id = $3 LIMIT 1) h ORDER BY h.hour_no`,
    [hourNoOf(window.from), hourNoOf(window.to), cardId],
  );
  return rows.map(({ hourNo, ...health }) => ({ at: hourStart(hourNo), ...health }));
}

/** A UTC day of one card. Readings are null where nothing was said. */
export type CardDaySums = CardHealth & {
  readonly ownedMs: number;
  readonly observedMs: number;
  readonly busyMs: number;
  readonly idleHeldMs: number;
  readonly freeMs: number;
  readonly startingMs: number;
  readonly faultMs: number; // unknown = owned − the five before
  readonly utilRatio: number | null;
  readonly tensorRatio: number | null;
  readonly memoryMib: number | null;
  readonly powerWatts: number | null;
  readonly temperatureCelsius: number | null; // maximum of the day
};

/** One card's UTC days, ascending. */
export async function readCardDaySums(db: Executor, cardId: number, window: Window): Promise<CardDaySums[]> {
  const rows = await db.query<Omit<CardDaySums, "at"> & { dayNo: number }>(
    `SELECT h.day_no AS "dayNo", ${HEALTH}, h.owned_ms AS "ownedMs", h.observed_ms AS "observedMs", h.busy_ms AS "busyMs",
       h.idle_held_ms AS "idleHeldMs", h.free_ms AS "freeMs", h.starting_ms AS "startingMs", h.fault_ms AS "faultMs",
       h.util_ms::float8 / nullif(h.util_said_ms, 0) AS "utilRatio", h.tensor_ms::float8 / nullif(h.tensor_said_ms, 0) AS "tensorRatio",
       h.memory_mib_s::float8 * 1000 / nullif(h.memory_said_ms, 0) AS "memoryMib",
       h.power_joules::float8 * 1000 / nullif(h.power_said_ms, 0) AS "powerWatts",
       nullif(h.temperature_max, ${NOT_SAID}) AS "temperatureCelsius"
     FROM generate_series($1::int4, $2::int4 - 1) g (day_no)
     CROSS JOIN LATERAL (SELECT * FROM card_day c WHERE c.day_no = g.day_no AND c.card_id = $3 LIMIT 1) h ORDER BY h.day_no`,
    [dayNoOf(window.from), dayNoOf(window.to), cardId],
  );
  return rows.map(({ dayNo, ...sums }) => ({ at: dayStart(dayNo), ...sums }));
}
