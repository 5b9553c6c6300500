import { type Micro, type MicroText, microText } from "../../../db/model/money.ts";
import type { CardClass, Tier, TierLadder, TierReason, TierVerdict, TierWouldChange } from "../../../db/model/tier.ts";
import type { Ratio } from "../pricing/ratio.ts";
import {
  effectivePrice,
  hourlyUpTo,
  isLess,
  nano,
  quotient,
  riskFactor,
  roundMicro,
  timesNano,
  workFactor,
} from "./effective-price.ts";
import type { Offer } from "./offer.ts";

/**
 * The tier of every pool, by pool id, with why. Total: every offer gets one. It depends on nothing but its arguments, nor
 * on their order, nor on the unit of money; an offer that differs from another only by a lower price is never worse.
 *
 * P0 while the pool is paid for: its money is spent whatever happens. Else by the effective price (effective-price.ts)
 * beside the best of the card class, whatever way that one is paid: up to `p1Ratio` times P1, up to `p2Ratio` times P2,
 * beyond it P3. What cannot be compared is P3 and says what is missing. Then an unhealthy pool loses one tier. Last, what
 * a person said holds until it expires. `since` is null: a judgement has no memory.
 */
export function judgeTiers(offers: readonly Offer[], ladder: TierLadder): ReadonlyMap<number, TierVerdict> {
  const priced = offers.map((offer): Priced => {
    const factor = workFactor(offer, ladder);
    const { hourlyMicro: hourly } = offer;
    return { offer, factor, effective: hourly === null || factor === null ? null : effectivePrice(hourly, factor) };
  });
  const classes = measuresOf(priced, { p1: nano(ladder.p1Ratio) ?? 0n, p2: nano(ladder.p2Ratio) ?? 0n });
  return new Map(
    priced.map((one) => [one.offer.poolId, judge(one, classes.get(one.offer.cardClass) ?? NOTHING, ladder)]),
  );
}

type Priced = { readonly offer: Offer; readonly factor: Ratio | null; readonly effective: Ratio | null };
type Comparable = Priced & { readonly factor: Ratio; readonly effective: Ratio };
/** An offer others are measured by: up to `p1` an effective price is P1 beside it, up to `p2` P2. */
type Mark = { readonly poolId: number; readonly effective: Ratio; readonly p1: Ratio; readonly p2: Ratio };
/** What a class is measured by; `second` measures the first. */
type Measure = { readonly first: Mark | null; readonly second: Mark | null; readonly bestMicro: MicroText | null };
/** A tier with its why, before health and people have had their say. */
type Ground = {
  readonly tier: Tier;
  readonly reasons: readonly TierReason[];
  readonly changes: readonly TierWouldChange[];
};

const NOTHING: Measure = { first: null, second: null, bestMicro: null };

/** The two lowest effective prices of each class; of equal ones the smaller pool id. A price of nothing sets no measure. */
function measuresOf(priced: readonly Priced[], cuts: { readonly p1: bigint; readonly p2: bigint }) {
  const best = new Map<CardClass, [Comparable, Comparable | null]>();
  for (const one of priced) {
    if (!isComparable(one) || one.effective.num <= 0n || one.offer.cardClass === "unknown") continue;
    const [first, second] = best.get(one.offer.cardClass) ?? [null, null];
    if (first === null || isBetter(one, first)) best.set(one.offer.cardClass, [one, first]);
    else if (second === null || isBetter(one, second)) best.set(one.offer.cardClass, [first, one]);
  }
  const markOf = ({ offer, effective }: Comparable): Mark => ({
    poolId: offer.poolId,
    effective,
    p1: timesNano(effective, cuts.p1),
    p2: timesNano(effective, cuts.p2),
  });
  return new Map(
    [...best].map(([cardClass, [first, second]]): [CardClass, Measure] => [
      cardClass,
      {
        first: markOf(first),
        second: second && markOf(second),
        bestMicro: microText(roundMicro(first.effective)),
      },
    ]),
  );
}

const isComparable = (one: Priced): one is Comparable => one.effective !== null;

const isBetter = (a: Comparable, b: Comparable): boolean =>
  isLess(a.effective, b.effective) || (a.offer.poolId < b.offer.poolId && !isLess(b.effective, a.effective));

function judge(one: Priced, measure: Measure, ladder: TierLadder): TierVerdict {
  const { offer, effective } = one;
  const ground = overridden(demoted(groundOf(one, measure, ladder), offer, ladder), offer);
  return {
    tier: ground.tier,
    reasons: ground.reasons,
    wouldChange: ground.changes,
    cardClass: offer.cardClass,
    currency: offer.currency,
    hourlyMicro: text(offer.hourlyMicro),
    effectiveMicro: effective === null ? null : microText(roundMicro(effective)),
    index: offer.index,
    availability: offer.availability,
    bestMicro: measure.bestMicro,
    bestPoolId: measure.first?.poolId ?? null,
    since: null,
    isList: offer.isList,
  };
}

