import type { Executor } from "../database.ts";
import type { PlaceStay } from "../model/inventory.ts";
import { storable } from "./dimensions.ts";

/**
 * Where a card stood, oldest first, and who stood in the same position right before and right after it. Positions and
 * hosts nobody named hold any number of cards: nobody is anybody's successor there.
 */
export async function readPlaces(db: Executor, uuid: string): Promise<PlaceStay[]> {
  return await db.query<PlaceStay>(
    `SELECT o.pool_id AS "poolId", p.vendor, p.region, p.zone, p.cluster, p.model, p.billing, n.name AS node, o.position,
       o.from_ms AS "from", o.to_ms AS "to",
       (SELECT cb.uuid FROM card_ownership b JOIN card cb ON cb.id = b.card_id
        WHERE b.node_id = o.node_id AND b.position = o.position AND b.card_id <> o.card_id AND b.to_ms <= o.from_ms
          AND o.position <> '' AND n.name <> '' ORDER BY b.to_ms DESC LIMIT 1) AS predecessor,
       (SELECT cb.uuid FROM card_ownership b JOIN card cb ON cb.id = b.card_id
        WHERE b.node_id = o.node_id AND b.position = o.position AND b.card_id <> o.card_id AND b.from_ms >= o.to_ms
          AND o.position <> '' AND n.name <> '' ORDER BY b.from_ms LIMIT 1) AS successor
     FROM card c JOIN card_ownership o ON o.card_id = c.id JOIN node n ON n.id = o.node_id JOIN pool p ON p.id = o.pool_id
     WHERE c.uuid = $1 ORDER BY o.from_ms`,
    [storable(uuid)],
  );
}
