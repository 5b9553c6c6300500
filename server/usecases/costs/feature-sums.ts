import type { CostChoice, StateMoney } from "../../../db/model/ledger-views.ts";
import type { Micro } from "../../../db/model/money.ts";
import { type EstimateParts, NO_ESTIMATE } from "../../domain/ledger/estimate.ts";
import { addMoney, type CountedUnits, type MoneyParts } from "../../domain/ledger/margin.ts";
import { SHARED_KINDS } from "../../domain/ledger/shares.ts";
import type { UnitsDay } from "../usage/usage-port.ts";
import { type FeatureDayShare, type Owners, ownersOf, sharesOf } from "./day-shares.ts";
import { GroupSums } from "./group-sums.ts";
import type { LedgerDay, LedgerFacts } from "./ledger-facts.ts";
import type { UsageDays } from "./usage-days.ts";

/** What features cost and earned in the days of a question, under a choice. */
export type FeatureSums = {
  readonly facts: LedgerFacts;
  readonly choice: CostChoice;
  readonly owners: Owners;
  readonly usage: UsageDays;
};

export const featureSums = (facts: LedgerFacts, choice: CostChoice, usage: UsageDays): FeatureSums => ({
  facts,
  choice,
  owners: ownersOf(facts),
  usage,
});

/** The money of a feature's shares: what nobody used comes to `shared` in one sum. */
export const sharedMicro = ({ shared }: FeatureDayShare): Micro =>
  SHARED_KINDS.reduce((sum, kind) => sum + shared[kind], 0n);

/** One feature on one day. @param lines its lines that day, for the estimate; null = it has none */
export function dayParts(
  { usage, choice, owners }: FeatureSums,
  featureId: number,
  dayNo: number,
  day: LedgerDay | null,
  time: EstimateParts,
): MoneyParts {
  const share = day === null ? undefined : sharesOf(day, choice, owners).features.get(featureId);
  const units = usage.units(featureId, dayNo);
  const revenueMicro = usage.revenue(featureId, dayNo);
  return {
    directMicro: share?.directMicro ?? 0n,
    sharedMicro: share === undefined ? 0n : sharedMicro(share),
    otherMicro: usage.otherCost(featureId, dayNo),
    revenueMicro,
    units: units === null ? null : countedUnits(units),
    estimate: {
      ...time,
      countedMs: units?.coveredMs ?? 0,
      expectedMs: units?.expectedMs ?? 0,
      hasRevenue: revenueMicro !== null,
    },
  };
}

/** null = its source said nothing of the day. */
function countedUnits({ okMicro, failedMicro, others }: UnitsDay): CountedUnits | null {
  if (okMicro === null && failedMicro === null && others.length === 0) return null;
  const bySource = new Map<string, Micro>();
  for (const { source, okMicro: ok } of others) bySource.set(source, (bySource.get(source) ?? 0n) + ok);
  return { okMicro: okMicro ?? 0n, failedMicro, others: bySource };
}

/** A feature over all days, and its cost on each of them. */
export type FeatureTotal = {
  readonly parts: MoneyParts;
  readonly costByDay: readonly (Micro | null)[]; // null = no line that day
};

/** @param time by state and estimate of its lines in all days */
export function featureTotal(sums: FeatureSums, featureId: number, time: EstimateParts): FeatureTotal {
  const { facts } = sums;
  const days = new Map(facts.days.map((day) => [day.place, day]));
  const parts = facts.asked.texts.map((_, place) =>
    dayParts(sums, featureId, facts.asked.from + place, days.get(place) ?? null, NO_ESTIMATE),
  );
  const total = addMoney(parts);
  return {
    parts: {
      ...total,
      estimate: {
        ...time,
        countedMs: total.estimate.countedMs,
        expectedMs: total.estimate.expectedMs,
        hasRevenue: total.estimate.hasRevenue,
        unconverted: [...new Set([...time.unconverted, ...sums.usage.unconverted(featureId)])].toSorted(),
      },
    },
    costByDay: parts.map((one, place) => {
      const day = days.get(place);
      if (day === undefined || !sharesOf(day, sums.choice, sums.owners).features.has(featureId)) return null;
      return one.directMicro + one.sharedMicro + one.otherMicro;
    }),
  };
}

/** What lines of features rest on, and their time: one group a feature, in the order of `featureIds`. */
export function timeSums(facts: LedgerFacts, featureIds: readonly number[]): GroupSums {
  const groups = new Map(featureIds.map((id, i) => [id, i]));
  const sums = new GroupSums(facts, featureIds.length);
  for (const day of facts.days)
    for (let line = 0; line < day.lines.count; line++) {
      const group = groups.get(day.lines.featureId[line]!);
      if (group !== undefined) sums.addLine(group, day, line);
    }
  return sums;
}

/** Busy ÷ held. null = it held nothing. */
export function utilisation({ ms: [busy = 0, idle = 0, starting = 0] }: StateMoney): number | null {
  const held = busy + idle + starting;
  return held > 0 ? busy / held : null;
}
