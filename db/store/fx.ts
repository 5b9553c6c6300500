import type { Executor, Tx } from "../database.ts";
import type { FxRate, PriceRevision } from "../model/price.ts";
import type { UnixMs } from "../model/units.ts";
import { dayNoOf, dayStart } from "./steps.ts";

/** A rate to be believed from now on; rateNano null takes back what was said for that day. */
export type RateChange = Pick<FxRate, "base" | "quote" | "day"> & { readonly rateNano: bigint | null };

/** The rates as they were believed at `knownAt`, by pair and day; null = as they are believed now. */
export async function readRates(db: Executor, knownAt: UnixMs | null): Promise<FxRate[]> {
  const rows = await db.query<Omit<FxRate, "day" | "rateNano"> & { dayNo: number; rateNano: number | bigint }>(
    `SELECT base, quote, day_no AS "dayNo", rate_nano AS "rateNano", known_from_ms AS "knownFrom", known_to_ms AS "knownTo"
     FROM fx_rate
     WHERE CASE WHEN $1::int8 IS NULL THEN known_to_ms IS NULL
           ELSE known_from_ms <= $1 AND (known_to_ms IS NULL OR known_to_ms > $1) END
     ORDER BY base, quote, day_no`,
    [knownAt],
  );
  return rows.map(({ dayNo, rateNano, ...row }) => ({ ...row, day: dayStart(dayNo), rateNano: BigInt(rateNano) }));
}

/**
 * Changes the rates believed, inside the transaction of a begun revision: the belief of the same pair and day ends, the
 * new one begins. A rate that is believed already writes nothing; of two wishes for one day the later stands.
 * @returns how many rows were written
 */
export async function putRates(tx: Tx, revision: PriceRevision, changes: readonly RateChange[]): Promise<number> {
  const key = ({ base, quote, day }: Pick<FxRate, "base" | "quote" | "day">) => `${base} ${quote} ${day}`;
  const held = new Map((await readRates(tx, null)).map((rate) => [key(rate), rate.rateNano]));
  const wanted = [...new Map(changes.map((change) => [key(change), change])).values()];
  const news = wanted.filter((change) => (held.get(key(change)) ?? null) !== change.rateNano);
  const columns = (rows: readonly RateChange[]) => [
    rows.map(({ base }) => base),
    rows.map(({ quote }) => quote),
    rows.map(({ day }) => dayNoOf(day)),
  ];
  await tx.query(
    `UPDATE fx_rate r SET known_to_ms = $1 FROM unnest($2::text[], $3::text[], $4::int4[]) u (base, quote, day_no)
     WHERE r.base = u.base AND r.quote = u.quote AND r.day_no = u.day_no AND r.known_to_ms IS NULL`,
    [revision.at, ...columns(news)],
  );
  const said = news.filter(({ rateNano }) => rateNano !== null);
  await tx.query(
    `INSERT INTO fx_rate (base, quote, day_no, rate_nano, known_from_ms, revision_id)
     SELECT u.base, u.quote, u.day_no, u.rate_nano, $1, $2
     FROM unnest($3::text[], $4::text[], $5::int4[], $6::int8[]) u (base, quote, day_no, rate_nano)`,
    [revision.at, revision.id, ...columns(said), said.map(({ rateNano }) => String(rateNano))],
  );
  return news.length;
}
