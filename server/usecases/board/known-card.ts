import type { CardRow } from "../../../db/model/views.ts";
import type { CardIdentity, Deps } from "../../context.ts";
import { unknownCard } from "../card-detail.ts";

export type CardOnPage = { readonly row: CardRow; readonly identity: CardIdentity };

/**
 * A card of the live fleet, or one that left it and is remembered; when that one was read last is not kept. @throws
 * ServiceError not_found
 */
export async function knownCard(deps: Pick<Deps, "live" | "past">, uuid: string): Promise<CardOnPage> {
  const row = deps.live.row(uuid);
  const identity = deps.live.identity(uuid);
  if (row !== null && identity !== null) return { row, identity };
  const card = await deps.past.card(uuid);
  if (card === null) throw unknownCard(uuid);
  const { id, poolId, node, position, modelName, driver, migProfiles, firstSeen } = card;
  return {
    identity: { modelName, driver, migProfiles, firstSeen, origins: [] },
    row: { ...NOTHING_SAID, id, uuid: card.uuid, poolId, node, position, lastReadAt: null },
  };
}

const NOTHING_SAID = {
  state: "unknown",
  why: "card_gone",
  since: null,
  holder: "",
  utilRatio: null,
  memoryUsedBytes: null,
  memoryTotalBytes: null,
  powerWatts: null,
  temperatureCelsius: null,
  util24h: null,
  coverage24h: null,
} as const;
