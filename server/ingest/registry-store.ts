import type { Database } from "../../db/database.ts";
import { unixMs, type UnixMs } from "../../db/model/units.ts";
import { readStages } from "../../db/store/card-life.ts";
import { noteSeenAfterReturn } from "../../db/store/card-swaps.ts";
import {
  readCards,
  readOwnership,
  readPools,
  registerCards,
  registerHolders,
  type SeenCard,
} from "../../db/store/registry.ts";
import type { CardToKnow, KnownCard, RegistryStore } from "./card-registry.ts";
import type { Stay } from "./slot-close.ts";

/** The registry's tables. */
export function registryStore(db: Database): RegistryStore {
  return {
    loadCards: () => readKnown(db),
    async ensureCards(cards, isThere) {
      const replaced = new Set<string>();
      const register = async (seenCards: readonly SeenCard[]) => {
        for (const uuid of (await registerCards(db, seenCards, isThere)).replaced) replaced.add(uuid);
      };
      await register(cards.map((card) => seen(card, card.firstSeenAt)));
      const later = cards.filter((card) => card.seenAt !== card.firstSeenAt);
      if (later.length > 0) await register(later.map((card) => seen(card, card.seenAt)));
      const asked = cards.map((card) => card.uuid);
      for (const uuid of asked) replaced.delete(uuid);
      const wanted = [...asked, ...replaced];
      const known = new Map((await readKnown(db, wanted)).map((card) => [card.uuid, card]));
      return wanted.flatMap((uuid, i) => {
        const row = known.get(uuid);
        if (row) return [row];
        if (i >= cards.length) return [];
        throw new Error(`card ${uuid} was written and is not there`);
      });
    },
    async loadReturned() {
      const stages = await readStages(db);
      return new Map(stages.filter((s) => s.stage === "returned").map((s) => [s.card, s.at]));
    },
    noteReturned: (uuid, at) => noteSeenAfterReturn(db, uuid, at),
    loadCard: async (uuid) => (await readKnown(db, [uuid]))[0],
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

const seen = (card: CardToKnow, at: UnixMs): SeenCard => {
  const { model, ...place } = card.pool;
  return { place, model, card, at, source: card.source };
};

const EVER = { from: unixMs(0), to: unixMs(Number.MAX_SAFE_INTEGER) };

/** @param uuids the cards to read, or all of them */
async function readKnown(db: Database, uuids: readonly string[] | null = null): Promise<KnownCard[]> {
  const pools = new Map((await readPools(db)).map((pool) => [pool.id, pool]));
  const cards = await readCards(db, uuids);
  const ids = uuids === null ? null : cards.map(({ id }) => id);
  const stays = new Map<number, Stay[]>();
  for (const { cardId, poolId, from, to } of await readOwnership(db, EVER, ids)) {
    const list = stays.get(cardId) ?? [];
    list.push({ from, to: to ?? Infinity, poolId });
    stays.set(cardId, list);
  }
  return cards.map((card) => {
    const pool = pools.get(card.poolId);
    if (!pool) throw new Error(`card ${card.uuid} stands in pool ${card.poolId}, which is not there`);
    const { id, uuid, node, position, modelName, driver, migProfiles, firstSeen: ownedFrom, source } = card;
    const stood = stays.get(id) ?? [];
    return { id, uuid, pool, node, position, modelName, driver, migProfiles, ownedFrom, stays: stood, source };
  });
}
