import type { Executor } from "../database.ts";
import type { CardEvent, CardEventKind } from "../model/events.ts";
import { SLOT_MS } from "../model/time.ts";
import { type UnixMs, unixMs } from "../model/units.ts";

/**
 * Writes events with the place each card stood at and who held it then, as far as the tables know. One that is already
 * there (same card, instant, kind and code) stays as it is. Partitions must exist.
 */
export async function putEvents(tx: Executor, events: readonly CardEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    `INSERT INTO card_event (at_ms, card_id, kind, code, count, detail, node_id, pool_id, holder_id)
     SELECT u.at, u.card, u.kind, u.code, u.count, u.detail, COALESCE(o.node_id, c.node_id, 0),
       COALESCE(o.pool_id, c.pool_id, 0), GREATEST(COALESCE(s.holder_id, 0), 0)
     FROM unnest($1::int8[], $2::int4[], $3::text[], $4::int8[], $5::int8[], $6::text[]) u(at, card, kind, code, count, detail)
     LEFT JOIN card c ON c.id = u.card
     LEFT JOIN LATERAL (SELECT node_id, pool_id FROM card_ownership
       WHERE card_id = u.card AND from_ms <= u.at AND (to_ms IS NULL OR to_ms > u.at) LIMIT 1) o ON true
     LEFT JOIN LATERAL (SELECT holder_id FROM card_slot
       WHERE card_id = u.card AND slot_no IN ((u.at / ${SLOT_MS})::int4, (u.at / ${SLOT_MS} - 1)::int4)
       ORDER BY slot_no DESC LIMIT 1) s ON true
     ON CONFLICT DO NOTHING`,
    [
      events.map((e) => e.at),
      events.map((e) => e.cardId),
      events.map((e) => e.kind),
      events.map((e) => e.code),
      events.map((e) => e.count),
      events.map((e) => e.detail.replaceAll("\0", "�")), // PostgreSQL has no NUL in text
    ],
  );
}

/** Events after an instant, oldest first; of each card at most the newest `mostOfACard`, in all at most `limit`, newest kept. */
export async function readEventsAfter(
  db: Executor,
  after: UnixMs,
  mostOfACard: number,
  limit: number,
): Promise<CardEvent[]> {
  const rows = await db.query<{
    at: number;
    cardId: number;
    kind: CardEventKind;
    code: number;
    count: number;
    detail: string;
  }>(
    `SELECT at_ms AS at, card_id AS "cardId", kind, code, count, detail
     FROM (SELECT *, row_number() OVER (PARTITION BY card_id ORDER BY at_ms DESC) AS place FROM card_event WHERE at_ms > $1) e
     WHERE place <= $2 ORDER BY at_ms DESC LIMIT $3`,
    [after, mostOfACard, limit],
  );
  return rows.map((row) => ({ ...row, at: unixMs(row.at) })).toReversed();
}
