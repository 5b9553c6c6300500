import type { Rule } from "../../../../db/model/rule.ts";
import { DAY, MINUTE } from "./defaults.ts";

const NODE_RULE = {
  family: "presence",
  scope: "node",
  keepFiringMs: MINUTE,
  where: {},
} as const satisfies Partial<Rule>;

/** What is there at all, judged from inventory: health-rules.md section 6. No data is no drop. */
export const PRESENCE_RULES: readonly Rule[] = [
  {
    ...NODE_RULE,
    id: "card-drop",
    condition: { kind: "presence", verdict: "card_drop" },
    forMs: MINUTE,
    severity: "P1",
    summary: {
      zh: "{node} 掉卡 {n} 张：应有 {expected} 张，在线 {left} 张",
      en: "{n} cards dropped from {node}: {expected} expected, {left} live",
    },
    action: "drain_reboot",
    runbook: "card-drop",
    source: "gpud: reboot, then hardware inspection; two missed scrapes (60 s): ours",
  },
  {
    ...NODE_RULE,
    id: "all-cards-lost",
    condition: { kind: "presence", verdict: "all_cards_lost" },
    forMs: MINUTE,
    severity: "P1",
    summary: {
      zh: "{node} 的采集器在线，但 {n} 张卡全部不见",
      en: "The exporter of {node} answers without any of its {n} cards",
    },
    action: "drain_reboot",
    runbook: "card-drop",
    source: "health-rules.md section 6: driver broken or all cards lost",
  },
  {
    ...NODE_RULE,
    id: "exporter-down",
    condition: { kind: "presence", verdict: "exporter_down" },
    forMs: 5 * MINUTE,
    severity: "P2",
    summary: {
      zh: "{node} 的采集器失联，{n} 张卡状态未知",
      en: "The exporter of {node} is silent: {n} cards are unknown",
    },
    action: "check_exporter",
    runbook: "exporter-down",
    source: "health-rules.md section 6: after five minutes; cards are neither idle nor lost",
  },
  {
    ...NODE_RULE,
    id: "node-down",
    condition: { kind: "presence", verdict: "node_down" },
    forMs: MINUTE,
    severity: "P1",
    summary: { zh: "节点 {node} 失联，{n} 张卡停用", en: "Node {node} is down with its {n} cards" },
    action: "check_node",
    runbook: "node-down",
    source: "Kubernetes says NotReady and the exporter is silent; without work on it P2",
  },
  {
    ...NODE_RULE,
    id: "node-removed",
    condition: { kind: "presence", verdict: "node_removed" },
    forMs: 5 * MINUTE,
    severity: "P3",
    summary: { zh: "节点 {node} 已从集群移除（{n} 张卡）", en: "Node {node} was removed from its cluster ({n} cards)" },
    action: "check_node",
    runbook: "node-down",
    source: "health-rules.md section 6: scaled down or reclaimed",
  },
  {
    ...NODE_RULE,
    id: "more-than-expected",
    condition: { kind: "presence", verdict: "more_than_expected" },
    forMs: DAY,
    severity: "P3",
    summary: {
      zh: "{node} 的卡比登记的多：应有 {expected} 张",
      en: "{node} carries more cards than its inventory says: {expected} expected",
    },
    action: "investigate",
    runbook: "card-drop",
    source: "health-rules.md section 6: the inventory is wrong",
  },
  {
    id: "mass-loss",
    family: "presence",
    scope: "cluster",
    condition: { kind: "mass_loss", ratio: 0.5, atLeast: 3, windowMs: 5 * MINUTE },
    forMs: 0,
    keepFiringMs: 2 * MINUTE,
    severity: "P1",
    summary: {
      zh: "{cluster} 的 {expected} 张卡里有 {n} 张同时失联：大面积故障或监控中断",
      en: "{n} of {expected} cards of {cluster} fell silent together: a mass loss, or a failure of monitoring",
    },
    action: "check_network",
    runbook: "mass-loss",
    source: "NVSentinel's breaker: 50 % within 5 min; at least three cards: ours",
    where: {},
  },
];
