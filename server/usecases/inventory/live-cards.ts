import type { CardPresence } from "../../../db/model/inventory.ts";
import type { CardRow } from "../../../db/model/views.ts";
import type { LiveFleetPort } from "../../context.ts";
import type { OwnedCard } from "../../domain/inventory/node-groups.ts";

/** The cards we own now, and whether they are there. */
export function liveCards(live: LiveFleetPort): OwnedCard[] {
  return live.rows().map((row) => ({
    cardId: row.id,
    uuid: row.uuid,
    poolId: row.poolId,
    node: row.node,
    state: row.state,
    presence: presenceOf(row),
    firstSeen: live.identity(row.uuid)?.firstSeen ?? 0,
  }));
}

function presenceOf({ state, why }: CardRow): CardPresence {
  if (state !== "unknown") return "present";
  return why === "card_gone" ? "gone" : "silent";
}
