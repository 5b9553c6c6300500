import type { Executor } from "../database.ts";
import type { CardEvent } from "../model/events.ts";
import { HOUR_MS, type Window } from "../model/time.ts";

/** Who held cards, as Kubernetes names it. */
export type NamedHolder = {
  readonly id: number;
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly ownerName: string; // "" = not said
};

/** Everybody with card time in a window. */
export async function readHoldersIn(db: Executor, { from, to }: Window): Promise<NamedHolder[]> {
  return await db.query<NamedHolder>(
    `SELECT h.id, h.cluster, h.namespace, h.pod, coalesce(k.owner_name, '') AS "ownerName"
     FROM holder h LEFT JOIN holder_kube k ON k.holder_id = h.id
     WHERE h.id IN (SELECT DISTINCT holder_id FROM holder_hour WHERE hour_no >= $1 AND hour_no <= $2)`,
    [Math.floor(from / HOUR_MS), Math.floor(to / HOUR_MS)],
  );
}

/** Events of some cards in a window, by card, oldest first. */
export async function readEventsOf(
  db: Executor,
  cardIds: readonly number[],
  { from, to }: Window,
): Promise<ReadonlyMap<number, readonly CardEvent[]>> {
  const rows = await db.query<CardEvent>(
    `SELECT at_ms AS at, card_id AS "cardId", kind, code, count, detail FROM card_event
     WHERE at_ms >= $1 AND at_ms < $2 AND card_id = ANY($3) ORDER BY at_ms, card_id`,
    [from, to, cardIds],
  );
  const byCard = new Map<number, CardEvent[]>();
  for (const row of rows) {
    const others = byCard.get(row.cardId);
    if (others === undefined) byCard.set(row.cardId, [row]);
    else others.push(row);
  }
  return byCard;
}