function groundOf(one: Priced, measure: Measure, ladder: TierLadder): Ground {
  const { offer } = one;
  if (offer.cardClass === "unknown") {
    const reasons = [reason("unknown_model", null, offer.model), ...missingPrice(offer)];
    return { tier: 3, reasons, changes: [change(1, "model_known")] };
  }
  if (offer.isPaid) {
    const after = byPrice(one, measure, ladder);
    const changes = offer.paidTo === null ? [] : [{ ...change(after.tier, "term_ends"), at: offer.paidTo }];
    return { tier: 0, reasons: [reason("paid"), ...missingPrice(offer)], changes };
  }
  return byPrice(one, measure, ladder);
}

/** What the tier is when every hour costs its price. */
function byPrice({ offer, factor, effective }: Priced, { first, second }: Measure, ladder: TierLadder): Ground {
  if (factor === null) {
    const isSlow = offer.index === null || nano(offer.index.index) === null; // else it is never available
    const why = isSlow ? reason("no_index", null, offer.model) : reason("unhealthy", offer.availability);
    const changes = isSlow ? [change(1, "index_known")] : healthier(1, ladder);
    return { tier: 3, reasons: [...missingPrice(offer), why], changes };
  }
  const isFirst = first?.poolId === offer.poolId;
  const rival = isFirst ? second : first;
  const [p1, p2] = rival === null ? [null, null] : [hourlyUpTo(factor, rival.p1), hourlyUpTo(factor, rival.p2)];
  if (effective === null || offer.hourlyMicro === null) {
    const key = offer.unratedCurrency === null ? "price_known" : "rate_known";
    return { tier: 3, reasons: missingPrice(offer), changes: [{ ...change(1, key), micro: text(p1) }] };
  }
  const spot = spotRisk(offer, ladder);
  if (rival === null || p1 === null) return { tier: 1, reasons: [...spot, reason("only_offer")], changes: [] };
  const isBest = isFirst || offer.hourlyMicro <= 0n;
  const tier = isBest || offer.hourlyMicro <= p1 ? 1 : offer.hourlyMicro <= p2 ? 2 : 3;
  const why = isBest
    ? reason("best_offer", null, offer.cardClass)
    : reason("ratio", quotient(effective, rival.effective), String(rival.poolId));
  return { tier, reasons: [...spot, why], changes: neighbours(tier, microText(p1), microText(p2)) };
}

function spotRisk(offer: Offer, ladder: TierLadder): TierReason[] {
  if (!offer.isSpot) return [];
  const from = offer.interruptionsPer1000h === null ? "stated" : "observed";
  const share = Math.round((riskFactor(offer, ladder) - 1) * 1e6) / 1e6; // 1.02 − 1 is 0.020000000000000018
  return [reason("spot_risk", share, from)];
}

/** The hourly prices at which an offer would enter the tiers beside its own, all other offers staying as they are. */
function neighbours(tier: 1 | 2 | 3, p1: MicroText, p2: MicroText): TierWouldChange[] {
  if (tier === 1) return [{ ...change(2, "price_above"), micro: p1 }];
  if (tier === 3) return [{ ...change(2, "price_below"), micro: p2 }];
  return [
    { ...change(1, "price_below"), micro: p1 },
    { ...change(3, "price_above"), micro: p2 },
  ];
}

/** Whoever is often in fault stands one tier lower than its price says. */
function demoted(ground: Ground, offer: Offer, ladder: TierLadder): Ground {
  const { availability } = offer;
  if (availability === null || availability >= ladder.leastAvailability) return ground;
  const tier = lower(ground.tier);
  const moved = ground.changes
    .map((one) => (one.key === "availability" ? one : { ...one, tier: lower(one.tier) }))
    .filter((one) => one.tier !== tier);
  if (ground.tier === tier) return { ...ground, changes: moved }; // there is no lower one
  return {
    tier,
    reasons: [...ground.reasons, reason("unhealthy", availability)],
    changes: [...healthier(ground.tier, ladder), ...moved],
  };
}

const healthier = (tier: Tier, ladder: TierLadder): TierWouldChange[] => [
  { ...change(tier, "availability"), value: ladder.leastAvailability },
];

/** What a person said comes first, and what would hold without it stays readable. */
function overridden(ground: Ground, offer: Offer): Ground {
  const { override } = offer;
  if (override === null) return ground;
  return {
    tier: override.tier,
    reasons: [reason("override", null, `${override.owner}: ${override.reason}`), ...ground.reasons],
    changes: [{ ...change(ground.tier, "override_ends"), at: override.to }],
  };
}

const missingPrice = (offer: Offer): TierReason[] => {
  if (offer.hourlyMicro !== null) return [];
  return [offer.unratedCurrency === null ? reason("unpriced") : reason("no_rate", null, offer.unratedCurrency)];
};

const lower = (tier: Tier): Tier => (tier === 3 ? 3 : ((tier + 1) as Tier));
const text = (amount: Micro | null) => (amount === null ? null : microText(amount));
const reason = (key: TierReason["key"], value: number | null = null, said = ""): TierReason => ({
  key,
  value,
  text: said,
});
const change = (tier: Tier, key: TierWouldChange["key"]): TierWouldChange => ({
  tier,
  key,
  micro: null,
  at: null,
  value: null,
});
