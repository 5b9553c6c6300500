import type { Executor } from "../database.ts";
import { DAY_MS } from "../model/time.ts";
import type { UnixMs } from "../model/units.ts";
import { dayNoOf } from "./steps.ts";

/** How many cards a node carried at the end of each of the last days, as far as they were read. */
export type NodeCards = {
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly name: string;
  readonly counts: readonly number[]; // one for each day with any, oldest first
};

/** Cards that stood on each node when a day of `[now − days, now]` ended and were read in it. */
export async function readNodeCards(db: Executor, now: UnixMs, days: number): Promise<NodeCards[]> {
  return await db.query<NodeCards>(
    `SELECT n.vendor, n.region, n.zone, n.cluster, n.name, array_agg(q.cards ORDER BY q.day_no) AS counts
     FROM (SELECT o.node_id, d.day_no, count(*)::int4 AS cards
       FROM card_day d JOIN card_ownership o ON o.card_id = d.card_id
         AND o.from_ms < LEAST((d.day_no::int8 + 1) * ${DAY_MS}, $2::int8)
         AND (o.to_ms IS NULL OR o.to_ms >= LEAST((d.day_no::int8 + 1) * ${DAY_MS}, $2::int8))
       WHERE d.day_no > $1 AND d.day_no <= $3 AND d.observed_ms > 0 GROUP BY o.node_id, d.day_no) q
     JOIN node n ON n.id = q.node_id GROUP BY n.id`,
    [dayNoOf(now) - days, now, dayNoOf(now)],
  );
}
