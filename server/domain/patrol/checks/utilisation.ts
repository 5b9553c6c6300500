import { BLIND_WORDS, blind, type Check, fallen, reached, type Seen, worstFirst } from "../check.ts";
import { type PatrolCard, type PatrolFacts, sumOf } from "../patrol-facts.ts";

const busy: Check = {
  item: {
    id: "use.busy",
    group: "utilisation",
    title: { zh: "忙碌占比", en: "Share of time busy" },
    unit: "ratio",
    sentences: {
      ...BLIND_WORDS,
      ok: { zh: "观测到的卡时有 {busyRatio} 在忙", en: "{busyRatio} of the observed card-time was busy" },
      low: { zh: "观测到的卡时只有 {busyRatio} 在忙", en: "Only {busyRatio} of the observed card-time was busy" },
    },
    advice: {
      zh: "看闲置与空闲最多的资源池，合并或退还",
      en: "Look at the pools with most idle and free time; merge or give back",
    },
    source: "50 % and 30 %: ours",
  },
  see: (facts) => {
    const unseen = blind(facts);
    if (unseen !== null) return unseen;
    const busyRatio = sumOf(facts.cards, "busyMs") / sumOf(facts.cards, "observedMs");
    const verdict = fallen(busyRatio, 0.5, 0.3);
    return { verdict, because: verdict === "ok" ? "ok" : "low", values: { busyRatio }, measure: busyRatio, named: [] };
  },
};

/** From this share of its observed time a card counts as unused the whole period (as in the review list). */
const WHOLE = 0.9;

/** Cards that were in one state nearly all of the time. */
function unused(facts: PatrolFacts, ms: (card: PatrolCard) => number, warn: number, bad: number): Seen {
  const unseen = blind(facts);
  if (unseen !== null) return unseen;
  const weights = new Map<string, number>();
  for (const card of facts.cards)
    if (card.observedMs > 0 && ms(card) >= WHOLE * card.observedMs) weights.set(card.uuid, ms(card));
  const cardsRatio = weights.size / facts.cards.length;
  const verdict = reached(cardsRatio, warn, bad);
  return {
    verdict,
    because: verdict === "ok" ? "ok" : "found",
    values: { cards: weights.size, cardsRatio },
    measure: weights.size,
    named: verdict === "ok" ? [] : worstFirst(weights),
  };
}

const heldIdle: Check = {
  item: {
    id: "use.held_idle",
    group: "utilisation",
    title: { zh: "占而不用的卡", en: "Cards held and not used" },
    unit: "cards",
    sentences: {
      ...BLIND_WORDS,
      ok: { zh: "{cards} 张卡全程占而不用", en: "{cards} cards were held and idle throughout" },
      found: {
        zh: "{cards} 张卡全程占而不用，占 {cardsRatio}",
        en: "{cards} cards, {cardsRatio}, were held and idle throughout",
      },
    },
    advice: { zh: "联系占用者释放，或设空闲回收", en: "Ask the holders to let go, or reclaim idle pods" },
    source: "90 % of a card's time; 5 % and 15 % of the cards: ours",
  },
  see: (facts) => unused(facts, ({ idleHeldMs }) => idleHeldMs, 0.05, 0.15),
};

const free: Check = {
  item: {
    id: "use.free",
    group: "utilisation",
    title: { zh: "没人用的卡", en: "Cards nobody held" },
    unit: "cards",
    sentences: {
      ...BLIND_WORDS,
      ok: { zh: "{cards} 张卡全程空闲", en: "{cards} cards were free throughout" },
      found: { zh: "{cards} 张卡全程空闲，占 {cardsRatio}", en: "{cards} cards, {cardsRatio}, were free throughout" },
    },
    advice: {
      zh: "按量的退还，包月的调给排队的业务",
      en: "Give back what is on demand; hand the rest to whoever waits",
    },
    source: "90 % of a card's time; 10 % and 25 % of the cards: ours",
  },
  see: (facts) => unused(facts, ({ freeMs }) => freeMs, 0.1, 0.25),
};

export const UTILISATION_CHECKS: readonly Check[] = [busy, heldIdle, free];
