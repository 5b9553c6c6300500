import type { Database, Executor, Tx } from "../database.ts";
import type { CardEvent } from "../model/events.ts";
import type { UnixMs } from "../model/units.ts";
import { storable } from "./dimensions.ts";
import { putEvents } from "./events.ts";
import { ensurePartitions } from "./partitions.ts";
import { type IsThere, type PositionStay, untangle, type Untangled } from "./position.ts";

/** Events of moves and swaps need their month: of these sightings, and of the cards that stand in the same places. */
export async function ensureSwapPartitions(db: Database, seen: readonly { readonly at: UnixMs }[]): Promise<void> {
  await ensurePartitions(db, ["card_event"], [...new Set(seen.map(({ at }) => at))]);
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
 * Where stretches of two cards overlap in one position, the one that came first gives way (store/position.ts). Cards that
 * left for good get an event with their successor's UUID, and it one with theirs. Positions and hosts nobody named hold
 * any number of cards.
 * @param changed cards of which a stretch began, or began earlier
 * @returns UUIDs of cards that gave way
 */
export async function settleSwaps(tx: Tx, changed: readonly number[], isThere: IsThere): Promise<Set<string>> {
  const gaveWay = new Set<string>();
  if (changed.length === 0) return gaveWay;
  const bySpot = new Map<string, PositionStay[]>();
  for (const stay of await readShared(tx, changed)) {
    const spot = `${stay.nodeId}/${stay.position}`;
    bySpot.set(spot, [...(bySpot.get(spot) ?? []), stay]);
  }
  for (const stays of bySpot.values()) {
    const { pieces, swaps } = untangle(stays, isThere);
    for (const piece of pieces) {
      gaveWay.add(piece.stay.uuid);
      await putPieces(tx, piece);
    }
    await putEvents(tx, swaps.flatMap(swapEvents));
  }
  return gaveWay;
}

/** Every stretch in the positions of the changed cards in which stretches of two cards overlap. */
async function readShared(
  tx: Tx,
  changed: readonly number[],
): Promise<(PositionStay & { readonly nodeId: number; readonly position: string })[]> {
  return await tx.query(
    `SELECT o.card_id AS "cardId", c.uuid, o.from_ms AS "from", o.to_ms AS "to", c.last_seen_ms AS "lastSeen",
       o.position NOT LIKE 'index:%' OR c.first_seen_ms = o.from_ms AS "isArrival", o.node_id AS "nodeId", o.position
     FROM (SELECT DISTINCT a.node_id, a.position FROM card_ownership a
           JOIN card_ownership b ON b.node_id = a.node_id AND b.position = a.position AND b.card_id <> a.card_id
             AND b.from_ms < coalesce(a.to_ms, $2) AND a.from_ms < coalesce(b.to_ms, $2)
           JOIN node n ON n.id = a.node_id AND n.name <> ''
           WHERE a.position <> '' AND a.card_id = ANY($1)) spot
     JOIN card_ownership o ON o.node_id = spot.node_id AND o.position = spot.position
     JOIN card c ON c.id = o.card_id ORDER BY o.from_ms, o.card_id`,
    [changed, Number.MAX_SAFE_INTEGER],
  );
}

async function putPieces(tx: Tx, { stay, to, more }: Untangled["pieces"][number]): Promise<void> {
  await tx.query("UPDATE card_ownership SET to_ms = $3 WHERE card_id = $1 AND from_ms = $2", [
    stay.cardId,
    stay.from,
    to,
  ]);
  for (const piece of more)
    await tx.query(
      `INSERT INTO card_ownership (card_id, pool_id, node_id, position, from_ms, to_ms)
       SELECT card_id, pool_id, node_id, position, $3, $4 FROM card_ownership WHERE card_id = $1 AND from_ms = $2`,
      [stay.cardId, stay.from, piece.from, piece.to],
    );
}

function swapEvents({ gone, came }: Untangled["swaps"][number]): CardEvent[] {
  const event = { at: came.from, code: 0, count: 1 };
  return [
    { ...event, cardId: gone.cardId, kind: "swapped_out", detail: came.uuid },
    { ...event, cardId: came.cardId, kind: "swapped_in", detail: gone.uuid },
  ];
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
