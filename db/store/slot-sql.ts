import { SLOTS_PER_HOUR } from "../model/time.ts";
import { IS_WHOLE } from "./holder-sql.ts";
import { CARD_SLOT_LIST, MAXIMA, MEASURED, MEASURED_LIST, SUMS } from "./slot-columns.ts";

/**
 * The statements of a slot commit. Table names are those of partitions, made by partitionAt from a date; no value from
 * outside ever becomes SQL text. MERGE is safe without ON CONFLICT because commits hold COMMIT_LOCK.
 */

/**
 * Takes the turn, and takes two bad plans away for this transaction. The newest hour is never in the planner's figures,
 * so it expects one row there and would loop over ten thousand for each of ten thousand: measured 14 s instead of 0.2 s.
 */
export const beginCommit = `
  SELECT pg_advisory_xact_lock($1), set_config('enable_nestloop', 'off', true), set_config('enable_seqscan', 'off', true)`;

/** Adds rows of `source` (card_id, slots, measured columns) to the rows of one hour or day. $1 = the hour or day. */
export const mergeCards = (table: string, stepColumn: "hour_no" | "day_no", source: string): string => `
  MERGE INTO ${table} t USING (${source}) s ON t.${stepColumn} = $1 AND t.card_id = s.card_id
  WHEN MATCHED THEN UPDATE SET ${addAll}
  WHEN NOT MATCHED THEN INSERT (${stepColumn}, card_id, slots, ${MEASURED_LIST})
    VALUES ($1, s.card_id, s.slots, ${MEASURED.map(({ sql }) => `s.${sql}`).join(", ")})`;

/**
 * The same for pools: `source` has pool_id, one row per pool, and how many of its cards were ours for the whole slot.
 * `place` is the parameter that says which of the hour's slots it is, counted from 1.
 */
export const mergePools = (table: string, source: string, place: `$${number}`): string => `
  MERGE INTO ${table} t USING (${source}) s ON t.hour_no = $1 AND t.pool_id = s.pool_id
  WHEN MATCHED THEN UPDATE SET ${addAll}, whole[${place}::int4] = t.whole[${place}::int4] + s.whole
  WHEN NOT MATCHED THEN INSERT (hour_no, pool_id, slots, whole, ${MEASURED_LIST})
    VALUES ($1, s.pool_id, s.slots,
      array_fill(0, ARRAY[${place}::int4 - 1]) || s.whole || array_fill(0, ARRAY[${SLOTS_PER_HOUR} - ${place}::int4]),
      ${MEASURED.map(({ sql }) => `s.${sql}`).join(", ")})`;

const addAll = [
  "slots = t.slots + s.slots",
  ...SUMS.map((c) => `${c} = t.${c} + s.${c}`),
  ...MAXIMA.map((c) => `${c} = greatest(t.${c}, s.${c})`),
].join(", ");

/** The rows a slot just got, as a source of mergeCards. $2 = slot, $3 = its cards, or null when the slot is theirs alone. */
export const freshCards = (slotTable: string): string =>
  `SELECT card_id, 1 AS slots, ${MEASURED_LIST} FROM ${slotTable} WHERE slot_no = $2 AND ($3::int4[] IS NULL OR card_id = ANY($3))`;

/** The same rows by pool. */
export const freshPools = (slotTable: string): string => `
  SELECT pool_id, count(*) AS slots, (count(*) FILTER (WHERE ${IS_WHOLE}))::int4 AS whole,
    ${MEASURED.map(({ sql, merge }) => `${merge}(${sql}) AS ${sql}`).join(", ")}
  FROM ${slotTable} WHERE slot_no = $2 AND ($3::int4[] IS NULL OR card_id = ANY($3)) GROUP BY pool_id`;

/** Rows of a commit on their way in, and the rows they replace as they were. Private to the connection, emptied at commit. */
export const createStaging = ["slot_stage", "slot_before"].map(
  (name) => `CREATE TEMP TABLE IF NOT EXISTS ${name} (LIKE card_slot) ON COMMIT DELETE ROWS`,
);

/**
 * Drops from the stage what must not replace: rows that know less than the stored row. More observed time wins, then the
 * higher seq, then the higher source: a total order, so every order of arrival ends in the same row.
 */
export const dropWeaker = (slotTable: string): string => `
  DELETE FROM slot_stage s USING ${slotTable} o WHERE o.slot_no = $1 AND o.card_id = s.card_id
    AND (s.observed_ms, s.seq, s.source_id) <= (o.observed_ms, o.seq, o.source_id)`;

/**
 * Drops from the stage what a packed day already has: its exact row is gone, so the difference cannot be known.
 * $1 = day, $2 = place of the slot in the day, $3 = slot. Cards whose row is still there are left to dropWeaker.
 */
export const dropPacked = (slotTable: string): string => `
  DELETE FROM slot_stage s USING card_day_points p WHERE p.day_no = $1 AND p.card_id = s.card_id
    AND get_bit(p.presence, $2) = 1
    AND NOT EXISTS (SELECT FROM ${slotTable} o WHERE o.slot_no = $3 AND o.card_id = s.card_id)`;

