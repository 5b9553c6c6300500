import { FIELD, FIELD_COUNT, type CardField } from "../../db/model/card-fields.ts";
import type { CardFrame, CardSighting, Holder } from "../../db/model/frame.ts";
import type { Place } from "../../db/model/fleet.ts";
import { unixMs } from "../../db/model/units.ts";

export const PLACE: Place = { vendor: "cloud-a", region: "sh-1", zone: "sh-1a", cluster: "c1", billing: "monthly" };

export function sighting(uuid: string, more: Partial<CardSighting> = {}): CardSighting {
  return {
    uuid,
    modelName: "NVIDIA A10",
    node: "node-1",
    position: `pci-${uuid}`,
    driver: "550.127.08",
    migProfiles: [],
    holders: [],
    ...more,
  };
}

export const pod = (name: string, share = 1): Holder => ({
  namespace: "ns",
  pod: name,
  container: "c",
  podUid: "",
  share,
});

export type Said = Partial<Record<CardField, number>>;

/** A frame that says the same of each card, or a list of what it says of each. */
export function frame(
  origin: string,
  at: number,
  cards: readonly CardSighting[],
  said: Said | readonly Said[],
  reachMs = 30_000,
): CardFrame {
  const values = new Float64Array(cards.length * FIELD_COUNT).fill(NaN);
  cards.forEach((_, row) => {
    const of = Array.isArray(said) ? (said as readonly Said[])[row]! : (said as Said);
    for (const [name, value] of Object.entries(of)) values[row * FIELD_COUNT + FIELD[name as CardField]] = value;
  });
  return { kind: "frame", origin, at: unixMs(at), reachMs, place: PLACE, cards, values, xidCounts: [] };
}
