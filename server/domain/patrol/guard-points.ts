import type { GuardEdit, GuardPoint } from "../../../db/model/patrol-views.ts";
import { decimalMoney } from "../../../db/model/money.ts";
import { HOUR_MS } from "../../../db/model/time.ts";
import { MOST_NAMED, reached } from "./check.ts";
import { dutyHoles } from "./guard.ts";
import { coverageOf, type PatrolFacts } from "./patrol-facts.ts";

/** What a readiness report looks at beside the facts of the last days. */
export type ReadinessFacts = {
  readonly window: GuardPlan;
  readonly facts: PatrolFacts; // of the days before
  readonly loads: readonly FeatureLoad[] | null; // of the same days; null = nothing is booked
  readonly changes: readonly string[]; // accepted advice and planned maintenance that is not done yet
};
/** What reports say of a window itself. */
export type GuardPlan = Pick<GuardEdit, "from" | "to" | "duty" | "stricter">;
/** How full a feature's cards are. */
export type FeatureLoad = { readonly name: string; readonly utilisation: number | null }; // busy ÷ held; null = held nothing

const percent = (ratio: number): string => `${(ratio * 100).toFixed(2)} %`;

/** What to know before a window begins. Limits are ours. */
export const readinessPoints = ({ window, facts, loads, changes }: ReadinessFacts): readonly GuardPoint[] => [
  headroom(facts, loads),
  openIncidents(facts),
  contracts(facts, window.to),
  coverage(facts),
  {
    topic: "changes",
    verdict: changes.length > 0 ? "warn" : "ok",
    text: {
      zh: changes.length > 0 ? `${changes.length} 项变更尚未完成，建议先做完或推迟` : "没有未完成的变更",
      en:
        changes.length > 0 ? `${changes.length} changes are pending: finish or postpone them` : "No change is pending",
    },
    named: changes.slice(0, MOST_NAMED),
  },
  onDuty(window),
  rulesAtWork(facts, window),
];

/** What a window was like, once it is over. */
export const closingPoints = (window: GuardPlan, facts: PatrolFacts, currency: string): readonly GuardPoint[] => [
  firedIn(facts),
  coverage(facts),
  onDuty(window),
  { topic: "rules", verdict: "ok", text: strictness(window), named: namedIn(window) },
  spent(facts, currency),
];

/** What a window asks of the rules. */
function strictness({ stricter: { waitScale, thresholds = [] } }: GuardPlan): GuardPoint["text"] {
  const wait = percent(waitScale).replace(".00", "");
  const figures = thresholds.length;
  return {
    zh: `${waitScale < 1 ? `规则等待缩短到 ${wait}` : "规则等待照常"}；${figures > 0 ? `${figures} 条规则用更严的阈值` : "阈值照常"}`,
    en: `${waitScale < 1 ? `Rules wait ${wait} of their time` : "Rules wait as always"}; ${figures > 0 ? `${figures} of them compare with stricter figures` : "their figures are as always"}`,
  };
}

const namedIn = ({ stricter: { thresholds = [] } }: GuardPlan): string[] =>
  thresholds.slice(0, MOST_NAMED).map(({ ruleId, value }) => `${ruleId} ${value}`);

/** A feature whose cards are this full has no room for a holiday's rush. */
const [TIGHT, FULL] = [0.85, 0.95];

function headroom({ cards }: PatrolFacts, loads: readonly FeatureLoad[] | null): GuardPoint {
  const known = (loads ?? []).flatMap(({ name, utilisation }) => (utilisation === null ? [] : [{ name, utilisation }]));
  if (known.length === 0)
    return {
      topic: "headroom",
      verdict: "unknown",
      text: { zh: "没有业务的用量入账，余量未知", en: "Nothing is booked of any feature: headroom is not known" },
      named: [],
    };
  const tight = known.filter((one) => one.utilisation >= TIGHT).toSorted((a, b) => b.utilisation - a.utilisation);
  const observed = cards.reduce((sum, { observedMs }) => sum + observedMs, 0);
  const free = observed === 0 ? null : cards.reduce((sum, { freeMs }) => sum + freeMs, 0) / observed;
  const spare = free === null ? "–" : percent(free);
  return {
    topic: "headroom",
    verdict: reached(tight[0]?.utilisation ?? 0, TIGHT, FULL),
    text: {
      zh: `${tight.length} 个业务的卡利用率达到 85 %；全队空闲卡时 ${spare}`,
      en: `${tight.length} features use 85 % or more of what they hold; ${spare} of the fleet's card-time is free`,
    },
    named: tight.slice(0, MOST_NAMED).map(({ name, utilisation }) => `${name} ${percent(utilisation)}`),
  };
}

function openIncidents({ incidents, watch }: PatrolFacts): GuardPoint {
  const open = incidents.filter(({ resolvedAt, severity }) => resolvedAt === null && severity !== "P3");
  const pages = open.filter(({ severity }) => severity === "P1").length;
  const isKnown = open.length > 0 || (watch !== null && watch.isJudging);
  return {
    topic: "incidents",
    verdict: !isKnown ? "unknown" : pages > 0 ? "bad" : open.length > 0 ? "warn" : "ok",
    text: isKnown
      ? {
          zh: `未恢复告警 ${open.length} 个，其中 P1 ${pages} 个`,
          en: `${open.length} incidents are open, ${pages} of them P1`,
        }
      : { zh: "规则没有在运行", en: "Rules are not being judged" },
    named: open.slice(0, MOST_NAMED).map(({ subject, ruleId }) => `${subject} ${ruleId}`),
  };
}