export const keepBefore = (slotTable: string): string => `
  INSERT INTO slot_before SELECT o.* FROM ${slotTable} o JOIN slot_stage s ON s.card_id = o.card_id WHERE o.slot_no = $1`;

const COLUMNS = CARD_SLOT_LIST.split(", ");
/** All that a row says, without who said it and in which revision. */
const MEANING = COLUMNS.filter((c) => !["slot_no", "card_id", "seq", "source_id"].includes(c));

export const replaceRows = (slotTable: string): string => `
  MERGE INTO ${slotTable} t USING slot_stage s ON t.slot_no = s.slot_no AND t.card_id = s.card_id
  WHEN MATCHED THEN UPDATE SET ${COLUMNS.slice(2)
    .map((c) => `${c} = s.${c}`)
    .join(", ")}
  WHEN NOT MATCHED THEN INSERT (${CARD_SLOT_LIST}) VALUES (${COLUMNS.map((c) => `s.${c}`).join(", ")})`;

/** How many rows were stored, replaced, and of those really different. */
export const countChanges = `
  SELECT count(*)::int AS stored, count(b.card_id)::int AS replaced,
    (count(*) FILTER (WHERE b.card_id IS NOT NULL AND (${list("s", MEANING)}) IS DISTINCT FROM (${list("b", MEANING)})))::int AS revised
  FROM slot_stage s LEFT JOIN slot_before b USING (card_id)`;

/** The pools a revision may have changed. */
export const touchedPools = `
  SELECT pool_id AS "poolId" FROM slot_stage UNION SELECT pool_id FROM slot_before ORDER BY 1`;

/** New minus old by card, as a source of mergeCards. Maxima can only be raised here; lowerMaxima follows. */
export const changedCards = `
  SELECT s.card_id, CASE WHEN b.card_id IS NULL THEN 1 ELSE 0 END AS slots,
    ${MEASURED.map(({ sql, merge }) => (merge === "sum" ? `s.${sql} - coalesce(b.${sql}, 0) AS ${sql}` : `s.${sql}`)).join(", ")}
  FROM slot_stage s LEFT JOIN slot_before b USING (card_id)`;

/** New minus old by pool: a card that moved leaves one pool and enters another. */
export const changedPools = `
  SELECT pool_id, sum(part) AS slots, sum(whole)::int4 AS whole,
    ${MEASURED.map(({ sql, merge }) => `${merge}(${sql}) AS ${sql}`).join(", ")}
  FROM (SELECT pool_id, 1 AS part, (${IS_WHOLE})::int4 AS whole, ${MEASURED_LIST} FROM slot_stage
        UNION ALL SELECT pool_id, -1, -(${IS_WHOLE})::int4, ${MEASURED.map(({ sql, merge }) => (merge === "sum" ? `-${sql}` : "-32768")).join(", ")} FROM slot_before) d
  GROUP BY pool_id`;

const CARDS_LOWERED = `
  SELECT b.card_id FROM slot_before b JOIN slot_stage s USING (card_id)
  WHERE ${MAXIMA.map((c) => `s.${c} < b.${c}`).join(" OR ")}`;
/** A pool is touched when a card's maximum fell there, or the card left it. */
const POOLS_LOWERED = `
  SELECT b.pool_id FROM slot_before b JOIN slot_stage s USING (card_id)
  WHERE s.pool_id <> b.pool_id OR ${MAXIMA.map((c) => `s.${c} < b.${c}`).join(" OR ")}`;

export const anyLowered = `SELECT EXISTS (${POOLS_LOWERED}) AS lowered`;

/** Takes the maxima anew from the rows beneath, for cards whose maximum may have been the replaced one. $1 = step, $2..$3 = range beneath. */
export const lowerCards = (
  table: string,
  step: "hour_no" | "day_no",
  beneath: string,
  key: "slot_no" | "hour_no",
): string => `
  UPDATE ${table} t SET ${MAXIMA.map((c) => `${c} = m.${c}`).join(", ")}
  FROM (SELECT card_id, ${MAXIMA.map((c) => `max(${c})::int2 AS ${c}`).join(", ")} FROM ${beneath}
        WHERE ${key} >= $2 AND ${key} < $3 AND card_id IN (${CARDS_LOWERED}) GROUP BY card_id) m
  WHERE t.${step} = $1 AND t.card_id = m.card_id`;

export const lowerPools = (table: string, slotTable: string): string => `
  UPDATE ${table} t SET ${MAXIMA.map((c) => `${c} = m.${c}`).join(", ")}
  FROM (SELECT pool_id, ${MAXIMA.map((c) => `max(${c})::int2 AS ${c}`).join(", ")} FROM ${slotTable}
        WHERE slot_no >= $2 AND slot_no < $3 AND pool_id IN (${POOLS_LOWERED}) GROUP BY pool_id) m
  WHERE t.hour_no = $1 AND t.pool_id = m.pool_id`;

/** A pool every row has left is no row, as if it had never been. */
export const dropEmptyPools = (table: string): string => `DELETE FROM ${table} WHERE hour_no = $1 AND slots = 0`;

function list(alias: string, columns: readonly string[]): string {
  return columns.map((c) => `${alias}.${c}`).join(", ");
}
