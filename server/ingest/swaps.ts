import type { CardFrame } from "../../db/model/frame.ts";
import type { CardToKnow, KnownCard } from "./card-registry.ts";

type Spot = { readonly pool: KnownCard["pool"] | CardToKnow["pool"]; readonly node: string; readonly position: string };

/** The place of one card: two clusters may both have a "gpu-1". */
export const spotKey = ({ pool, node, position }: Spot): string =>
  [pool.vendor, pool.region, pool.zone, pool.cluster, node, position].join("\u0000");

export type Standing = {
  /** UUIDs of cards that stand at a spot. */
  at(key: string): ReadonlySet<string>;
  known(uuid: string): KnownCard | undefined;
  isHeard(uuid: string, exceptOrigin: string, at: number): boolean;
};

/**
 * Finds who took whose place. A position holds one card: when a newcomer is named at a position, a card that stood there
 * and that nobody names any more was swapped out. Where both still speak (two hosts that call themselves alike, two
 * exporters that number alike) neither replaced the other.
 *
 * Sightings come in any order: of a card first read in the past, the one that stands there since is the successor.
 */
export function findReplaced(
  wanted: readonly CardToKnow[],
  frames: readonly CardFrame[],
  standing: Standing,
): CardToKnow[] {
  if (wanted.length === 0) return [];
  const last = new Map<string, CardFrame>();
  for (const frame of frames) for (const { uuid } of frame.cards) last.set(uuid, frame);
  const batch = new Map<string, string[]>();
  for (const card of wanted) {
    const key = spotKey(card);
    batch.set(key, [...(batch.get(key) ?? []), card.uuid]);
  }
  return wanted.map((card) => {
    if (!isNewcomer(card, standing.known(card.uuid))) return card;
    const key = spotKey(card);
    const others = new Set([...standing.at(key), ...(batch.get(key) ?? [])]);
    others.delete(card.uuid);
    const replaces = [...others].filter((uuid) => {
      const other = standing.known(uuid);
      const otherFrom = other?.stays.at(-1)?.from ?? wanted.find((w) => w.uuid === uuid)?.firstSeenAt ?? Infinity;
      const [earlier, later] = otherFrom <= card.firstSeenAt ? [uuid, card.firstSeenAt] : [card.uuid, otherFrom];
      if ((last.get(earlier)?.at ?? -Infinity) >= later) return false;
      return !standing.isHeard(earlier, last.get(card.uuid)?.origin ?? "", later);
    });
    return replaces.length === 0 ? card : { ...card, replaces };
  });
}

/** New here: never seen, back, or moved. Numbers of cards shift when one drops, so a number alone proves no move. */
function isNewcomer(card: CardToKnow, known: KnownCard | undefined): boolean {
  if (card.node === "" || card.position === "") return false;
  if (known === undefined || known.stays.at(-1)?.to !== Infinity) return true;
  if (spotKey(known) === spotKey(card)) return card.firstSeenAt < known.ownedFrom; // read further back into its past
  return !card.position.startsWith("index:");
}
