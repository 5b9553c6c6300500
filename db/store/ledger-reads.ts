import type { Executor } from "../database.ts";
import type { BillingType } from "../model/fleet.ts";
import { LEDGER_STATES } from "../model/ledger.ts";
import type { Currency, Micro } from "../model/money.ts";
import type { PriceBasis } from "../model/price.ts";
import type { Tier } from "../model/tier.ts";
import type { UnixMs } from "../model/units.ts";

/**
 * Every line of one day of feature_day, column by column: row `i` of every array is the same line. Amounts are 64-bit
 * integers as they come out of the database, in two halves (`exactAt`), so that a quarter of a year is added up without
 * making a bigint of each. Rows are by feature, pool and price: the order that settles ties.
 */
export type DayLines = {
  readonly dayNo: number; // calendar day of the zone
  readonly mark: string; // another one whenever a line of the day is another
  readonly count: number;
  readonly featureId: Int32Array;
  readonly poolId: Int32Array;
  readonly priceId: Int32Array;
  readonly ms: readonly Int32Array[]; // by state, in the order of LEDGER_STATES; two halves a line
  readonly micro: readonly Int32Array[];
};

const STATES = LEDGER_STATES.map((state) => state);
const MS = STATES.map((state) => `${state}_ms`);
const MICRO = STATES.map((state) => `${state}_micro`);
const TWO_32 = 4_294_967_296;

/** Line `i` of a column of halves as a whole number. Exact up to 2^53: card-time is. */
export const numberAt = (halves: Int32Array, i: number): number =>
  (halves[2 * i + 1] as number) * TWO_32 + ((halves[2 * i] as number) >>> 0);

/** The same, exactly. */
export const exactAt = (halves: Int32Array, i: number): Micro =>
  (BigInt(halves[2 * i + 1] as number) << 32n) | BigInt((halves[2 * i] as number) >>> 0);

/** Writes a whole number as halves. */
export function putExact(halves: Int32Array, i: number, value: Micro): void {
  halves[2 * i] = Number(BigInt.asIntN(32, value));
  halves[2 * i + 1] = Number(value >> 32n);
}

/**
 * What tells each day's lines from those of before: how many there are, and which transactions wrote them. A look at this
 * is five times as quick as reading the lines. Days without a line are absent. Half-open days.
 */
export async function readDayMarks(db: Executor, fromDay: number, toDay: number): Promise<Map<number, string>> {
  const [row] = await db.query<Record<"dayNo" | "lines" | "written", number[] | null>>(
    `SELECT array_agg(day_no) AS "dayNo", array_agg(lines) AS lines, array_agg(written) AS written FROM (
       SELECT day_no, count(*)::int4 AS lines, sum(xmin::text::int8)::float8 AS written
       FROM feature_day WHERE day_no >= $1 AND day_no < $2 GROUP BY day_no) d`,
    [fromDay, toDay],
  );
  return new Map((row?.dayNo ?? []).map((dayNo, i) => [dayNo, `${row?.lines?.[i] ?? 0} ${row?.written?.[i] ?? 0}`]));
}

/** Days a statement reads at once: on the embedded database nothing else runs meanwhile. */
const DAYS_AT_ONCE = 32;

/**
 * The lines of some days. Columns come as the bytes of their numbers: decoding rows takes PGlite ten times as long as
 * finding them (storage.md section 3).
 */
export async function readDayLines(db: Executor, dayNos: readonly number[]): Promise<DayLines[]> {
  const days: DayLines[] = [];
  for (let i = 0; i < dayNos.length; i += DAYS_AT_ONCE)
    days.push(...(await readSomeDays(db, dayNos.slice(i, i + DAYS_AT_ONCE))));
  return days;
}

type PackedDay = { readonly day_no: number; readonly lines: number; readonly written: number } & Record<
  string,
  Uint8Array
>;

async function readSomeDays(db: Executor, dayNos: readonly number[]): Promise<DayLines[]> {
  const ids = ["feature_id", "pool_id", "price_id"].map((c) => `string_agg(int4send(${c}), '') AS ${c}`);
  const amounts = [...MS, ...MICRO].map((c) => `string_agg(int8send(${c}), '') AS ${c}`);
  const rows = await db.query<PackedDay>(
    `SELECT day_no, count(*)::int4 AS lines, sum(written)::float8 AS written, ${[...ids, ...amounts].join(", ")}
     FROM (SELECT *, xmin::text::int8 AS written FROM feature_day WHERE day_no = ANY($1)
           ORDER BY day_no, feature_id, pool_id, price_id) l GROUP BY day_no`,
    [[...dayNos]],
  );
  return rows.map((row) => ({
    dayNo: row.day_no,
    mark: `${row.lines} ${row.written}`,
    count: row.lines,
    featureId: words(row["feature_id"], 4),
    poolId: words(row["pool_id"], 4),
    priceId: words(row["price_id"], 4),
    ms: MS.map((column) => words(row[column], 8)),
    micro: MICRO.map((column) => words(row[column], 8)),
  }));
}

