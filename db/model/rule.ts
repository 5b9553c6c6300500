/** What Dapan watches for: rules as data. A built-in rule, a tuned copy and one written by a user have the same shape. */
import type { CardEventKind } from "./events.ts";
import type { WorkKind } from "./feature.ts";
import type { Signal } from "./health.ts";

/** P1 = page: a card or a node is out; P2 = ticket today; P3 = record, weekly report. */
export const SEVERITIES = ["P1", "P2", "P3"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What an incident is about. */
export const SCOPES = [
  "card",
  "node",
  "gang", // the cards one job holds
  "pool",
  "cluster",
  "region",
  "feature",
  "source",
  "rule", // a rule itself cannot be evaluated, or is too wide
  "alert", // an alert another Alertmanager or Prometheus told us
] as const;
export type Scope = (typeof SCOPES)[number];

export const RULE_FAMILIES = [
  "memory",
  "xid",
  "link", // NVLink, NVSwitch, PCIe
  "thermal", // temperature, power, clocks, fan
  "network", // InfiniBand, RoCE
  "presence", // card drop, exporter, node
  "work", // idle, hung, interrupted
  "host", // storage of training
  "npu",
  "money",
  "custom",
] as const;
export type RuleFamily = (typeof RULE_FAMILIES)[number];

export const COMPARISONS = [">", ">=", "<", "<=", "=="] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Which XIDs: a class of the catalogue (server/domain/health/xid.ts), or the codes themselves. */
export type XidSet = "critical" | "hardware_warning" | "application" | readonly number[];

/** What Huawei's device plugin does about a fault of an Ascend chip, from nothing to taking it out. */
export const NPU_LEVELS = [
  "NotHandle",
  "SubHealth",
  "RestartRequest",
  "RestartBusiness",
  "FreeRestartNPU",
  "PreSeparateNPU",
  "RestartNPU",
  "SeparateNPU",
] as const;
export type NpuLevel = (typeof NPU_LEVELS)[number];

/**
 * What must be so. Every kind answers breach, clear or absent for each subject of the rule's scope; absent (nothing was
 * said) is neither: it fires nothing and ends nothing.
 */
export type Condition =
  /** A reading compared with a figure. */
  | { readonly kind: "level"; readonly signal: Signal; readonly compare: Comparison; readonly threshold: number }
  /** A temperature against the card's own limit, else its model's (limits.ts); absent where nobody knows one. */
  | {
      readonly kind: "limit";
      readonly signal: "temperatureCelsius" | "memoryTemperatureCelsius";
      readonly limit: "max_operating" | "slowdown";
      readonly aboveCelsius: number; // 0 = above the limit itself, −3 = from three degrees below it
    }
  /** A counter that rose over the last windowMs (whole minutes, at most an hour); a fall is a restart and no rise. */
  | {
      readonly kind: "increase";
      readonly signal: Signal;
      readonly windowMs: number;
      readonly compare: ">" | ">=";
      readonly threshold: number;
    }
  /** Any of these bits is set at the moment of the reading. */
  | { readonly kind: "bits"; readonly signal: "clockReasons"; readonly anyOf: number }
  /** At least `count` events within windowMs; stays true for quietMs after the newest. codes only for XIDs and NPU faults. */
  | {
      readonly kind: "event";
      readonly event: CardEventKind;
      readonly xids: XidSet | null;
      readonly count: number;
      readonly windowMs: number;
      readonly quietMs: number;
    }
  /** Ascend fault codes of a level (server/domain/health/npu-faults.ts). */
  | { readonly kind: "npu_fault"; readonly levels: readonly string[]; readonly quietMs: number }
  /** At least `atLeast` cards of a node are in breach of `of`. */
  | { readonly kind: "cards_of_node"; readonly atLeast: number; readonly of: Condition }
  /** All of them; absent when one is absent and none is clear. */
  | { readonly kind: "all"; readonly of: readonly Condition[] }
  | { readonly kind: "any"; readonly of: readonly Condition[] }
  /** Draws, or does, less than `ratio` of the median of the other cards of its gang. */
  | { readonly kind: "below_peers"; readonly signal: Signal; readonly ratio: number; readonly atLeastPeers: number }
  /** The card's feature does this kind of work; nobody's feature is "other". */
  | { readonly kind: "work"; readonly is: readonly WorkKind[] }
  /** The table of health-rules.md section 6, judged from inventory: see presence.ts. */
  | { readonly kind: "presence"; readonly verdict: PresenceVerdict }
  /** More than `ratio` of a cluster's cards, and at least `atLeast`, fell silent within windowMs. */
  | { readonly kind: "mass_loss"; readonly ratio: number; readonly atLeast: number; readonly windowMs: number }
  /** The shape of a job's cards: see gangs.ts. */
  | { readonly kind: "gang"; readonly verdict: GangVerdict }
  | { readonly kind: "source"; readonly fault: "down" | "slow" | "stale"; readonly afterMs: number }
  | {
      readonly kind: "money";
      readonly measure: "waste_per_day" | "budget_pace" | "margin";
      readonly compare: ">" | "<";
      readonly threshold: number; // units of the configured currency, a ratio of the budget, a ratio
    }
  /** Asked of a configured Prometheus; every series of the answer is a breach of its labels. */
  | { readonly kind: "promql"; readonly source: string; readonly expr: string }; // source "" = every Prometheus source

export const PRESENCE_VERDICTS = [
  "card_drop", // fewer cards than expected, the others fresh
  "exporter_down",
  "all_cards_lost", // exporter answers without a card
  "node_down",
  "node_removed",
  "card_moved",
  "more_than_expected",
] as const;
export type PresenceVerdict = (typeof PRESENCE_VERDICTS)[number];

export const GANG_VERDICTS = ["finished", "crashed", "hung", "data_stall", "unknown"] as const;
export type GangVerdict = (typeof GANG_VERDICTS)[number];

/** Two languages of one sentence. {name} is filled from the finding's labels and values. */
export type TwoTongues = { readonly zh: string; readonly en: string };

/** What to do first, in the words of the XID catalogue. */
export const ACTIONS = [
  "none",
  "monitor",
  "restart_app",
  "reset_gpu_when_idle",
  "reset_gpu",
  "drain_reset_gpu",
  "drain_reboot",
  "drain_and_diagnose",
  "rma_diagnose",
  "check_cooling",
  "check_power",
  "check_cable",
  "check_exporter",
  "check_node",
  "check_network",
  "restart_fabric_manager",
  "kill_process",
  "check_job",
  "check_storage",
  "reclaim",
  "check_prices",
  "fix_rule",
  "investigate",
] as const;
export type Action = (typeof ACTIONS)[number];

export type Rule = {
  readonly id: string; // stable, the identity of its incidents: "ecc-dbe-vol"; users' rules begin with "u-"
  readonly family: RuleFamily;
  readonly scope: Scope;
  readonly condition: Condition;
  readonly forMs: number; // of observed time it must hold before it fires
  readonly keepFiringMs: number; // of evident health before it resolves
  readonly severity: Severity;
  readonly summary: TwoTongues;
  readonly action: Action; // events with a code say their own
  readonly runbook: string; // page under docs/runbooks, without ".md"; "" = none
  readonly source: string; // where the threshold comes from; "ours" says so
  readonly where: Where; // {} = everywhere
};

/** Which subjects a rule, a route or a silence is about: every named part must be one of the values. */
export type Where = {
  readonly vendor?: readonly string[];
  readonly region?: readonly string[];
  readonly zone?: readonly string[];
  readonly cluster?: readonly string[];
  readonly model?: readonly string[];
  readonly billing?: readonly string[];
  readonly feature?: readonly string[];
  readonly team?: readonly string[];
};

/** A rule as it stands: the data, whose it is and whether it is on. */
export type RuleInForce = {
  readonly rule: Rule;
  readonly version: number; // 0 = as built in
  readonly origin: "built_in" | "tuned" | "user";
  readonly enabled: boolean;
  /** As it stands in the places (`where`) of guard windows that are on: the same rule, sooner or with less. Absent = as ever. */
  readonly guarded?: readonly Rule[];
};
