import type { Database } from "../../../db/database.ts";
import type { Tier } from "../../../db/model/tier.ts";
import { readTierDays } from "../../../db/store/ledger-reads.ts";
import { type DayNos, dayBorders } from "../../domain/usage/calendar.ts";
import { createDayBook, type DayBook } from "./day-book.ts";
import type { TierDays } from "./ledger-facts.ts";

/** What the tables say of cost. */
export type CostsPort = DayBook & {
  /** The tier each pool had when each day ended, or has now; null = it had not been judged yet. */
  tiers(days: DayNos, zone: string): Promise<TierDays>;
};

export function createCosts(db: Database): CostsPort {
  return {
    ...createDayBook(db),
    async tiers(days, zone) {
      const events = await readTierDays(db, dayBorders(days, zone).slice(1));
      const byPool = new Map<number, (Tier | null)[]>();
      for (const { poolId, place, tier } of events) {
        const tiers = byPool.get(poolId) ?? Array.from({ length: days.to - days.from }, () => null);
        byPool.set(poolId, tiers.fill(tier, place)); // until the next change
      }
      return { at: (place, poolId) => byPool.get(poolId)?.[place] ?? null };
    },
  };
}
