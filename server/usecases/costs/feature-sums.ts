import type { Clock } from "../../../db/model/clock.ts";
import type { CostChoice, StateMoney } from "../../../db/model/ledger-views.ts";
import type { Micro } from "../../../db/model/money.ts";
import { type EstimateParts, NO_ESTIMATE } from "../../domain/ledger/estimate.ts";
import type { CountedUnits, MoneyParts } from "../../domain/ledger/margin.ts";
import { inPieces } from "../../ingest/pieces.ts";
import type { UnitsDay } from "../usage/usage-port.ts";
import { type DayShares, ownersOf, sharedMicro, sharesOf } from "./day-shares.ts";
import { eachDay, type LedgerFacts } from "./ledger-facts.ts";
import type { UsageDays } from "./usage-days.ts";

/** What features cost and earned in the days of a question, under a choice. */
export type FeatureSums = {
  readonly facts: LedgerFacts;
  readonly choice: CostChoice;
  readonly usage: UsageDays;
  readonly shares: readonly (DayShares | null)[]; // by place of the day; null = no line that day
};

export async function featureSums(
  facts: LedgerFacts,
  choice: CostChoice,
  usage: UsageDays,
  clock: Clock,
): Promise<FeatureSums> {
  const owners = ownersOf(facts);
  const shares: (DayShares | null)[] = facts.asked.texts.map(() => null);
  await inPieces(
    eachDay(facts.days, (day) => (shares[day.place] = sharesOf(day, choice, owners))),
    clock,
  );
  return { facts, choice, usage, shares };
}

/** One feature on one day. @param time what its lines of the day rest on */
export function dayParts(
  { usage, shares }: FeatureSums,
  featureId: number,
  place: number,
  time: EstimateParts = NO_ESTIMATE,
): MoneyParts {
  const share = shares[place]?.features.get(featureId);
  const units = usage.units(featureId, place);
  const revenueMicro = usage.revenue(featureId, place);
  return {
    directMicro: share?.directMicro ?? 0n,
    sharedMicro: share === undefined ? 0n : sharedMicro(share),
    otherMicro: usage.otherCost(featureId, place),
    revenueMicro,
    units: units === null ? null : addUnits([units]),
    estimate: {
      ...time,
      countedMs: units?.coveredMs ?? 0,
      expectedMs: units?.expectedMs ?? 0,
      hasRevenue: revenueMicro !== null,
      unbookedDays: shares[place] === null ? 1 : 0,
    },
  };
}

/** A feature over all days, and its cost on each of them. */
export type FeatureTotal = {
  readonly parts: MoneyParts;
  readonly costByDay: readonly (Micro | null)[]; // null = no line that day, and no other cost
};

/** @param time what its lines of all days rest on */
export function featureTotal(
  { facts, shares, usage }: FeatureSums,
  featureId: number,
  time: EstimateParts,
): FeatureTotal {
  const sum = { direct: 0n, shared: 0n, other: 0n, countedMs: 0, expectedMs: 0, unbookedDays: 0 };
  const said: UnitsDay[] = [];
  let revenueMicro: Micro | null = null;
  const costByDay = facts.asked.texts.map((_, place): Micro | null => {
    const share = shares[place]?.features.get(featureId);
    const [direct, shared] = share === undefined ? [0n, 0n] : [share.directMicro, sharedMicro(share)];
    const other = usage.otherCost(featureId, place);
    const earned = usage.revenue(featureId, place);
    const units = usage.units(featureId, place);
    sum.direct += direct;
    sum.shared += shared;
    sum.other += other;
    if (shares[place] === null && (earned !== null || other !== 0n)) sum.unbookedDays++;
    if (earned !== null) revenueMicro = (revenueMicro ?? 0n) + earned;
    if (units !== null) said.push(units);
    return share === undefined && other === 0n ? null : direct + shared + other;
  });
  for (const { coveredMs, expectedMs } of said) {
    sum.countedMs += coveredMs;
    sum.expectedMs += expectedMs;
  }
  return {
    parts: {
      directMicro: sum.direct,
      sharedMicro: sum.shared,
      otherMicro: sum.other,
      revenueMicro,
      units: addUnits(said),
      estimate: {
        ...time,
        countedMs: sum.countedMs,
        expectedMs: sum.expectedMs,
        hasRevenue: revenueMicro !== null,
        unbookedDays: sum.unbookedDays,
        unconverted: [...new Set([...time.unconverted, ...usage.unconverted(featureId)])].toSorted(),
      },
    },
    costByDay,
  };
}

/** null = its source said nothing of any day. */
function addUnits(days: readonly UnitsDay[]): CountedUnits | null {
  let sum: { okMicro: Micro; failedMicro: Micro | null; readonly others: Map<string, Micro> } | null = null;
  for (const { okMicro, failedMicro, others } of days) {
    if (okMicro === null && failedMicro === null && others.length === 0) continue;
    sum ??= { okMicro: 0n, failedMicro: null, others: new Map() };
    sum.okMicro += okMicro ?? 0n;
    if (failedMicro !== null) sum.failedMicro = (sum.failedMicro ?? 0n) + failedMicro;
    for (const { source, okMicro: ok } of others) sum.others.set(source, (sum.others.get(source) ?? 0n) + ok);
  }
  return sum;
}

/** Busy ÷ held. null = it held nothing. */
export function utilisation({ ms: [busy = 0, idle = 0, starting = 0] }: StateMoney): number | null {
  const held = busy + idle + starting;
  return held > 0 ? busy / held : null;
}
