import { HOUR_MS } from "../../../../db/model/time.ts";
import {
  BLIND_WORDS,
  blind,
  type Check,
  fallen,
  isWatched,
  NOT_WATCHED_WORDS,
  notWatched,
  reached,
  type Seen,
  worstFirst,
} from "../check.ts";
import { type PatrolFacts, sumOf } from "../patrol-facts.ts";
import { ofRules } from "./of-rules.ts";

const healthy: Check = {
  item: {
    id: "rel.healthy",
    group: "reliability",
    title: { zh: "健康卡时", en: "Healthy card-time" },
    unit: "ratio",
    sentences: {
      ...BLIND_WORDS,
      ok: {
        zh: "观测到的卡时有 {healthyRatio} 不在故障中",
        en: "{healthyRatio} of the observed card-time was without a fault",
      },
      low: {
        zh: "{cards} 张卡出过故障，健康卡时 {healthyRatio}",
        en: "{cards} cards were in fault; {healthyRatio} of the card-time was healthy",
      },
    },
    advice: { zh: "按故障时长从长到短检修或返修", en: "Repair or return, the longest in fault first" },
    source: "99.5 % and 98 %: ours",
  },
  see: (facts) => {
    const unseen = blind(facts);
    if (unseen !== null) return unseen;
    const ill = facts.cards.filter(({ faultMs }) => faultMs > 0);
    const healthyRatio = 1 - sumOf(facts.cards, "faultMs") / sumOf(facts.cards, "observedMs");
    const verdict = fallen(healthyRatio, 0.995, 0.98);
    return {
      verdict,
      because: verdict === "ok" ? "ok" : "low",
      values: { cards: ill.length, healthyRatio },
      measure: healthyRatio,
      named: verdict === "ok" ? [] : worstFirst(new Map(ill.map(({ uuid, faultMs }) => [uuid, faultMs]))),
    };
  },
};

const repeat: Check = {
  item: {
    id: "rel.repeat",
    group: "reliability",
    title: { zh: "反复出问题的卡", en: "Cards that repeat" },
    unit: "cards",
    sentences: {
      ...BLIND_WORDS,
      ...NOT_WATCHED_WORDS,
      ok: { zh: "没有两期都出问题的卡", en: "No card had trouble in both periods" },
      found: {
        zh: "{cards} 张卡上期与本期都出问题",
        en: "{cards} cards had trouble in this period and the one before",
      },
      no_before: { zh: "没有上期的数据可比", en: "Nothing is known of the period before" },
    },
    advice: {
      zh: "不再重置，直接返修或要求厂商换卡",
      en: "Reset no more: return them or have the vendor replace them",
    },
    source: "three cards or more are bad: ours",
  },
  see: (facts, before) => {
    if (before === null) return { verdict: "unknown", because: "no_before", values: {}, measure: null, named: [] };
    const then = troubles(before);
    const both = new Map([...troubles(facts)].filter(([uuid]) => then.has(uuid)));
    if (both.size === 0) {
      const unseen = blind(facts) ?? blind(before);
      if (unseen !== null) return unseen;
      for (const one of [facts, before]) if (!isWatched(one)) return notWatched(one); // rules find drops
    }
    const verdict = reached(both.size, 1, 3);
    const because = verdict === "ok" ? "ok" : "found";
    return { verdict, because, values: { cards: both.size }, measure: both.size, named: worstFirst(both) };
  },
};

/** XIDs, drops, uncorrected errors and failed remaps by card. */
function troubles({ cards, events }: PatrolFacts): ReadonlyMap<string, number> {
  const by = new Map<string, number>();
  const add = (uuid: string, times: number) => by.set(uuid, (by.get(uuid) ?? 0) + times);
  for (const { uuid, eccUncorrected } of cards) if (eccUncorrected > 0) add(uuid, eccUncorrected);
  for (const { uuid, kind, times } of events)
    if (kind === "xid" || kind === "dropped" || kind === "remap_failed") add(uuid, times);
  return by;
}

const quiet: Seen = { verdict: "ok", because: "quiet", values: {}, measure: null, named: [] };

const mttr: Check = {
  item: {
    id: "rel.mttr",
    group: "reliability",
    title: { zh: "恢复用时", en: "Time to recover" },
    unit: "ms",
    sentences: {
      ok: {
        zh: "P1 与 P2 平均 {meanMs} 恢复（{count} 起）",
        en: "P1 and P2 recovered in {meanMs} on average ({count})",
      },
      slow: {
        zh: "P1 与 P2 平均 {meanMs} 才恢复（{count} 起，最久 {longestMs}）",
        en: "P1 and P2 took {meanMs} on average ({count}; the longest {longestMs})",
      },
      ...NOT_WATCHED_WORDS,
      quiet: { zh: "没有 P1、P2 故障", en: "There was no P1 or P2 incident" },
    },
    advice: {
      zh: "看最久的几起卡在哪一步，备好备机与流程",
      en: "See where the longest ones waited; keep spares and a procedure",
    },
    source: "4 h and 24 h: ours",
  },
  see: (facts) => {
    const { to, incidents } = facts;
    const spans = incidents
      .filter(({ severity, isSuppressed }) => severity !== "P3" && !isSuppressed)
      .map(({ firedAt, resolvedAt, subject }) => ({ subject, ms: (resolvedAt ?? to) - firedAt }));
    if (spans.length === 0) return isWatched(facts) ? quiet : notWatched(facts);
    const meanMs = spans.reduce((sum, { ms }) => sum + ms, 0) / spans.length;
    const longestMs = Math.max(...spans.map(({ ms }) => ms));
    const verdict = reached(meanMs, 4 * HOUR_MS, 24 * HOUR_MS);
    return {
      verdict,
      because: verdict === "ok" ? "ok" : "slow",
      values: { meanMs, longestMs, count: spans.length },
      measure: meanMs,
      named: verdict === "ok" ? [] : worstFirst(new Map(spans.map(({ subject, ms }) => [subject, ms]))),
    };
  },
};

export const RELIABILITY_CHECKS: readonly Check[] = [
  healthy,
  repeat,
  mttr,
  ofRules({
    id: "rel.jobs",
    group: "reliability",
    title: { zh: "训练中断", en: "Training interrupted" },
    rules: ["train-crashed", "train-interrupted", "train-hung", "hung"],
    advice: {
      zh: "查中断前的卡事件，确认检查点可用",
      en: "Look at the cards' events before it; make sure checkpoints work",
    },
  }),
];
