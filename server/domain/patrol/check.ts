import type { CheckItem, CheckResult, CheckVerdict } from "../../../db/model/patrol.ts";
import { unixMs } from "../../../db/model/units.ts";
import { coverageOf, type PatrolFacts } from "./patrol-facts.ts";

/** What an item sees in the facts of one period. */
export type Seen = {
  readonly verdict: CheckVerdict;
  readonly because: string; // key of one of the item's sentences
  readonly values: CheckResult["values"];
  readonly measure: number | null;
  readonly named: readonly string[]; // worst first
};

/** An item of the checklist: its words, and what it sees. `before` is for items that judge a change. */
export type Check = {
  readonly item: CheckItem;
  readonly see: (facts: PatrolFacts, before: PatrolFacts | null) => Seen;
};

/** Below this share of the card-time seen, the absence of trouble is no evidence (T-07 of the design: 90 %). */
export const LEAST_COVERAGE = 0.9;
export const MOST_NAMED = 20;

/** The period is too little seen to say that all is well; null = it is seen well enough. */
export function blind(facts: PatrolFacts): Seen | null {
  const coverageRatio = coverageOf(facts);
  if (coverageRatio !== null && coverageRatio >= LEAST_COVERAGE) return null;
  return {
    verdict: "unknown",
    because: coverageRatio === null ? "no_cards" : "blind",
    values: { coverageRatio },
    measure: null,
    named: [],
  };
}

/** Sentences of `blind`. */
export const BLIND_WORDS = {
  blind: {
    zh: "只观测到 {coverageRatio} 的卡时，不足以判断",
    en: "Only {coverageRatio} of the card-time was observed: too little to judge",
  },
  no_cards: { zh: "没有自有卡的时段，无从判断", en: "No card was ours in the period: nothing to judge" },
};

/** Whether rules were at work for most of the period: else their silence means nothing. */
export const isWatched = (facts: Pick<PatrolFacts, "watch" | "from" | "to">): boolean =>
  facts.watch !== null && facts.watch.isJudging && watchedRatio(facts) >= LEAST_COVERAGE;

/** Said where it was not so. */
export function notWatched(facts: Pick<PatrolFacts, "watch" | "from" | "to">): Seen {
  const { watch } = facts;
  return {
    verdict: "unknown",
    because: watch === null ? "not_watched" : watch.isJudging ? "watched_less" : "not_judging",
    values: { watchedRatio: watchedRatio(facts) },
    measure: null,
    named: [],
  };
}

/** Said where nothing of the running process is known. */
export const NO_WATCH: Seen = { verdict: "unknown", because: "not_watched", values: {}, measure: null, named: [] };

/** Share of the period in which rules are known to have been judged. */
function watchedRatio({ watch, from, to }: Pick<PatrolFacts, "watch" | "from" | "to">): number {
  let [covered, ms] = [from, 0];
  for (const span of (watch?.atWork ?? []).toSorted((a, b) => a.from - b.from)) {
    const [begin, end] = [Math.max(span.from, covered), Math.min(span.to, to)];
    if (end <= begin) continue;
    ms += end - begin;
    covered = unixMs(end);
  }
  return to > from ? ms / (to - from) : 0;
}

export const NOT_WATCHED_WORDS = {
  not_watched: {
    zh: "没有这段时间的运行记录，无法确认规则在工作",
    en: "There is no record that rules were at work then",
  },
  watched_less: {
    zh: "这段时间里规则只工作了 {watchedRatio}，不足以判断",
    en: "Rules were at work for {watchedRatio} of the period: too little to judge",
  },
  not_judging: { zh: "规则判断停了", en: "Rules are not being judged" },
};

/** Which of ascending limits a figure has reached: none, `warn`, `bad`. */
export const reached = (value: number, warn: number, bad: number): "ok" | "warn" | "bad" =>
  value >= bad ? "bad" : value >= warn ? "warn" : "ok";

/** The same of descending limits: under `warn`, under `bad`. */
export const fallen = (value: number, warn: number, bad: number): "ok" | "warn" | "bad" =>
  value < bad ? "bad" : value < warn ? "warn" : "ok";

/** Names by weight, heaviest first, each once; ties by name. */
export function worstFirst(weights: ReadonlyMap<string, number>): string[] {
  return [...weights]
    .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, MOST_NAMED)
    .map(([name]) => name);
}
