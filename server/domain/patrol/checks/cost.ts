import { type Micro, microText } from "../../../../db/model/money.ts";
import { DAY_MS } from "../../../../db/model/time.ts";
import type { TwoTongues } from "../../../../db/model/rule.ts";
import { type Check, MOST_NAMED, reached, type Seen } from "../check.ts";
import type { PatrolFacts, PatrolMoney } from "../patrol-facts.ts";

const NO_BOOKS: Readonly<Record<string, TwoTongues>> = {
  not_booked: { zh: "这段时间还没有入账", en: "Nothing is booked of the period" },
  all_unpriced: { zh: "没有一张卡有价格", en: "No card has a price" },
};
const notBooked: Seen = { verdict: "unknown", because: "not_booked", values: {}, measure: null, named: [] };
const allUnpriced: Seen = { ...notBooked, because: "all_unpriced" };

/** Share of an amount in another; NaN where there is none of the other. */
const share = (part: Micro, whole: Micro): number => (whole === 0n ? Number.NaN : Number(part) / Number(whole));

/** Judges booked money where anything of it has a price. */
const ofMoney =
  (see: (money: PatrolMoney, facts: PatrolFacts, before: PatrolFacts | null) => Seen): Check["see"] =>
  (facts, before) => {
    const { money } = facts;
    if (money === null || money.ownedMs === 0) return notBooked;
    return money.unpricedMs >= money.ownedMs ? allUnpriced : see(money, facts, before);
  };

const unpriced: Check = {
  item: {
    id: "cost.unpriced",
    group: "cost",
    title: { zh: "没有价格的卡时", en: "Card-time without a price" },
    unit: "ratio",
    sentences: {
      ...NO_BOOKS,
      ok: { zh: "全部卡时都有价格", en: "All card-time has a price" },
      found: {
        zh: "{unpricedRatio} 的卡时没有价格，成本被低估",
        en: "{unpricedRatio} of the card-time has no price: cost is understated",
      },
    },
    advice: { zh: "在价格本补上价格或汇率", en: "Put prices or rates into the price book" },
    source: "any unpriced time is named; from 5 % no sum is to be trusted: ours",
  },
  see: ({ money }) => {
    if (money === null || money.ownedMs === 0) return notBooked;
    const unpricedRatio = money.unpricedMs / money.ownedMs;
    const verdict = unpricedRatio === 0 ? "ok" : unpricedRatio >= 0.05 ? "bad" : "warn";
    const because = verdict === "ok" ? "ok" : "found";
    return { verdict, because, values: { unpricedRatio }, measure: unpricedRatio, named: [] };
  },
};

const change: Check = {
  item: {
    id: "cost.change",
    group: "cost",
    title: { zh: "日均成本变化", en: "Cost per day" },
    unit: "micro",
    sentences: {
      ...NO_BOOKS,
      ok: {
        zh: "日均 {perDayMicro}，较上期 {changeRatio}",
        en: "{perDayMicro} a day, {changeRatio} against the period before",
      },
      moved: { zh: "日均 {perDayMicro}，较上期变动 {changeRatio}", en: "{perDayMicro} a day moved by {changeRatio}" },
      no_before: { zh: "日均 {perDayMicro}，上期没有可比的账", en: "{perDayMicro} a day; nothing to compare it with" },
    },
    advice: {
      zh: "对照增减卡与调价，确认变动是计划内的",
      en: "Check against cards that came or went and prices that changed",
    },
    source: "20 % and 50 %: ours",
  },
  see: ofMoney((money, _, before) => {
    const perDay = perDayOf(money);
    const perDayMicro = microText(perDay);
    const measure = Number(perDay);
    const then = before?.money ?? null;
    const changeRatio = then === null ? Number.NaN : share(perDay - perDayOf(then), perDayOf(then));
    if (Number.isNaN(changeRatio))
      return { verdict: "unknown", because: "no_before", values: { perDayMicro }, measure, named: [] };
    const verdict = reached(Math.abs(changeRatio), 0.2, 0.5);
    const because = verdict === "ok" ? "ok" : "moved";
    return { verdict, because, values: { perDayMicro, changeRatio }, measure, named: [] };
  }),
};

const perDayOf = ({ costMicro, days }: PatrolMoney): Micro => (days === 0 ? 0n : costMicro / BigInt(days));

const waste: Check = {
  item: {
    id: "cost.waste",
    group: "cost",
    title: { zh: "闲置成本占比", en: "Money idle" },
    unit: "ratio",
    sentences: {
      ...NO_BOOKS,
      ok: { zh: "闲置 {idleMicro}，占 {idleRatio}", en: "{idleMicro} idle, {idleRatio} of the cost" },
      found: { zh: "闲置 {idleMicro}，占 {idleRatio}", en: "{idleMicro} idle, {idleRatio} of the cost" },
    },
    advice: { zh: "从复盘清单里最值钱的一条开始回收", en: "Take back what the review list says is worth most" },
    source: "25 % and 40 % of the cost free or held idle: ours",
  },
  see: ofMoney(({ idleMicro, costMicro }) => {
    const idleRatio = costMicro === 0n ? 0 : share(idleMicro, costMicro);
    const verdict = reached(idleRatio, 0.25, 0.4);
    const because = verdict === "ok" ? "ok" : "found";
    return { verdict, because, values: { idleMicro: microText(idleMicro), idleRatio }, measure: idleRatio, named: [] };
  }),
};

