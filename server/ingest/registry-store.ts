import type { Database } from "../../db/database.ts";
import { readCards, readPools, registerCards, registerHolders, type SeenCard } from "../../db/store/registry.ts";
import type { CardToKnow, KnownCard, RegistryStore } from "./card-registry.ts";

/** The registry's tables. */
export function registryStore(db: Database): RegistryStore {
  return {
    loadCards: () => readKnown(db),
    async ensureCards(cards) {
      await registerCards(
        db,
        cards.map((card) => seen(card, card.firstSeenAt)),
      );
      const later = cards.filter((card) => card.seenAt !== card.firstSeenAt);
      if (later.length > 0)
        await registerCards(
          db,
          later.map((card) => seen(card, card.seenAt)),
        );
      const known = new Map((await readKnown(db)).map((card) => [card.uuid, card]));
      return cards.map((card) => {
        const row = known.get(card.uuid);
        if (!row) throw new Error(`card ${card.uuid} was written and is not there`);
        return row;
      });
    },
    async ensureHolders(holders) {
      return [
        ...(await registerHolders(
          db,
          holders.map((h) => ({ ...h, share: 1 })),
        )),
      ];
    },
  };
}

const seen = (card: CardToKnow, at: SeenCard["at"]): SeenCard => {
  const { model, ...place } = card.pool;
  return { place, model, card, at, source: card.source };
};

async function readKnown(db: Database): Promise<KnownCard[]> {
  const pools = new Map((await readPools(db)).map((pool) => [pool.id, pool]));
  return (await readCards(db)).map((card) => {
    const pool = pools.get(card.poolId);
    if (!pool) throw new Error(`card ${card.uuid} stands in pool ${card.poolId}, which is not there`);
    const { id, uuid, node, position, modelName, driver, migProfiles, firstSeen: ownedFrom, source } = card;
    return { id, uuid, pool, node, position, modelName, driver, migProfiles, ownedFrom, source };
  });
}
