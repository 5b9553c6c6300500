import type { Executor } from "../database.ts";
import type { CardEvent } from "../model/events.ts";

/** Writes events; one that is already there (same card, instant, kind and code) stays as it is. Partitions must exist. */
export async function putEvents(tx: Executor, events: readonly CardEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    `INSERT INTO card_event (at_ms, card_id, kind, code, count, detail)
     SELECT * FROM unnest($1::int8[], $2::int4[], $3::text[], $4::int8[], $5::int8[], $6::text[]) ON CONFLICT DO NOTHING`,
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