const unattributed: Check = {
  item: {
    id: "cost.unattributed",
    group: "cost",
    title: { zh: "无主成本", en: "Money nobody answers for" },
    unit: "ratio",
    sentences: {
      ...NO_BOOKS,
      ok: {
        zh: "无主 {unattributedMicro}，占 {unattributedRatio}",
        en: "{unattributedMicro} of nobody, {unattributedRatio}",
      },
      found: {
        zh: "无主 {unattributedMicro}，占 {unattributedRatio}：有人占用，却没有归属规则",
        en: "{unattributedMicro}, {unattributedRatio} of the cost, is held by somebody no rule takes",
      },
    },
    advice: { zh: "在归属规则里认领这些占用者", en: "Give these holders a feature by a mapping rule" },
    source: "5 % and 20 %: ours",
  },
  see: ofMoney(({ unattributedMicro, costMicro }) => {
    const unattributedRatio = costMicro === 0n ? 0 : share(unattributedMicro, costMicro);
    const verdict = reached(unattributedRatio, 0.05, 0.2);
    const values = { unattributedMicro: microText(unattributedMicro), unattributedRatio };
    return { verdict, because: verdict === "ok" ? "ok" : "found", values, measure: unattributedRatio, named: [] };
  }),
};

const margin: Check = {
  item: {
    id: "cost.margin",
    group: "cost",
    title: { zh: "亏损的业务", en: "Features at a loss" },
    unit: "features",
    sentences: {
      ...NO_BOOKS,
      ok: { zh: "{known} 个有收入口径的业务都不亏", en: "None of the {known} features with revenue loses money" },
      found: { zh: "{count} 个业务亏损，共 {lossMicro}", en: "{count} features lose {lossMicro}" },
      no_revenue: {
        zh: "没有一个业务报了收入，毛利未知",
        en: "Nobody said what any feature earns: margins are not known",
      },
    },
    advice: { zh: "从亏损最多的业务查单位成本与利用率", en: "Begin with the largest loss: unit cost and utilisation" },
    source: "a loss is a warning; more than a tenth of the cost of these features is bad: ours",
  },
  see: ({ features }) => {
    if (features === null) return notBooked;
    const known = features.flatMap(({ name, costMicro, marginMicro }) =>
      marginMicro === null ? [] : [{ name, costMicro, marginMicro }],
    );
    if (known.length === 0) return { verdict: "unknown", because: "no_revenue", values: {}, measure: null, named: [] };
    const losing = known
      .filter(({ marginMicro }) => marginMicro < 0n)
      .toSorted((a, b) => (a.marginMicro < b.marginMicro ? -1 : 1));
    const loss = -losing.reduce((sum, { marginMicro }) => sum + marginMicro, 0n);
    const cost = known.reduce((sum, { costMicro }) => sum + costMicro, 0n);
    return {
      verdict: losing.length === 0 ? "ok" : loss * 10n >= cost ? "bad" : "warn",
      because: losing.length === 0 ? "ok" : "found",
      values: { count: losing.length, known: known.length, lossMicro: microText(loss) },
      measure: losing.length,
      named: losing.slice(0, MOST_NAMED).map(({ name }) => name),
    };
  },
};

const terms: Check = {
  item: {
    id: "cost.terms",
    group: "cost",
    title: { zh: "到期的合同", en: "Terms that end" },
    unit: "cards",
    sentences: {
      ok: { zh: "30 天内没有到期", en: "No term ends within 30 days" },
      found: {
        zh: "30 天内 {count} 份到期，共 {cards} 张卡，最近 {nextAt}",
        en: "{count} terms of {cards} cards end within 30 days, the next {nextAt}",
      },
      no_terms: { zh: "价格本里没有写到期日", en: "The price book names no end of any term" },
    },
    advice: { zh: "续约、转按量或退还，赶在到期之前决定", en: "Renew, go on demand or give back, before it ends" },
    source: "30 days as in the review list, 7 days to act: ours",
  },
  see: ({ terms: all, to }) => {
    const soon = all
      .filter(({ endsAt }) => endsAt >= to && endsAt < to + 30 * DAY_MS)
      .toSorted((a, b) => a.endsAt - b.endsAt || b.cards - a.cards);
    if (all.length === 0) return { verdict: "unknown", because: "no_terms", values: {}, measure: null, named: [] };
    const cards = soon.reduce((sum, one) => sum + one.cards, 0);
    const [next] = soon;
    return {
      verdict: next === undefined ? "ok" : next.endsAt < to + 7 * DAY_MS ? "bad" : "warn",
      because: next === undefined ? "ok" : "found",
      values: { count: soon.length, cards, nextAt: next?.endsAt ?? null },
      measure: cards,
      named: soon.slice(0, MOST_NAMED).map(({ name }) => name),
    };
  },
};

export const COST_CHECKS: readonly Check[] = [unpriced, change, waste, unattributed, margin, terms];
