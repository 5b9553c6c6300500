import type { Rule } from "../../../../db/model/rule.ts";
import { CARD_RULE, DAY, HOUR, MINUTE } from "./defaults.ts";

/** An XID has no opposite: it is over when none came for so long. NVSentinel's sticky window. */
const QUIET = 3 * HOUR;
const XID_RULE = { ...CARD_RULE, family: "xid", keepFiringMs: 0, runbook: "xid" } as const satisfies Partial<Rule>;

/** The driver's own error codes, by the catalogue's class (xid.ts). Each code of a card is one incident. */
export const XID_RULES: readonly Rule[] = [
  {
    ...XID_RULE,
    id: "xid-critical",
    condition: { kind: "event", event: "xid", xids: "critical", count: 1, windowMs: HOUR, quietMs: QUIET },
    severity: "P1",
    summary: { zh: "{node} 的 {model} 报 XID {code}：{nameZh}", en: "XID {code} on {node} ({model}): {name}" },
    action: "drain_reboot",
    source: "level critical in the catalogue, where the vendors' lists agree",
  },
  {
    ...XID_RULE,
    id: "xid-hw-warning",
    condition: { kind: "event", event: "xid", xids: "hardware_warning", count: 1, windowMs: HOUR, quietMs: QUIET },
    severity: "P2",
    summary: { zh: "{node} 的 {model} 报 XID {code}：{nameZh}", en: "XID {code} on {node} ({model}): {name}" },
    action: "drain_and_diagnose",
    source: "class hardware, level warning; also critical codes on which the vendors' lists do not agree",
  },
  {
    ...XID_RULE,
    id: "xid-app",
    condition: { kind: "event", event: "xid", xids: "application", count: 3, windowMs: HOUR, quietMs: HOUR },
    severity: "P3",
    summary: {
      zh: "{node} 的 {model} 一小时内 {count} 次 XID {code}：{nameZh}",
      en: "XID {code} {count} times within an hour on {node} ({model}): {name}",
    },
    action: "restart_app",
    source: "class application in the catalogue; three within an hour: ours",
  },
  {
    ...XID_RULE,
    id: "xid-mmu-again",
    condition: { kind: "event", event: "xid", xids: [31], count: 2, windowMs: DAY, quietMs: QUIET },
    severity: "P3",
    summary: {
      zh: "{node} 的 {model} 一天内 {count} 次 XID 31：{nameZh}",
      en: "XID 31 {count} times within a day on {node} ({model}): {name}",
    },
    action: "drain_and_diagnose",
    source: "NVSentinel: 31 twice on one GPU in 24 h: diagnostics; on several GPUs: the program",
  },
  {
    ...XID_RULE,
    id: "xid-contained-again",
    condition: { kind: "event", event: "xid", xids: [94], count: 3, windowMs: 7 * DAY, quietMs: DAY },
    severity: "P2",
    summary: {
      zh: "{node} 的 {model} 一周内 {count} 次 XID 94：{nameZh}",
      en: "XID 94 {count} times within a week on {node} ({model}): {name}",
    },
    action: "rma_diagnose",
    source: "NVSentinel: 94 three times on one GPU: contact support; within a week: ours",
  },
  {
    ...XID_RULE,
    id: "xid-repeat",
    condition: { kind: "event", event: "xid", xids: "critical", count: 5, windowMs: DAY, quietMs: DAY },
    severity: "P1",
    summary: {
      zh: "{node} 的 {model} 一天内 {count} 次 XID {code}，应换卡",
      en: "XID {code} {count} times within a day on {node} ({model}): replace it",
    },
    action: "rma_diagnose",
    source: "NVSentinel: 5 bursts in 24 h, burst gap 3 min",
  },
  {
    ...XID_RULE,
    id: "recovery-reset",
    condition: {
      kind: "any",
      of: [
        { kind: "level", signal: "recoveryAction", compare: "==", threshold: 1 },
        { kind: "level", signal: "recoveryAction", compare: "==", threshold: 4 },
      ],
    },
    keepFiringMs: MINUTE,
    severity: "P1",
    summary: { zh: "驱动要求重置 {node} 的 {model}", en: "The driver asks to reset a GPU of {node} ({model})" },
    action: "drain_reset_gpu",
    source: "DCGM field 1523: 1 reset, 4 drain and reset: fail",
  },
  {
    ...XID_RULE,
    id: "recovery-reboot",
    condition: { kind: "level", signal: "recoveryAction", compare: "==", threshold: 2 },
    keepFiringMs: MINUTE,
    severity: "P1",
    summary: { zh: "{node} 的 {model} 要求重启节点", en: "The driver asks to reboot {node} for its {model}" },
    action: "drain_reboot",
    source: "DCGM field 1523: 2 reboot: fail",
  },
  {
    ...XID_RULE,
    id: "recovery-p2p",
    condition: { kind: "level", signal: "recoveryAction", compare: "==", threshold: 3 },
    keepFiringMs: MINUTE,
    severity: "P2",
    summary: {
      zh: "{node} 的 {model} 要求排空 P2P 作业",
      en: "The driver asks to drain P2P work from a GPU of {node} ({model})",
    },
    action: "drain_and_diagnose",
    source: "DCGM field 1523: 3 drain P2P: warn",
  },
];
