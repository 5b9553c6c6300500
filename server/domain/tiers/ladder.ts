import { type Micro, microText } from "../../../db/model/money.ts";
import type { CardClass, Tier, TierLadder, TierReason, TierVerdict, TierWouldChange } from "../../../db/model/tier.ts";
import type { Ratio } from "../pricing/ratio.ts";
import {
  effectivePrice,
  hourlyWithin,
  isLess,
  isWithin,
  nano,
  quotient,
  riskFactor,
  roundMicro,
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
  const classes = bestOfClasses(priced);
  const cuts = { p1: nano(ladder.p1Ratio) ?? 0n, p2: nano(ladder.p2Ratio) ?? 0n };
  return new Map(
    priced.map((one) => [
      one.offer.poolId,
      judge(one, { ladder, cuts, best: classes.get(one.offer.cardClass) ?? NONE }),
    ]),
  );
}

type Priced = { readonly offer: Offer; readonly factor: Ratio | null; readonly effective: Ratio | null };
type Bests = { readonly first: Priced | null; readonly second: Priced | null };
type Measure = { readonly ladder: TierLadder; readonly cuts: Cuts; readonly best: Bests };
type Cuts = { readonly p1: bigint; readonly p2: bigint };
/** A tier with its why, before health and people have had their say. */
type Ground = {
  readonly tier: Tier;
  readonly reasons: readonly TierReason[];
  readonly changes: readonly TierWouldChange[];
};

const NONE: Bests = { first: null, second: null };

/** The two lowest effective prices of each class; of equal ones the smaller pool id. A price of nothing sets no measure. */
function bestOfClasses(priced: readonly Priced[]): ReadonlyMap<CardClass, Bests> {
  const out = new Map<CardClass, Bests>();
  for (const one of priced) {
    if (one.effective === null || one.effective.num <= 0n || one.offer.cardClass === "unknown") continue;
    const { first, second } = out.get(one.offer.cardClass) ?? NONE;
    if (first === null || isBetter(one, first)) out.set(one.offer.cardClass, { first: one, second: first });
    else if (second === null || isBetter(one, second)) out.set(one.offer.cardClass, { first, second: one });
  }
  return out;
}

function isBetter(a: Priced, b: Priced): boolean {
  if (a.effective === null || b.effective === null) return a.effective !== null;
  return isLess(a.effective, b.effective) || (!isLess(b.effective, a.effective) && a.offer.poolId < b.offer.poolId);
}

function judge(one: Priced, measure: Measure): TierVerdict {
  const { offer, effective } = one;
  const { first } = measure.best;
  const ground = overridden(demoted(groundOf(one, measure), offer, measure.ladder), offer);
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
    bestMicro: first?.effective ? microText(roundMicro(first.effective)) : null,
    bestPoolId: first?.offer.poolId ?? null,
    since: null,
    isList: offer.isList,
  };
}

function groundOf(one: Priced, measure: Measure): Ground {
  const { offer } = one;
  if (offer.cardClass === "unknown") {
    const reasons = [reason("unknown_model", null, offer.model), ...missingPrice(offer)];
    return { tier: 3, reasons, changes: [change(1, "model_known")] };
  }
  if (offer.isPaid) {
    const after = byPrice(one, measure);
    const changes = offer.paidTo === null ? [] : [{ ...change(after.tier, "term_ends"), at: offer.paidTo }];
    return { tier: 0, reasons: [reason("paid"), ...missingPrice(offer)], changes };
  }
  return byPrice(one, measure);
}

/** What the tier is when every hour costs its price. */
function byPrice(one: Priced, { ladder, cuts, best }: Measure): Ground {
  const { offer, factor, effective } = one;
  const rival = best.first?.offer.poolId === offer.poolId ? best.second : best.first;
  const spot: TierReason[] = offer.isSpot
    ? [reason("spot_risk", riskFactor(offer, ladder) - 1, offer.interruptionsPer1000h === null ? "stated" : "observed")]
    : [];
  if (offer.hourlyMicro === null) {
    const key = offer.unratedCurrency === null ? "price_known" : "rate_known";
    const micro = factor && rival?.effective ? microText(hourlyWithin(factor, rival.effective, cuts.p1)) : null;
    return { tier: 3, reasons: missingPrice(offer), changes: [{ ...change(1, key), micro }] };
  }
  if (effective === null || factor === null) {
    const isDead = offer.index !== null && nano(offer.index.index) !== null; // available not even for a billionth
    if (isDead)
      return { tier: 3, reasons: [...spot, reason("unhealthy", offer.availability)], changes: healthier(1, ladder) };
    return { tier: 3, reasons: [reason("no_index", null, offer.model)], changes: [change(1, "index_known")] };
  }
  if (!rival?.effective) return { tier: 1, reasons: [...spot, reason("only_offer")], changes: [] };
  const first = best.first?.effective ?? rival.effective;
  const tier =
    isBest(one, best) || isWithin(effective, first, cuts.p1) ? 1 : isWithin(effective, first, cuts.p2) ? 2 : 3;
  const why = isBest(one, best) ? reason("best_offer") : reason("ratio", quotient(effective, first));
  return { tier, reasons: [...spot, why], changes: neighbours(tier, factor, rival.effective, cuts) };
}

const isBest = ({ offer, effective }: Priced, { first }: Bests): boolean =>
  first?.offer.poolId === offer.poolId || (effective !== null && effective.num <= 0n);

/** The hourly prices at which an offer would enter the tiers beside its own, all other offers staying as they are. */
function neighbours(tier: 1 | 2 | 3, factor: Ratio, rival: Ratio, cuts: Cuts): TierWouldChange[] {
  const upTo = (cut: bigint) => microText(hourlyWithin(factor, rival, cut));
  const better =
    tier === 1 ? [] : [{ ...change(tier === 2 ? 1 : 2, "price_below"), micro: upTo(tier === 2 ? cuts.p1 : cuts.p2) }];
  const worse =
    tier === 3 ? [] : [{ ...change(tier === 1 ? 2 : 3, "price_above"), micro: upTo(tier === 1 ? cuts.p1 : cuts.p2) }];
  return [...better, ...worse];
}

/** Whoever is often in fault stands one tier lower than its price says. */
function demoted(ground: Ground, offer: Offer, ladder: TierLadder): Ground {
  const { availability } = offer;
  if (availability === null || availability >= ladder.leastAvailability || ground.tier === 3) return ground;
  const tier = lower(ground.tier);
  const moved = ground.changes.map((one) => ({ ...one, tier: lower(one.tier) })).filter((one) => one.tier !== tier);
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
