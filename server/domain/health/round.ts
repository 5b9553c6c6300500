import type { GapCause } from "../../../db/model/coverage.ts";
import type { CardEvent } from "../../../db/model/events.ts";
import type { CardState, PoolKey } from "../../../db/model/fleet.ts";
import type { Signal } from "../../../db/model/health.ts";
import type { Finding, Labels } from "../../../db/model/incident.ts";
import type { UnixMs } from "../../../db/model/units.ts";

/**
 * Everything the rules may look at in one round. Live rounds are made of the live fleet, past ones of stored slots: the
 * rules cannot tell them apart. Columns are by row of `cards`; NaN = not said, or said too long ago to be believed.
 */
export type Round = {
  readonly at: UnixMs;
  readonly cards: RoundCards;
  readonly nodes: readonly RoundNode[];
  readonly gangs: readonly RoundGang[];
  readonly sources: readonly RoundSource[];
  readonly money: readonly RoundMoney[];
  readonly events: RoundEvents;
  /** Answers of PromQL rules, by rule id; a rule without an answer in this round is absent. */
  readonly answers: ReadonlyMap<string, RoundAnswer>;
};

/** The cards that are ours, column by column. */
export type RoundCards = {
  readonly count: number;
  readonly id: Int32Array;
  readonly uuid: readonly string[];
  readonly node: Int32Array; // index into Round.nodes
  readonly pool: readonly (PoolKey & { readonly id: number })[]; // by row; rows of a pool share the object
  readonly state: readonly CardState[];
  readonly stateSince: Float64Array; // unix ms; NaN = not known
  readonly holder: readonly string[]; // "namespace/pod", "" = nobody or not said
  readonly feature: readonly (RoundFeature | null)[]; // null = nobody's
  readonly heardAt: Float64Array; // unix ms of the last reading; NaN = never read
  /** "none" while its last reading speaks, else why it does not. */
  readonly gap: readonly GapCause[];
  /** When it fell silent, unix ms; NaN while it speaks or was never read. */
  readonly silentSince: Float64Array;
  /** A gauge, a state or a derived signal now. Good until the next round is made. */
  level(signal: Signal): Float64Array;
  /** By how much a counter rose over the last windowMs (rounded up to whole minutes, at most an hour). */
  rise(signal: Signal, windowMs: number): Float64Array;
  /** The one column that `level` and `rise` answer for what nobody says now: NaN throughout. Left out = not told apart. */
  readonly unsaid?: Float64Array;
};

export type RoundFeature = { readonly id: number; readonly name: string; readonly team: string; readonly kind: string };

export type RoundNode = {
  readonly key: string; // vendor/region/zone/cluster/name: two clusters may both have a "gpu-1"
  readonly name: string; // "" = the host nobody named: presence is not judged there
  readonly vendor: string;
  readonly region: string;
  readonly zone: string;
  readonly cluster: string;
  readonly rows: Int32Array; // of its cards
  /** Cards it should carry; null = nobody said and too little was seen. */
  readonly expected: number | null;
  readonly expectedBecause: "declared" | "seen" | null; // the stable maximum of the last 7 days
  readonly isReady: boolean | null; // as Kubernetes says; null = it does not
  readonly isInKube: boolean | null; // false = its object was removed; null = no Kubernetes facts for its cluster
  readonly isCordoned: boolean | null;
  readonly kubeCapacity: number | null;
  /** Whether its exporter answered last time; null = read through Prometheus, or never. */
  readonly isExporterUp: boolean | null;
  readonly exporterSince: UnixMs | null; // when that began
};

/** The cards one job holds together: at least two rows under one owner of kind training. */
export type RoundGang = {
  readonly key: string; // cluster/namespace/owner
  readonly cluster: string;
  readonly namespace: string;
  readonly job: string;
  readonly feature: RoundFeature | null;
  readonly rows: Int32Array;
  readonly startedAt: UnixMs | null;
  /** Its pods run, ended well, or failed, as Kubernetes says; null = it does not say. */
  readonly phase: "running" | "succeeded" | "failed" | null;
  /** Mean activity of its cards, one value a minute for the last hour, oldest first; NaN = not said. */
  readonly activity: Float64Array;
  /** The share of its cards above 50 % activity, likewise. */
  readonly busyShare: Float64Array;
};

export type RoundSource = {
  readonly name: string;
  readonly isDown: boolean;
  readonly downSince: UnixMs | null;
  readonly lastSuccessAt: UnixMs | null;
  readonly durationMs: number | null; // of the slowest target
  readonly targets: number;
  readonly targetsDown: number;
  readonly fault: string; // in words, "" = none; hostile
};

/** Money as the ledger has it; figures are units of the configured currency. null = not known. */
export type RoundMoney = {
  readonly scope: "pool" | "feature";
  readonly labels: Labels;
  readonly poolId: number; // 0 for a feature
  readonly asOf: UnixMs;
  readonly wastePerDay: number | null;
  readonly budgetPace: number | null; // spend so far / budget so far
  readonly isPaceAtLeast?: true; // not all of its cost is known: it spends at least so fast
  readonly margin: number | null; // (revenue − cost) / revenue of the last whole day
};

/** Events of the last 7 days, by card. A code of the gauge and of the kernel's log within 90 s is one event. */
export type RoundEvents = { of(cardId: number): readonly CardEvent[] }; // oldest first; [] = none

export type RoundAnswer =
  | { readonly kind: "series"; readonly series: readonly { readonly labels: Labels; readonly value: number }[] }
  | { readonly kind: "fault"; readonly text: string };

/** What a rule says of a round. */
export type RuleSaw = {
  readonly ruleId: string;
  readonly findings: readonly Finding[];
  /** What it says of a subject that is not among the findings: is it evidently well, gone, or did nobody say? */
  seen(labels: Labels): "clear" | "absent" | "left";
  readonly fault: string; // why it could not be evaluated, "" = it was; then it says nothing of anyone
  /** Left out = `findings` are all there are. Else they were too many to be kept, and none is (alerts/shed.ts). */
  readonly folded?: Folded;
};

/** Findings that are told as one number, and the place they share; "" = they share none. */
export type Folded = { readonly count: number; readonly region: string; readonly cluster: string };
