import "../../../tools/seed.ts";
import fc from "fast-check";
import { TIERS, type TierLadder, type TierVerdict } from "../../../../db/model/tier.ts";
import { judgeTiers } from "../../../../server/domain/tiers/ladder.ts";
import { DEFAULT_LADDER, type Offer } from "../../../../server/domain/tiers/offer.ts";

/** The laws of the ladder, over any implementation: the real one obeys them, each mutant breaks one. */
export type Judge = (offers: readonly Offer[], ladder: TierLadder) => ReadonlyMap<number, TierVerdict>;
export const REAL: Judge = judgeTiers;

export const anOffer = (over: Partial<Offer> = {}): Offer => ({
  poolId: 1,
  model: "A100-80G-SXM",
  cardClass: "80G",
  index: { index: 1, from: "benchmark", source: "lab" },
  isSpot: false,
  currency: "CNY",
  hourlyMicro: 10_000_000n,
  unratedCurrency: null,
  isPaid: false,
  paidTo: null,
  isList: false,
  availability: 1,
  interruptionsPer1000h: null,
  override: null,
  ...over,
});

/** Numbers no honest source says, among them: the ladder is asked about whatever the tables hold. */
const wild = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0.01, max: 12, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1e-12, -1, Number.NaN, Number.POSITIVE_INFINITY) },
);
const money = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt({ min: 1n, max: 60_000_000n }) },
  { weight: 2, arbitrary: fc.constantFrom(10_000_000n, 12_000_000n, 20_000_000n) }, // ties and borders
  { weight: 1, arbitrary: fc.constantFrom(0n, -5n) },
);

const offer: fc.Arbitrary<Offer> = fc
  .record({
    cardClass: fc.constantFrom("80G" as const, "24G" as const, "unknown" as const),
    index: fc.option(fc.record({ index: wild, from: fc.constant("data_sheet" as const), source: fc.constant("s") })),
    isSpot: fc.boolean(),
    price: fc.oneof(
      { weight: 5, arbitrary: fc.record({ hourlyMicro: money, unratedCurrency: fc.constant(null) }) },
      fc.constant({ hourlyMicro: null, unratedCurrency: null }),
      fc.constant({ hourlyMicro: null, unratedCurrency: "USD" }),
    ),
    paidTo: fc.option(fc.constant(2_000_000_000_000), { freq: 1 }),
    availability: fc.option(fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true }), wild)),
    interruptionsPer1000h: fc.option(wild),
    override: fc.option(
      fc.record({ tier: fc.constantFrom(...TIERS), owner: fc.constant("ann"), reason: fc.string(), to: fc.nat() }),
      { freq: 1 },
    ),
  })
  .map(({ price, paidTo, ...rest }) => anOffer({ ...rest, ...price, paidTo, isPaid: paidTo !== null }));

export const ladders: fc.Arbitrary<TierLadder> = fc
  .record({ p1: fc.double({ min: 1, max: 3, noNaN: true }), more: fc.double({ min: 0, max: 5, noNaN: true }) })
  .chain(({ p1, more }) =>
    fc.record({
      p1Ratio: fc.constant(p1),
      p2Ratio: fc.constant(p1 + more),
      spotRestartHours: fc.double({ min: 0, max: 10, noNaN: true }),
      spotInterruptionsPer1000h: fc.double({ min: 0, max: 500, noNaN: true }),
      leastAvailability: fc.double({ min: 0, max: 1, noNaN: true }),
      workload: fc.constant(DEFAULT_LADDER.workload),
    }),
  );

const boards = fc
  .array(offer, { minLength: 1, maxLength: 12 })
  .map((offers) => offers.map((one, i) => ({ ...one, poolId: i + 1 })));

/** Every offer gets one tier of the ladder with a reason, and nothing else gets one. */
export const total = (judge: Judge) =>
  fc.property(boards, ladders, (offers, ladder) => {
    const verdicts = judge(offers, ladder);
    if (verdicts.size !== offers.length) return false;
    return offers.every(({ poolId }) => {
      const verdict = verdicts.get(poolId);
      return verdict !== undefined && TIERS.includes(verdict.tier) && verdict.reasons.length > 0;
    });
  });

