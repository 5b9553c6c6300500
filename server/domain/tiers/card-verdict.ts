import type { TierVerdict } from "../../../db/model/tier.ts";

/**
 * The tier of one card: its pool's, unless it is in fault. Such a card takes no work at any price, so it is P3 with the
 * fault as the first reason; the pool's reasons stay readable after it.
 */
export function cardVerdict(pool: TierVerdict, isInFault: boolean): TierVerdict {
  if (!isInFault) return pool;
  return { ...pool, tier: 3, reasons: [{ key: "fault", value: null, text: "" }, ...pool.reasons], wouldChange: [] };
}
