import type { Micro } from "../../../db/model/money.ts";
import type { Tier } from "../../../db/model/tier.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import {
  type CardBehind,
  type DifferenceSum,
  type HeldBehind,
  type LinesAsked,
  type ProvenLine,
  readCardsBehind,
  readDifferences,
  readHoldersBehind,
  readHoldersSince,
  readLineSums,
  readProvenLines,
} from "../../../db/store/ledger-proof.ts";
import { type BookedSum, readBookedSums, readTierDays } from "../../../db/store/ledger-reads.ts";
import { type DayNos, dayBorders } from "../../domain/usage/calendar.ts";
import { createDayBook, type DayBook, type DayBookParts } from "./day-book.ts";
import type { TierDays } from "./ledger-facts.ts";

/** What the tables say of cost. */
export type CostsPort = DayBook & {
  /** The tier each pool had when each day ended, or has now; null = it had not been judged yet. */
  tiers(days: DayNos, zone: string): Promise<TierDays>;
  /** What stands behind a sum: see db/store/ledger-proof.ts. */
  lineSums(
    asked: LinesAsked,
  ): Promise<readonly { readonly priceId: number; readonly lines: number; readonly micro: Micro }[]>;
  lines(asked: LinesAsked, page: { readonly limit: number; readonly offset?: number }): Promise<readonly ProvenLine[]>;
  cards(
    asked: LinesAsked,
    until: number,
    limit: number,
  ): Promise<{ readonly cards: readonly CardBehind[]; readonly count: number }>;
  holders(asked: LinesAsked, limit: number): Promise<readonly HeldBehind[]>;
  /** The first hour holders are kept of; null = of none. */
  holdersSince(): Promise<UnixMs | null>;
  differences(asked: LinesAsked, limit: number): Promise<readonly DifferenceSum[]>;
  /** Lines of whole hours by pool: see readBookedSums. */
  bookedSums(borders: readonly number[], poolIds: readonly number[] | null): Promise<readonly BookedSum[]>;
};

export function createCosts(parts: DayBookParts): CostsPort {
  const { db } = parts;
  return {
    ...createDayBook(parts),
    async tiers(days, zone) {
      const events = await readTierDays(db, dayBorders(days, zone).slice(1));
      const byPool = new Map<number, (Tier | null)[]>();
      for (const { poolId, place, tier } of events) {
        const tiers = byPool.get(poolId) ?? Array.from({ length: days.to - days.from }, () => null);
        byPool.set(poolId, tiers.fill(tier, place)); // until the next change
      }
      return { at: (place, poolId) => byPool.get(poolId)?.[place] ?? null };
    },
    lineSums: (asked) => readLineSums(db, asked),
    lines: (asked, page) => readProvenLines(db, asked, page),
    cards: (asked, until, limit) => readCardsBehind(db, asked, until, limit),
    holders: (asked, limit) => readHoldersBehind(db, asked, limit),
    holdersSince: () => readHoldersSince(db),
    differences: (asked, limit) => readDifferences(db, asked, limit),
    bookedSums: (borders, poolIds) => readBookedSums(db, borders, poolIds),
  };
}
