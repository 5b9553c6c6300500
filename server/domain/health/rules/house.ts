import type { Rule } from "../../../../db/model/rule.ts";
import { DAY, HOUR, MINUTE, SECOND } from "./defaults.ts";

const SOURCE_RULE = {
  family: "presence",
  scope: "source",
  keepFiringMs: MINUTE,
  where: {},
} as const satisfies Partial<Rule>;

/** Whether we see at all, and money. */
export const HOUSE_RULES: readonly Rule[] = [
  {
    ...SOURCE_RULE,
    id: "source-down",
    condition: { kind: "source", fault: "down", afterMs: 5 * MINUTE },
    forMs: 0,
    severity: "P2",
    summary: {
      zh: "数据源 {source} 的 {targets} 个目标都读不到：{fault}",
      en: "None of the {targets} targets of source {source} can be read: {fault}",
    },
    action: "check_exporter",
    runbook: "telemetry",
    source: "health-rules.md section 6: after five minutes",
  },
  {
    ...SOURCE_RULE,
    id: "source-stale",
    condition: { kind: "source", fault: "stale", afterMs: 10 * MINUTE },
    forMs: 0,
    severity: "P2",
    summary: {
      zh: "数据源 {source} 已 {minutes} 分钟没有新数据",
      en: "Nothing new from source {source} for {minutes} min",
    },
    action: "check_exporter",
    runbook: "telemetry",
    source: "ours",
  },
  {
    ...SOURCE_RULE,
    id: "source-slow",
    condition: { kind: "source", fault: "slow", afterMs: 10 * SECOND },
    forMs: 5 * MINUTE,
    severity: "P3",
    summary: {
      zh: "数据源 {source} 最慢的目标要 {seconds} 秒",
      en: "A target of source {source} takes {seconds} s to answer",
    },
    action: "check_exporter",
    runbook: "telemetry",
    source: "health-rules.md section 6: longer than 10 s",
  },
  {
    id: "waste-per-day",
    family: "money",
    scope: "pool",
    condition: { kind: "money", measure: "waste_per_day", compare: ">", threshold: 10_000 },
    forMs: HOUR,
    keepFiringMs: HOUR,
    severity: "P3",
    summary: { zh: "资源池 {pool} 过去一天浪费 {value}", en: "Pool {pool} wasted {value} within the last day" },
    action: "reclaim",
    runbook: "money",
    source: "ours: 10,000 a day in the configured currency",
    where: {},
  },
  {
    id: "budget-pace",
    family: "money",
    scope: "feature",
    condition: { kind: "money", measure: "budget_pace", compare: ">", threshold: 1.2 },
    forMs: HOUR,
    keepFiringMs: DAY,
    severity: "P3",
    summary: {
      zh: "功能 {feature} 花费是到今天为止预算的 {percent}%",
      en: "Feature {feature} has spent {percent} % of its budget to date",
    },
    action: "check_prices",
    runbook: "money",
    source: "ours: 20 % above pace",
    where: {},
  },
  {
    id: "margin-negative",
    family: "money",
    scope: "feature",
    condition: { kind: "money", measure: "margin", compare: "<", threshold: 0 },
    forMs: 0,
    keepFiringMs: HOUR,
    severity: "P3",
    summary: {
      zh: "功能 {feature} 昨天毛利率 {percent}%",
      en: "Feature {feature} had a margin of {percent} % yesterday",
    },
    action: "check_prices",
    runbook: "money",
    source: "ours",
    where: {},
  },
];
