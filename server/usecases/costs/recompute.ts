import type { ProofQuestion, Recomputed } from "../../../db/model/ledger-views.ts";
import { type Micro, microOf, microText } from "../../../db/model/money.ts";
import type { LinesAsked, PoolStretch } from "../../../db/store/ledger-proof.ts";
import { hourStart } from "../../../db/store/steps.ts";
import { ServiceError } from "../../errors.ts";
import { ledgerFacts } from "./ledger-facts.ts";
import { linesAsked } from "./proof-lines.ts";
import type { CostDeps } from "./ports.ts";

/** Pool-hours worked out in one answer: half a minute on two cores. */
const MOST_POOL_HOURS = 60_000;
const MOST_NAMED = 20;

/**
 * The sum of a proof, worked out anew from cards, prices and holders. Nothing is written.
 * @throws ServiceError invalid when it is more than one answer can take
 */
export async function costRecompute(deps: CostDeps, question: ProofQuestion): Promise<Recomputed> {
  const facts = await ledgerFacts(deps, question.range);
  const tiers = await deps.costs.tiers(facts.asked, facts.zone);
  const asked = linesAsked(facts, tiers, question.filter);
  const poolHours = asked.stretches.reduce((all, { fromHour, toHour }) => all + toHour - fromHour, 0);
  if (poolHours > MOST_POOL_HOURS)
    throw new ServiceError(
      "invalid",
      `${poolHours} hours of pools stand behind this figure, ${MOST_POOL_HOURS} can be worked out at once: ask for fewer days, or for one pool`,
    );
  const parts: Recomputed[] = [];
  for (const { window, poolIds } of together(asked)) {
    const { featureIds, states } = asked;
    parts.push(await deps.ledger.recompute({ window, poolIds, featureIds, states }));
  }
  return {
    hours: parts.reduce((all, { hours }) => all + hours, 0),
    storedMicro: added(parts.map(({ storedMicro }) => storedMicro)),
    recomputedMicro: added(parts.map(({ recomputedMicro }) => recomputedMicro)),
    isEqual: parts.every(({ isEqual }) => isEqual),
    differing: parts.flatMap(({ differing }) => differing).slice(0, MOST_NAMED),
    notKept: parts.reduce((all, { notKept }) => all + notKept, 0),
  };
}

/** Pools with the same hours are asked about together. */
function together({ stretches }: LinesAsked) {
  const byHours = new Map<string, PoolStretch[]>();
  for (const stretch of stretches) {
    const key = `${stretch.fromHour} ${stretch.toHour}`;
    byHours.set(key, [...(byHours.get(key) ?? []), stretch]);
  }
  return [...byHours.values()].map((same) => ({
    window: { from: hourStart(same[0]!.fromHour), to: hourStart(same[0]!.toHour) },
    poolIds: same.map(({ poolId }) => poolId),
  }));
}

type Sums = Recomputed["storedMicro"];

function added(all: readonly Sums[]): Sums {
  const sums = new Map<string, Micro>();
  for (const { currency, micro } of all.flat()) sums.set(currency, (sums.get(currency) ?? 0n) + microOf(micro));
  return [...sums]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, micro]) => ({ currency, micro: microText(micro) }));
}
