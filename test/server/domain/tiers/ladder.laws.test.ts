import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TierVerdict } from "../../../../db/model/tier.ts";
import * as laws from "./laws.ts";

const { REAL } = laws;
const LAWS: Readonly<Record<string, (judge: laws.Judge) => fc.IRawProperty<unknown>>> = {
  "gives every offer a tier and a reason": laws.total,
  "answers the same question alike": laws.deterministic,
  "does not depend on the order of the offers": laws.orderFree,
  "never puts a cheaper equal offer into a worse tier": laws.monotone,
  "does not depend on the unit of money": laws.scaleFree,
  "never passes over a missing rate": laws.ratesAreNeverSilent,
  "says truly at which price the tier would change": laws.changesAreTrue,
};

describe("the ladder", () => {
  test.each(Object.entries(LAWS))("%s", async (_, law) => {
    await fc.assert(law(REAL), { numRuns: 1_000 });
  });
});

type Verdicts = ReadonlyMap<number, TierVerdict>;
const edit = (verdicts: Verdicts, change: (verdict: TierVerdict, id: number) => TierVerdict): Verdicts =>
  new Map([...verdicts].map(([id, verdict]) => [id, change(verdict, id)]));

let asked = 0;

/** A wrong ladder that somebody could write, and the law that must catch it. */
const MUTANTS: readonly (readonly [string, (judge: laws.Judge) => fc.IRawProperty<unknown>, laws.Judge])[] = [
  [
    "pools without a price are left out",
    laws.total,
    (offers, ladder) =>
      REAL(
        offers.filter(({ hourlyMicro }) => hourlyMicro !== null),
        ladder,
      ),
  ],
  [
    "a verdict without a reason",
    laws.total,
    (offers, ladder) => edit(REAL(offers, ladder), (one) => ({ ...one, reasons: one.reasons.slice(1) })),
  ],
  [
    "what was asked before is remembered",
    laws.deterministic,
    (offers, ladder) => edit(REAL(offers, ladder), (one) => ({ ...one, since: asked++ })),
  ],
  [
    "of equal best offers the one named first is the best",
    laws.orderFree,
    (offers, ladder) => {
      const first = offers.find(({ hourlyMicro }) => hourlyMicro === 10_000_000n)?.poolId ?? null;
      return edit(REAL(offers, ladder), (one) => ({ ...one, bestPoolId: first }));
    },
  ],
  [
    "the dearest offer is the measure",
    laws.monotone,
    (offers, ladder) => {
      const flipped = offers.map((one) => ({
        ...one,
        hourlyMicro:
          one.hourlyMicro === null || one.hourlyMicro <= 0n ? one.hourlyMicro : 60_000_001n - one.hourlyMicro,
      }));
      return REAL(flipped, ladder);
    },
  ],
  [
    "a price of nothing counts as no price",
    laws.monotone,
    (offers, ladder) =>
      REAL(
        offers.map((one) => (one.hourlyMicro !== null && one.hourlyMicro <= 0n ? { ...one, hourlyMicro: null } : one)),
        ladder,
      ),
  ],
  [
    "within three yuan is as good as the best",
    laws.scaleFree,
    (offers, ladder) =>
      edit(REAL(offers, ladder), (one) =>
        one.effectiveMicro !== null &&
        one.bestMicro !== null &&
        BigInt(one.effectiveMicro) - BigInt(one.bestMicro) <= 3_000_000n &&
        one.reasons.every(({ key }) => key !== "override")
          ? { ...one, tier: 0 }
          : one,
      ),
  ],
  [
    "a currency without a rate counts as our own",
    laws.ratesAreNeverSilent,
    (offers, ladder) =>
      REAL(
        offers.map((one) =>
          one.unratedCurrency === null ? one : { ...one, hourlyMicro: 1_000_000n, unratedCurrency: null },
        ),
        ladder,
      ),
  ],
  [
    "a price without a rate counts as no price",
    laws.ratesAreNeverSilent,
    (offers, ladder) =>
      REAL(
        offers.map((one) => ({ ...one, unratedCurrency: null })),
        ladder,
      ),
  ],
  [
    "prices that would change the tier are measured by the best offer, itself or not",
    laws.changesAreTrue,
    (offers, ladder) =>
      edit(REAL(offers, ladder), (one) => ({
        ...one,
        wouldChange: one.wouldChange.map((change) =>
          change.micro === null ? change : { ...change, micro: one.bestMicro ?? change.micro },
        ),
      })),
  ],
];

describe("its laws catch", () => {
  test.each(MUTANTS)("%s", async (_, law, wrong) => {
    const { failed } = await fc.check(law(wrong), { numRuns: 2_000, endOnFailure: true });
    expect(failed).toBe(true);
  });
});
