import type { CardModel } from "../../../db/model/card-models.ts";
import type { CardClass } from "../../../db/model/tier.ts";

/** Classes by the least memory of a card in them, GB. The sizes cards are sold in (facts/cards.md). */
const LEAST_MEMORY: readonly (readonly [number, CardClass])[] = [
  [96, "96G+"],
  [80, "80G"],
  [64, "64G"],
  [48, "48G"],
  [32, "32G"],
  [24, "24G"],
  [16, "16G"],
];

/**
 * Which cards a card competes with: those of the largest class whose memory it has in full. A 40 GB card is 32G, since
 * what needs 48 GB does not run on it. "unknown" for a stranger and for a card below 16 GB.
 */
export function cardClassOf(model: CardModel | null): CardClass {
  const memoryGB = model?.memoryGB ?? 0;
  return LEAST_MEMORY.find(([least]) => memoryGB >= least)?.[1] ?? "unknown";
}
