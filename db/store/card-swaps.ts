import type { Database, Executor, Tx } from "../database.ts";
import type { CardEvent } from "../model/events.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";
import { putEvents } from "./events.ts";
import { ensurePartitions } from "./partitions.ts";

/** What the swaps of a round of sightings need to know of each card. */
export type SwapSighting = {
  readonly card: { readonly uuid: string; readonly position: string };
  readonly at: UnixMs;
  readonly replaces?: readonly string[];
};

type Swap = {
  readonly goneId: number;
  readonly gone: string;
  readonly cameId: number;
  readonly came: string;
  readonly at: UnixMs;
};

/** Events of moves and swaps need their month. Known cards of a swap may have come long before. */
export async function ensureSwapPartitions(db: Database, seen: readonly SwapSighting[]): Promise<void> {
  const at = new Set(seen.map((s) => s.at));
  const others = [...new Set(seen.flatMap((s) => (s.replaces ?? []).map(storable)))];
  if (others.length > 0) {
    const came = await db.query<{ from: UnixMs }>(
      `SELECT o.from_ms AS "from" FROM card_ownership o JOIN card c ON c.id = o.card_id WHERE c.uuid = ANY($1)`,
      [others],
    );
    for (const { from } of came) at.add(from);
  }
  await ensurePartitions(db, ["card_event"], [...at]);
}

/** The same card on another node or position: one event each. */
export async function putMoves(
  tx: Tx,
  cardId: Int32Array,
  moves: readonly { readonly row: number; readonly from: string; readonly to: string; readonly at: UnixMs }[],
): Promise<void> {
  await putEvents(
    tx,
    moves.map(({ row, from, to, at }): CardEvent => {
      return { cardId: cardId[row] as number, at, kind: "moved", code: 0, count: 1, detail: `${from} → ${to}` };
    }),
  );
}

/**
 * Where one card stood in the place of another, the one that came first leaves when the other comes: a position is never
 * counted twice. Both get an event with the other's UUID.
 */
export async function settleSwaps(tx: Tx, seen: readonly SwapSighting[]): Promise<void> {
  const pairs = seen.flatMap((s) =>
    (s.replaces ?? []).map((other) => ({ uuid: storable(s.card.uuid), other: storable(other) })),
  );
  if (pairs.length === 0) return;
  const swaps = await tx.query<Swap & { from: UnixMs }>(
    `SELECT DISTINCT ON (a.card_id, a.from_ms) a.card_id AS "goneId", ca.uuid AS gone, b.card_id AS "cameId", cb.uuid AS came,
       b.from_ms AS at, a.from_ms AS "from"
     FROM unnest($1::text[], $2::text[]) p (one, other)
     JOIN card ca ON ca.uuid IN (p.one, p.other) JOIN card cb ON cb.uuid IN (p.one, p.other) AND cb.id <> ca.id
     JOIN card_ownership a ON a.card_id = ca.id
     JOIN card_ownership b ON b.card_id = cb.id AND b.node_id = a.node_id AND b.position = a.position
     WHERE a.from_ms < b.from_ms AND (a.to_ms IS NULL OR a.to_ms > b.from_ms)
     ORDER BY a.card_id, a.from_ms, b.from_ms`,
    [pairs.map((p) => p.uuid), pairs.map((p) => p.other)],
  );
  for (const { goneId, from, at } of swaps)
    await tx.query("UPDATE card_ownership SET to_ms = $3 WHERE card_id = $1 AND from_ms = $2", [goneId, from, at]);
  await putEvents(
    tx,
    swaps.flatMap(({ goneId, gone, cameId, came, at }): CardEvent[] => [
      { cardId: goneId, at, kind: "swapped_out", code: 0, count: 1, detail: came },
      { cardId: cameId, at, kind: "swapped_in", code: 0, count: 1, detail: gone },
    ]),
  );
}

/** A card that was given back reports: one event for each return, the first time it is noticed. */
export async function noteSeenAfterReturn(db: Database, uuid: string, at: UnixMs): Promise<void> {
  await ensurePartitions(db, ["card_event"], [at]);
  await db.query(
    `INSERT INTO card_event (at_ms, card_id, kind, code, count, detail)
     SELECT $2, c.id, 'seen_after_return', 0, 1, '' FROM card c
     WHERE c.uuid = $1 AND NOT EXISTS (
       SELECT FROM card_event e WHERE e.card_id = c.id AND e.kind = 'seen_after_return' AND e.at_ms >= coalesce(
         (SELECT max(l.at_ms) FROM card_life l WHERE l.card = c.uuid AND l.stage = 'returned'), 0))
     ON CONFLICT DO NOTHING`,
    [storable(uuid), at],
  );
}

/** Cards that were given back and were seen reporting since, newest first. */
export async function readSeenAfterReturn(
  db: Executor,
  limit: number,
): Promise<{ readonly uuid: string; readonly node: string; readonly returnedAt: UnixMs; readonly seenAt: UnixMs }[]> {
  return await db.query(
    `SELECT c.uuid, n.name AS node, s.at_ms AS "returnedAt", e.at_ms AS "seenAt"
     FROM (SELECT DISTINCT ON (card) card, stage, at_ms FROM card_life ORDER BY card, at_ms DESC, id DESC) s
     JOIN card c ON c.uuid = s.card JOIN node n ON n.id = c.node_id
     JOIN card_event e ON e.card_id = c.id AND e.kind = 'seen_after_return' AND e.at_ms >= s.at_ms
     WHERE s.stage = 'returned' ORDER BY e.at_ms DESC LIMIT $1`,
    [limit],
  );
}
