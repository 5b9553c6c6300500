import type { CardToKnow, KnownCard, RegistryStore } from "../../server/ingest/card-registry.ts";

/** The rest of a registry's store, for tests in which no card is ever given back. */
export const NO_RETURNS: Pick<RegistryStore, "loadReturned" | "noteReturned" | "loadCard"> = {
  loadReturned: async () => new Map(),
  noteReturned: async () => undefined,
  loadCard: async () => undefined,
};

/** What card_ownership would hold after a sighting in a pool, for stores in memory. */
export function staysAfter(before: KnownCard | undefined, card: CardToKnow, poolId: number): KnownCard["stays"] {
  const last = before?.stays.at(-1);
  if (!before || !last) return [{ from: card.firstSeenAt, to: Infinity, poolId }];
  const stays = before.stays.map((s, i) => (i === 0 ? { ...s, from: Math.min(s.from, card.firstSeenAt) } : s));
  if (last.poolId === poolId || card.seenAt <= last.from) return stays;
  return [...stays.slice(0, -1), { ...stays.at(-1)!, to: card.seenAt }, { from: card.seenAt, to: Infinity, poolId }];
}
