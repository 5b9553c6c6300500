import type { Rule } from "../../../../db/model/rule.ts";
import { CARD_RULE, DAY, HOUR, MINUTE } from "./defaults.ts";

const GANG_RULE = {
  family: "work",
  scope: "gang",
  keepFiringMs: 5 * MINUTE,
  where: {},
} as const satisfies Partial<Rule>;

/** What the cards do, or do not: health-rules.md section 7. */
export const WORK_RULES: readonly Rule[] = [
  {
    ...CARD_RULE,
    id: "idle-held",
    family: "work",
    condition: { kind: "level", signal: "heldQuietMs", compare: ">=", threshold: HOUR },
    severity: "P3",
    summary: {
      zh: "{holder} 占着 {node} 的 {model} 但一小时没用",
      en: "{holder} holds a {model} of {node} and has not used it for an hour",
    },
    action: "reclaim",
    runbook: "idle",
    source: "ours: an hour, the longest of the kinds of work (notebook)",
  },
  {
    ...CARD_RULE,
    id: "idle-free",
    family: "work",
    condition: { kind: "level", signal: "freeMs", compare: ">=", threshold: DAY },
    severity: "P3",
    summary: { zh: "{node} 的 {model} 空闲超过一天", en: "A {model} of {node} has been free for a day" },
    action: "reclaim",
    runbook: "idle",
    source: "gcm: idle 24 h",
  },
  {
    ...CARD_RULE,
    id: "zombie-memory",
    family: "work",
    condition: { kind: "level", signal: "zombieMs", compare: ">=", threshold: 30 * MINUTE },
    severity: "P2",
    summary: {
      zh: "{node} 的 {model} 没有占用者却占着显存",
      en: "Memory of a {model} on {node} is in use and nobody holds the card",
    },
    action: "kill_process",
    runbook: "idle",
    source: "gcm: more than 15 MiB on an idle card is a left-over process",
  },
  {
    ...CARD_RULE,
    id: "hung",
    family: "work",
    condition: {
      kind: "all",
      of: [
        { kind: "level", signal: "utilRatio", compare: ">=", threshold: 0.95 },
        { kind: "level", signal: "tensorRatio", compare: "<", threshold: 0.01 },
        { kind: "level", signal: "dramRatio", compare: "<", threshold: 0.02 },
        { kind: "level", signal: "pcieRxBytesPerSecond", compare: "<", threshold: 1_000_000 },
      ],
    },
    forMs: 10 * MINUTE,
    severity: "P1",
    summary: {
      zh: "{holder} 在 {node} 上疑似卡死：利用率满，但不做计算",
      en: "{holder} looks hung on {node}: fully busy, and nothing is computed",
    },
    action: "check_job",
    runbook: "hung",
    source: "ours: utilisation ≥ 95 % with tensor < 1 %, memory < 2 % and hardly a byte moved",
  },
  {
    ...GANG_RULE,
    id: "train-interrupted",
    condition: { kind: "gang", verdict: "crashed" },
    forMs: 2 * MINUTE,
    severity: "P1",
    summary: {
      zh: "训练作业 {job} 中断：{n} 张卡同时停下",
      en: "Training job {job} was interrupted: {n} cards fell together",
    },
    action: "check_job",
    runbook: "train-interrupted",
    source: "ours: 80 % of a job's cards from above 50 % to below 5 % within five minutes, still after ten",
  },
  {
    ...GANG_RULE,
    id: "data-stall",
    condition: { kind: "gang", verdict: "data_stall" },
    forMs: 10 * MINUTE,
    severity: "P3",
    summary: { zh: "训练作业 {job} 在等数据（{n} 张卡）", en: "Training job {job} waits for its data ({n} cards)" },
    action: "check_storage",
    runbook: "train-interrupted",
    source: "ours: on and off six times within half an hour",
  },
];
