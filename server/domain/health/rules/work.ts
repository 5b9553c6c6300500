import type { Rule } from "../../../../db/model/rule.ts";
import { CARD_RULE, DAY, MINUTE } from "./defaults.ts";

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
    condition: {
      kind: "all",
      of: [
        { kind: "level", signal: "heldQuietMs", compare: ">=", threshold: 30 * MINUTE },
        { kind: "work", is: ["inference", "other"] },
      ],
    },
    severity: "P3",
    summary: {
      zh: "{holder} 占着 {node} 的 {model}，已 {value} 分钟没有用",
      en: "{holder} holds a card of {node} ({model}) and has not used it for {value} min",
    },
    action: "reclaim",
    runbook: "idle",
    source: "ours: 30 min for inference and for work nobody named",
  },
  {
    ...CARD_RULE,
    id: "idle-held-notebook",
    family: "work",
    condition: {
      kind: "all",
      of: [
        { kind: "level", signal: "heldQuietMs", compare: ">=", threshold: 60 * MINUTE },
        { kind: "work", is: ["notebook"] },
      ],
    },
    severity: "P3",
    summary: {
      zh: "笔记本 {holder} 占着 {node} 的 {model}，已 {value} 分钟没有用",
      en: "Notebook {holder} holds a card of {node} ({model}) and has not used it for {value} min",
    },
    action: "reclaim",
    runbook: "idle",
    source: "ours: an hour for a notebook",
  },
  {
    ...CARD_RULE,
    id: "idle-held-training",
    family: "work",
    condition: {
      kind: "all",
      of: [
        { kind: "level", signal: "heldQuietMs", compare: ">=", threshold: 15 * MINUTE },
        { kind: "work", is: ["training"] },
      ],
    },
    severity: "P3",
    summary: {
      zh: "训练 {holder} 占着 {node} 的 {model}，已 {value} 分钟没有用",
      en: "Training {holder} holds a card of {node} ({model}) and has not used it for {value} min",
    },
    action: "reclaim",
    runbook: "idle",
    source: "ours: 15 min for training",
  },
  {
    ...CARD_RULE,
    id: "idle-free",
    family: "work",
    condition: { kind: "level", signal: "freeMs", compare: ">=", threshold: DAY },
    severity: "P3",
    summary: { zh: "{node} 的 {model} 空闲超过一天", en: "A card of {node} ({model}) has been free for a day" },
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
      zh: "{node} 的 {model} 没有占用者却占着显存，已 {value} 分钟",
      en: "Memory of a card of {node} ({model}) is in use for {value} min and nobody holds the card",
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
        { kind: "work", is: ["inference", "notebook", "other"] }, // of a job that trains, train-hung judges all cards
      ],
    },
    forMs: 10 * MINUTE,
    severity: "P2",
    summary: {
      zh: "{holder} 在 {node} 上疑似卡死：利用率满，但不做计算",
      en: "{holder} looks hung on {node}: fully busy, and nothing is computed",
    },
    action: "check_job",
    runbook: "hung",
    source: "ours: utilisation ≥ 95 % with tensor < 1 % and memory < 2 %",
  },
  {
    ...GANG_RULE,
    id: "train-crashed",
    condition: { kind: "gang", verdict: "crashed" },
    forMs: 2 * MINUTE,
    severity: "P1",
    summary: {
      zh: "训练作业 {job} 崩溃：{n} 张卡同时停下",
      en: "Training job {job} crashed: its {n} cards stopped together",
    },
    action: "check_job",
    runbook: "train-interrupted",
    source: "ours: the shape of train-interrupted, with a pod that failed or a fault of one of its cards",
  },
  {
    ...GANG_RULE,
    id: "train-interrupted",
    condition: { kind: "gang", verdict: "unknown" },
    forMs: 10 * MINUTE,
    severity: "P1",
    summary: {
      zh: "训练作业 {job} 中断：{n} 张卡同时停下，Pod 仍在运行",
      en: "Training job {job} was interrupted: its {n} cards stopped together while its pods run",
    },
    action: "check_job",
    runbook: "train-interrupted",
    source: "ours: 80 % of a job's cards from above 50 % to below 5 % within five minutes",
  },
  {
    ...GANG_RULE,
    id: "train-hung",
    condition: { kind: "gang", verdict: "hung" },
    forMs: 10 * MINUTE,
    severity: "P1",
    summary: {
      zh: "训练作业 {job} 卡死：{n} 张卡在空转",
      en: "Training job {job} hangs: its {n} cards wait and compute nothing",
    },
    action: "check_job",
    runbook: "hung",
    source: "ours: utilisation ≥ 95 % with tensor < 1 % and memory < 2 % and nothing moved; Ascend: mind-cluster",
  },
  {
    ...GANG_RULE,
    id: "data-stall",
    condition: { kind: "gang", verdict: "data_stall" },
    forMs: 10 * MINUTE,
    severity: "P2",
    summary: {
      zh: "训练作业 {job} 时忙时停，可能在等数据（{n} 张卡）",
      en: "Training job {job} works and stops by turns: it may wait for its data ({n} cards)",
    },
    action: "check_storage",
    runbook: "train-interrupted",
    source: "ours: on and off six times within half an hour",
  },
];
