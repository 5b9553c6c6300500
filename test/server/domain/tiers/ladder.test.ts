import { describe, expect, test } from "vitest";
import type { Tier } from "../../../../db/model/tier.ts";
import { cardVerdict } from "../../../../server/domain/tiers/card-verdict.ts";
import { judgeTiers } from "../../../../server/domain/tiers/ladder.ts";
import { DEFAULT_LADDER, type Offer } from "../../../../server/domain/tiers/offer.ts";
import { anOffer } from "./laws.ts";

const yuan = (n: number): bigint => BigInt(Math.round(n * 1_000_000));
/** Judged beside a pool at 10.00 of the same class, which is the best unless the offer is better. */
const beside = (over: Partial<Offer>) =>
  judgeTiers([anOffer({ poolId: 2, hourlyMicro: yuan(10) }), anOffer(over)], DEFAULT_LADDER).get(1)!;
const said = (over: Partial<Offer>) => beside(over).reasons.map(({ key }) => key);

type Sentence = readonly [string, Partial<Offer>, Tier, readonly string[]];
const SENTENCES: readonly Sentence[] = [
  ["the cheapest is P1", { hourlyMicro: yuan(9) }, 1, ["best_offer"]],
  ["1.2 times the best is P1 still", { hourlyMicro: yuan(12) }, 1, ["ratio"]],
  ["a millionth more is P2", { hourlyMicro: yuan(12) + 1n }, 2, ["ratio"]],
  ["twice the best is P2 still", { hourlyMicro: yuan(20) }, 2, ["ratio"]],
  ["beyond it is P3", { hourlyMicro: yuan(20) + 1n }, 3, ["ratio"]],
  ["a card twice as fast may cost twice as much", { hourlyMicro: yuan(24), index: idx(2) }, 1, ["ratio"]],
  ["half the availability doubles the price, and is unhealthy", half(yuan(10)), 3, ["ratio", "unhealthy"]],
  ["spot at 11.80 is 12.036 with its mark-up", { hourlyMicro: yuan(11.8), isSpot: true }, 2, ["spot_risk", "ratio"]],
  [
    "observed interruptions stand in for the stated ones",
    { hourlyMicro: yuan(11.8), isSpot: true, interruptionsPer1000h: 1 },
    1,
    ["spot_risk", "ratio"],
  ],
  ["inside its term it is P0 at any price", { hourlyMicro: yuan(90), isPaid: true, paidTo: 5 }, 0, ["paid"]],
  ["paid for and unhealthy is P1", { ...half(yuan(10)), isPaid: true, paidTo: 5 }, 1, ["paid", "unhealthy"]],
  ["unpriced is P3", { hourlyMicro: null }, 3, ["unpriced"]],
  ["without a rate it is P3", { hourlyMicro: null, unratedCurrency: "USD" }, 3, ["no_rate"]],
  [
    "paid for without a rate is P0, and says so",
    { hourlyMicro: null, unratedCurrency: "USD", isPaid: true },
    0,
    ["paid", "no_rate"],
  ],
  ["a strange model is P3, also when paid for", { cardClass: "unknown", isPaid: true }, 3, ["unknown_model"]],
  ["a model nobody measured is P3", { index: null }, 3, ["no_index"]],
  ["never available is P3", { availability: 0 }, 3, ["unhealthy"]],
  [
    "a person's word stands above the ladder's",
    { hourlyMicro: yuan(30), override: { tier: 1, owner: "ann", reason: "launch", to: 9 } },
    1,
    ["override", "ratio"],
  ],
];

function idx(index: number): Offer["index"] {
  return { index, from: "benchmark", source: "lab" };
}
function half(hourlyMicro: bigint): Partial<Offer> {
  return { hourlyMicro, availability: 0.5 };
}

describe("the ladder", () => {
  test.each(SENTENCES)("%s", (_, offer, tier, reasons) => {
    expect([beside(offer).tier, said(offer)]).toEqual([tier, reasons]);
  });

  test("a class is measured by itself: a cheap small card is no measure for a large one", () => {
    const small = anOffer({ poolId: 2, cardClass: "24G", hourlyMicro: yuan(1) });
    const verdict = judgeTiers([small, anOffer({ hourlyMicro: yuan(30) })], DEFAULT_LADDER).get(1)!;
    expect([verdict.tier, verdict.reasons[0]?.key]).toEqual([1, "only_offer"]);
  });

  test("what is paid for measures the others: on demand at three times its price is the last resort", () => {
    expect(beside({ hourlyMicro: yuan(30) }).tier).toBe(3);
    const paid = anOffer({ poolId: 2, hourlyMicro: yuan(10), isPaid: true, paidTo: 5 });
    const verdict = judgeTiers([paid, anOffer({ hourlyMicro: yuan(30) })], DEFAULT_LADDER).get(1)!;
    expect([verdict.tier, verdict.bestPoolId]).toEqual([3, 2]);
  });

  test("without a price it says which price would make it P1", () => {
    expect(beside({ hourlyMicro: null, index: idx(2) }).wouldChange).toEqual([
      { tier: 1, key: "price_known", micro: String(yuan(24)), at: null, value: null },
    ]);
  });

  test("a term says what comes after it, an unhealthy pool what it would be", () => {
    expect(beside({ hourlyMicro: yuan(15), isPaid: true, paidTo: 77 }).wouldChange).toEqual([
      { tier: 2, key: "term_ends", micro: null, at: 77, value: null },
    ]);
    expect(beside({ hourlyMicro: yuan(8), availability: 0.8 }).wouldChange[0]).toEqual({
      tier: 1,
      key: "availability",
      micro: null,
      at: null,
      value: 0.9,
    });
  });

  test("a card in fault is P3 with the fault first; its pool's reasons stay readable", () => {
    const pool = beside({ hourlyMicro: yuan(9) });
    expect(cardVerdict(pool, false)).toBe(pool);
    const card = cardVerdict(pool, true);
    expect([card.tier, card.reasons.map(({ key }) => key)]).toEqual([3, ["fault", "best_offer"]]);
  });
});
