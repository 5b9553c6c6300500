import type { Rule } from "../../../../db/model/rule.ts";
import { CARD_RULE, DAY, HOUR, MINUTE } from "./defaults.ts";

/** The driver's own error codes, by the catalogue's class (xid.ts). 63 and 64 have rules of their own. */
export const XID_RULES: readonly Rule[] = [
  {
    ...CARD_RULE,
    id: "xid-critical",
    family: "xid",
    condition: { kind: "event", event: "xid", xids: "critical", count: 1, windowMs: MINUTE, quietMs: HOUR },
    severity: "P1",
    summary: { zh: "{node} 的 {model} 报 XID {code}（{name}）", en: "XID {code} ({name}) on a {model} of {node}" },
    action: "drain_reboot",
    runbook: "xid",
    source:
      "level critical in the catalogue, where the vendors' lists agree. Open for an hour after the last one: ours",
  },
  {
    ...CARD_RULE,
    id: "xid-hw-warning",
    family: "xid",
    condition: { kind: "event", event: "xid", xids: "hardware_warning", count: 1, windowMs: MINUTE, quietMs: HOUR },
    severity: "P2",
    summary: { zh: "{node} 的 {model} 报 XID {code}（{name}）", en: "XID {code} ({name}) on a {model} of {node}" },
    action: "drain_and_diagnose",
    runbook: "xid",
    source: "class hardware, level warning; also critical codes on which the vendors' lists do not agree",
  },
  {
    ...CARD_RULE,
    id: "xid-app",
    family: "xid",
    condition: { kind: "event", event: "xid", xids: "application", count: 3, windowMs: HOUR, quietMs: HOUR },
    severity: "P3",
    summary: {
      zh: "{node} 的 {model} 一小时内 {count} 次程序错误 XID {code}",
      en: "{count} application XIDs ({code}) within an hour on a {model} of {node}",
    },
    action: "restart_app",
    runbook: "xid",
    source: "class application; three within an hour: ours",
  },
  {
    ...CARD_RULE,
    id: "xid-repeat",
    family: "xid",
    condition: { kind: "event", event: "xid", xids: "critical", count: 5, windowMs: DAY, quietMs: DAY },
    severity: "P1",
    summary: {
      zh: "{node} 的 {model} 一天内 {count} 次致命 XID，应换卡",
      en: "{count} fatal XIDs within a day on a {model} of {node}: replace it",
    },
    action: "rma_diagnose",
    runbook: "xid",
    source: "NVSentinel: 5 bursts in 24 h, burst gap 3 min",
  },
  {
    ...CARD_RULE,
    id: "recovery-action",
    family: "xid",
    condition: { kind: "level", signal: "recoveryAction", compare: ">=", threshold: 1 },
    severity: "P1",
    summary: {
      zh: "{node} 的 {model} 驱动要求恢复动作 {value}",
      en: "The driver asks for recovery action {value} on a {model} of {node}",
    },
    action: "drain_reset_gpu",
    runbook: "xid",
    source: "DCGM field 1523: 1 reset, 2 reboot, 3 drain P2P, 4 drain and reset",
  },
];
