import type { BoardReads } from "../../../context.ts";
import type { Pipeline } from "../../../pipeline.ts";
import type { EvidenceReads } from "./make-evidence.ts";

/** What a bundle asks of the running fleet and its tables. */
export function evidenceReads(
  { registry, live }: Pick<Pipeline, "registry" | "live">,
  board: Pick<BoardReads, "cardPoints">,
): EvidenceReads {
  return {
    cards: (ids) => {
      const wanted = new Set(ids);
      return [...registry.all()]
        .filter(({ id }) => wanted.has(id))
        .map(({ id, uuid, pool, modelName, driver, node, position, ownedFrom }) => ({
          id,
          uuid,
          model: pool.model,
          modelName,
          driver,
          vendor: pool.vendor,
          region: pool.region,
          zone: pool.zone,
          cluster: pool.cluster,
          node,
          position,
          billing: pool.billing,
          firstSeen: live.identity(uuid)?.firstSeen ?? ownedFrom,
        }));
    },
    points: (cardId, window) => board.cardPoints(cardId, window, null),
  };
}