function contracts({ terms, to }: PatrolFacts, end: number): GuardPoint {
  const ending = terms.filter(({ endsAt }) => endsAt >= to && endsAt < end).toSorted((a, b) => a.endsAt - b.endsAt);
  const cards = ending.reduce((sum, one) => sum + one.cards, 0);
  return {
    topic: "contracts",
    verdict: terms.length === 0 ? "unknown" : ending.length > 0 ? "bad" : "ok",
    text:
      terms.length === 0
        ? { zh: "价格本里没有写到期日", en: "The price book names no end of any term" }
        : ending.length === 0
          ? { zh: "保障结束前没有合同到期", en: "No term ends before the window does" }
          : {
              zh: `保障结束前有 ${ending.length} 份合同到期，涉及 ${cards} 张卡`,
              en: `${ending.length} terms of ${cards} cards end before the window does`,
            },
    named: ending.slice(0, MOST_NAMED).map(({ name }) => name),
  };
}

function coverage(facts: PatrolFacts): GuardPoint {
  const ratio = coverageOf(facts);
  return {
    topic: "coverage",
    verdict: ratio === null ? "unknown" : ratio >= 0.999 ? "ok" : ratio >= 0.99 ? "warn" : "bad",
    text:
      ratio === null
        ? { zh: "没有自有卡的时段", en: "No card was ours" }
        : { zh: `观测到 ${percent(ratio)} 的卡时`, en: `${percent(ratio)} of the card-time was observed` },
    named: [],
  };
}

function onDuty(window: GuardPlan): GuardPoint {
  const hours = dutyHoles(window).reduce((sum, hole) => sum + hole.to - hole.from, 0) / HOUR_MS;
  const shown = hours.toFixed(1);
  return {
    topic: "duty",
    verdict: hours > 0 ? "bad" : "ok",
    text:
      hours > 0
        ? { zh: `有 ${shown} 小时没人值班`, en: `Nobody is on duty for ${shown} hours` }
        : { zh: "全程有人值班", en: "Somebody is on duty throughout" },
    named: [...new Set(window.duty.map(({ who }) => who))].slice(0, MOST_NAMED),
  };
}

function rulesAtWork({ watch, channels }: PatrolFacts, window: GuardPlan): GuardPoint {
  const asked = strictness(window);
  if (watch === null || channels === null)
    return {
      topic: "rules",
      verdict: "unknown",
      text: { zh: "没有运行记录", en: "There is no record that Dapan was at work" },
      named: [],
    };
  const faults = watch.rules.filter(({ isEnabled, hasFault }) => isEnabled && hasFault);
  const isTold = channels.enabled > 0 && channels.routes > 0;
  return {
    topic: "rules",
    verdict: !isTold || !watch.isJudging ? "bad" : faults.length > 0 ? "warn" : "ok",
    text: isTold
      ? {
          zh: `${faults.length} 条规则无法判断；${channels.enabled} 个渠道可用。保障期间：${asked.zh}`,
          en: `${faults.length} rules cannot be evaluated; ${channels.enabled} channels are on. In the window: ${asked.en}`,
        }
      : { zh: "没有渠道或路由，告警发不出去", en: "There is no channel or route: nobody would be told" },
    named: [...faults.map(({ id }) => id), ...namedIn(window)].slice(0, MOST_NAMED),
  };
}

function firedIn({ incidents, from, to, watch }: PatrolFacts): GuardPoint {
  const fired = incidents.filter(({ firedAt, severity }) => firedAt >= from && severity !== "P3");
  const pages = fired.filter(({ severity }) => severity === "P1").length;
  const mean =
    fired.reduce((sum, { firedAt, resolvedAt }) => sum + (resolvedAt ?? to) - firedAt, 0) / Math.max(fired.length, 1);
  const minutes = (mean / 60_000).toFixed(0);
  const isKnown = fired.length > 0 || (watch !== null && watch.isJudging);
  return {
    topic: "incidents",
    verdict: !isKnown ? "unknown" : pages > 0 ? "bad" : fired.length > 0 ? "warn" : "ok",
    text: isKnown
      ? {
          zh: `期间 P1 ${pages} 个、P2 ${fired.length - pages} 个，平均 ${minutes} 分钟恢复`,
          en: `${pages} P1 and ${fired.length - pages} P2; ${minutes} minutes to recover on average`,
        }
      : { zh: "没有运行记录", en: "There is no record that Dapan was at work" },
    named: fired.slice(0, MOST_NAMED).map(({ subject, ruleId }) => `${subject} ${ruleId}`),
  };
}

/** Money judges nothing: it is said. */
const spent = ({ money }: PatrolFacts, currency: string): GuardPoint => ({
  topic: "cost",
  verdict: money === null ? "unknown" : "ok",
  text:
    money === null
      ? { zh: "期间还没有入账", en: "Nothing is booked of it" }
      : {
          zh: `成本 ${decimalMoney(money.costMicro, 2)} ${currency}，其中闲置 ${decimalMoney(money.idleMicro, 2)}`,
          en: `It cost ${decimalMoney(money.costMicro, 2)} ${currency}, ${decimalMoney(money.idleMicro, 2)} of it idle`,
        },
  named: [],
});
