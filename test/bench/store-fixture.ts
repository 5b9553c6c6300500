import type { Database } from "../../db/database.ts";
import { DAY_MS, HOUR_MS, SLOT_MS } from "../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { blankDay, encodeDay, setPoint } from "../../db/store/day-points.ts";
import { ensurePartitions, everyDay } from "../../db/store/partitions.ts";
import { registerCards } from "../../db/store/registry.ts";
import { MEASURED } from "../../db/store/slot-columns.ts";
import { dayNoOf, hourNoOf, slotNoOf } from "../../db/store/steps.ts";
import { random } from "../db/batches.ts";

export const CARDS = 10_000;
export const POOLS = 60;

/** How much history is laid under the measurement: what ninety days leave behind after retention. */
export type Depth = { readonly days: number; readonly hourDays: number; readonly slotDays: number };
export const FULL_DEPTH: Depth = { days: 90, hourDays: 35, slotDays: 3 };
export const QUICK_DEPTH: Depth = { days: 90, hourDays: 8, slotDays: 1 };

/** Fills the rollups up to `until` (a UTC midnight) by SQL: made for measuring, not for looking at. */
export async function fillHistory(db: Database, until: UnixMs, depth: Depth): Promise<void> {
  await registerFleet(db, unixMs(until - depth.days * DAY_MS));
  const from = until - depth.days * DAY_MS;
  await ensurePartitions(db, ["pool_hour", "card_day", "card_day_points", "slot_hold"], everyDay(from, until));
  await ensurePartitions(db, ["card_hour"], everyDay(until - depth.hourDays * DAY_MS, until));
  await ensurePartitions(db, ["card_slot"], everyDay(until - depth.slotDays * DAY_MS, until));
  for (let day = from; day < until; day += DAY_MS) await fillDay(db, day, until, depth);
  await db.query("ANALYZE");
}

async function fillDay(db: Database, day: number, until: number, depth: Depth): Promise<void> {
  const [hour, next] = [hourNoOf(day), hourNoOf(day + DAY_MS)];
  const insert = (
    table: string,
    step: string,
    id: string,
    extra: string,
    series: string,
    slots: number | string,
    per: number,
  ) =>
    db.query(
      `INSERT INTO ${table} (${step}, ${id}, ${extra} ${names}) SELECT s, c, ${slots} ${values(per)} FROM ${series}`,
    );
  await insert(
    "pool_hour",
    "hour_no",
    "pool_id",
    "whole, slots,",
    `generate_series(${hour}, ${next - 1}) s, generate_series(1, ${POOLS}) c`,
    "array_fill(0, ARRAY[12]), 2000",
    600_000_000,
  );
  await insert(
    "card_day",
    "day_no",
    "card_id",
    "slots,",
    `generate_series(${dayNoOf(day)}, ${dayNoOf(day)}) s, generate_series(1, ${CARDS}) c`,
    288,
    86_400_000,
  );
  if (day >= until - depth.hourDays * DAY_MS) {
    await insert(
      "card_hour",
      "hour_no",
      "card_id",
      "slots,",
      `generate_series(${hour}, ${next - 1}) s, generate_series(1, ${CARDS}) c`,
      12,
      3_600_000,
    );
  }
  if (day >= until - depth.slotDays * DAY_MS) {
    const slot = slotNoOf(day);
    await insert(
      "card_slot",
      "slot_no",
      "card_id",
      "pool_id, holder_id, seq, source_id, gap_cause,",
      `generate_series(${slot}, ${slot + DAY_MS / SLOT_MS - 1}) s, generate_series(1, ${CARDS}) c`,
      "1, 0, 1, 1, 0",
      SLOT_MS,
    );
  } else if (day >= until - 8 * DAY_MS) {
    await fillPoints(db, dayNoOf(day));
  }
}

/** The same packed day for each card: the reader decodes it all the same. */
async function fillPoints(db: Database, dayNo: number): Promise<void> {
  const day = blankDay();
  const next = random(dayNo);
  for (let place = 0; place < 288; place++) {
    setPoint(day.presence, place);
    for (let column = 0; column < 14; column++)
      day.values[column * 288 + place] = column < 7 ? SLOT_MS : Math.floor(next() * 9000);
  }
  await db.query("INSERT INTO card_day_points SELECT $1, c, $2, $3 FROM generate_series(1, $4) c", [
    dayNo,
    day.presence,
    encodeDay(day),
    CARDS,
  ]);
}

const names = MEASURED.map(({ sql }) => sql).join(", ");

/** Owned and observed whole; the rest scattered below. The states sum to less than owned, as the checks demand. */
const values = (whole: number): string =>
  MEASURED.map(({ name, merge }) => {
    if (merge === "max") return ", 30 + c % 50";
    if (["ownedMs", "observedMs", "utilSaidMs", "memorySaidMs", "powerSaidMs"].includes(name)) return `, ${whole}`;
    if (name.endsWith("Ms")) return `, (c::int8 * 7919 + s::int8 * 104729) % ${Math.floor(whole / 6)}`;
    return ", (c * 31 + s) % 1000";
  }).join("");

async function registerFleet(db: Database, at: UnixMs): Promise<void> {
  const seen = Array.from({ length: CARDS }, (_, i) => ({
    place: {
      vendor: `v${i % 3}`,
      region: `r${i % 10}`,
      zone: "a",
      cluster: `c${i % POOLS}`,
      billing: "monthly" as const,
    },
    model: `m${i % 8}`,
    card: {
      uuid: `GPU-${i}`,
      modelName: "m",
      node: `n${i >> 3}`,
      position: String(i % 8),
      driver: "",
      migProfiles: [],
    },
    at,
    source: "scrape",
  }));
  await registerCards(db, seen);
}

export const hoursBefore = (until: UnixMs, hours: number) => ({ from: unixMs(until - hours * HOUR_MS), to: until });