/** The same question has the same answer, also after others were asked. */
export const deterministic = (judge: Judge) =>
  fc.property(boards, boards, ladders, (offers, others, ladder) => {
    const first = spell(judge(offers, ladder));
    judge(others, ladder);
    return spell(judge(structuredClone(offers), ladder)) === first;
  });

export const orderFree = (judge: Judge) =>
  fc.property(boards, ladders, fc.infiniteStream(fc.nat()), (offers, ladder, stream) => {
    const shuffled = offers
      .map((one) => ({ one, at: stream.next().value as number }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);
    return spell(judge(offers, ladder)) === spell(judge(shuffled, ladder));
  });

/** A cheaper equal offer is never in a worse tier: neither beside the dearer one nor in its place. */
export const monotone = (judge: Judge) =>
  fc.property(boards, offer, money, money, ladders, (others, one, a, b, ladder) => {
    const [low, high] = a < b ? [a, b] : [b, a];
    const priced = { ...one, unratedCurrency: null };
    const cheap = { ...priced, poolId: 101, hourlyMicro: low };
    const dear = { ...priced, poolId: 102, hourlyMicro: high };
    const beside = judge([...others, cheap, dear], ladder);
    if (beside.get(101)!.tier > beside.get(102)!.tier) return false;
    const alone = (offer: Offer) => judge([...others, offer], ladder).get(offer.poolId)!.tier;
    return alone(cheap) <= alone(dear);
  });

/** Money in another unit gives the same tiers: nothing in the ladder knows what a yuan is. */
export const scaleFree = (judge: Judge) =>
  fc.property(boards, ladders, fc.bigInt({ min: 1n, max: 1_000_003n }), (offers, ladder, k) => {
    const scaled = offers.map((one) => ({
      ...one,
      hourlyMicro: one.hourlyMicro === null ? null : one.hourlyMicro * k,
    }));
    const tiers = (verdicts: ReadonlyMap<number, TierVerdict>) =>
      [...verdicts].map(([id, { tier }]) => [id, tier]).join();
    return tiers(judge(offers, ladder)) === tiers(judge(scaled, ladder));
  });

/** A price without a rate says so, has no effective price, is nobody's measure, and buys no tier. */
export const ratesAreNeverSilent = (judge: Judge) =>
  fc.property(boards, ladders, (offers, ladder) => {
    const verdicts = judge(offers, ladder);
    const best = new Set([...verdicts.values()].map(({ bestPoolId }) => bestPoolId));
    return offers
      .filter(({ unratedCurrency }) => unratedCurrency !== null)
      .every(({ poolId, isPaid, cardClass, override }) => {
        const { tier, reasons, effectiveMicro } = verdicts.get(poolId)!;
        const isSaid = reasons.some(({ key, text }) => key === "no_rate" && text === "USD");
        const mayBeBetter = override !== null || (isPaid && cardClass !== "unknown");
        return isSaid && effectiveMicro === null && !best.has(poolId) && (mayBeBetter || tier === 3);
      });
  });

/** The figures of "what would change it" are true: at that price, and not a millionth beyond, the tier is the one said. */
export const changesAreTrue = (judge: Judge) =>
  fc.property(boards, ladders, (offers, ladder) => {
    const verdicts = judge(offers, ladder);
    return offers.every((one) =>
      verdicts.get(one.poolId)!.wouldChange.every(({ key, micro, tier }) => {
        if (micro === null) return true;
        const at = (hourlyMicro: bigint) => {
          const wished = offers.map((o) => (o === one ? { ...o, hourlyMicro, unratedCurrency: null } : o));
          return judge(wished, ladder).get(one.poolId)!.tier;
        };
        return key === "price_above" ? at(BigInt(micro) + 1n) >= tier : at(BigInt(micro)) <= tier;
      }),
    );
  });

const spell = (verdicts: ReadonlyMap<number, TierVerdict>): string =>
  JSON.stringify([...verdicts].sort(([a], [b]) => a - b));