/** Big-endian numbers of PostgreSQL as 32-bit words of this machine; of 8 bytes the lower half comes first. */
function words(bytes: Uint8Array | undefined, width: 4 | 8): Int32Array {
  if (bytes === undefined) throw new Error("a column of feature_day did not come back");
  const copy = Buffer.from(new Uint8Array(bytes).buffer);
  return new Int32Array((width === 4 ? copy.swap32() : copy.swap64()).buffer);
}

/** A row of the price book whatever is believed of it now: what lines were priced with. */
export type PricedBy = {
  readonly id: number;
  readonly basis: PriceBasis;
  readonly currency: Currency;
  readonly amountMicro: Micro;
  readonly cardsPerInstance: number;
  readonly termTo: UnixMs | null;
  readonly from: UnixMs;
  readonly anchor: UnixMs;
  readonly isList: boolean;
  readonly billing: BillingType | "";
  readonly contract: string;
  readonly revision: number;
  readonly who: string;
  readonly why: string;
  readonly at: UnixMs; // when it was said
};

/** Rows of the price book by id; ids that are none are left out. A row never changes but for the end of its belief. */
export async function readPricedBy(db: Executor, ids: readonly number[]): Promise<PricedBy[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<Omit<PricedBy, "amountMicro"> & { amount: number | bigint }>(
    `SELECT p.id, p.basis, p.currency, p.amount_micro AS amount, p.cards_per_instance AS "cardsPerInstance",
       p.term_to_ms AS "termTo", p.from_ms AS "from", p.anchor_ms AS anchor, p.is_list AS "isList", s.billing, s.contract,
       p.revision_id AS revision, r.who, r.why, r.at_ms AS at
     FROM price p JOIN selector s ON s.id = p.selector_id JOIN revision r ON r.id = p.revision_id WHERE p.id = ANY($1)`,
    [[...ids]],
  );
  return rows.map(({ amount, ...row }) => ({ ...row, amountMicro: BigInt(amount) }));
}

/** The last change of a pool's tier in a day. */
export type TierDay = { readonly poolId: number; readonly place: number; readonly tier: Tier };

/**
 * The last change of tier of each pool before each of some instants, by pool and time; changes of before the first two
 * count for the first. @param ends ascending: where days end @returns `place` in `ends`
 */
export async function readTierDays(db: Executor, ends: readonly UnixMs[]): Promise<TierDay[]> {
  const [row] = await db.query<{ poolId: number[] | null; place: number[]; tier: Tier[] }>(
    `SELECT array_agg(pool_id) AS "poolId", array_agg(place) AS place, array_agg(to_tier) AS tier FROM (
       SELECT DISTINCT ON (pool_id, width_bucket(at_ms, $1::int8[])) pool_id, width_bucket(at_ms, $1::int8[]) AS place,
         to_tier::int4 AS to_tier
       FROM tier_event WHERE at_ms < $2 ORDER BY pool_id, width_bucket(at_ms, $1::int8[]), at_ms DESC) e`,
    [[...ends], ends.at(-1) ?? 0],
  );
  return (row?.poolId ?? []).map((poolId, i) => ({ poolId, place: row!.place[i]!, tier: row!.tier[i]! }));
}

/** Booked time and money of a pool in a stretch of hours, of one currency of its prices. */
export type BookedSum = {
  readonly poolId: number;
  readonly stretch: number; // place of the stretch, from 0
  readonly currency: Currency | null; // null = unpriced
  readonly ms: number;
  readonly micro: Micro; // all of it
  readonly idleMicro: Micro; // free, or held without activity
  readonly sunkIdleMicro: Micro; // of that, inside a term of the price
};

/**
 * The lines of whole hours, added up by pool between borders. Stretches without a line are absent.
 * @param borders hour numbers, ascending: stretch i is [borders[i], borders[i + 1]) @param poolIds null = all pools
 */
export async function readBookedSums(
  db: Executor,
  borders: readonly number[],
  poolIds: readonly number[] | null,
): Promise<BookedSum[]> {
  const rows = await db.query<
    Omit<BookedSum, "micro" | "idleMicro" | "sunkIdleMicro"> & Record<"micro" | "idle" | "sunk", string>
  >(
    `SELECT l.pool_id AS "poolId", width_bucket(l.hour_no, $1::int4[]) - 1 AS stretch, p.currency,
       sum(${MS.map((c) => `l.${c}`).join(" + ")})::float8 AS ms, sum(${MICRO.map((c) => `l.${c}`).join(" + ")})::text AS micro,
       sum(l.idle_held_micro + l.free_micro)::text AS idle,
       sum(CASE WHEN l.hour_no * 3600000::int8 < p.term_to_ms THEN l.idle_held_micro + l.free_micro ELSE 0 END)::text AS sunk
     FROM ledger_hour l LEFT JOIN price p ON p.id = l.price_id
     WHERE l.hour_no >= $2 AND l.hour_no < $3 AND ($4::int4[] IS NULL OR l.pool_id = ANY($4)) GROUP BY 1, 2, 3`,
    [[...borders], borders[0] ?? 0, borders.at(-1) ?? 0, poolIds],
  );
  return rows.map(({ poolId, stretch, currency, ms, micro, idle, sunk }) => ({
    poolId,
    stretch,
    currency,
    ms,
    micro: BigInt(micro),
    idleMicro: BigInt(idle),
    sunkIdleMicro: BigInt(sunk),
  }));
}
