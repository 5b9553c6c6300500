/** What the alert pages answer. Plain JSON; money is micro-units as text; null = not known. Labels, notes, answers are hostile. */
import type { Channel, ChannelKind, Delivery, OutboxState, Route, Silence } from "./channel.ts";
import type { CardState } from "./fleet.ts";
import type { Evidence, IncidentEventKind, Labels, Phase, SuppressedBy, Because } from "./incident.ts";
import type { Currency, MicroText } from "./money.ts";
import type { Action, GangVerdict, Rule, RuleFamily, RuleInForce, Scope, Severity, TwoTongues } from "./rule.ts";
import type { CardEventView } from "./views.ts";

/** One incident in a list. */
export type IncidentRow = {
  readonly id: number;
  readonly ruleId: string;
  readonly family: RuleFamily;
  readonly severity: Severity;
  readonly phase: Phase;
  readonly scope: Scope;
  readonly labels: Labels;
  readonly summary: TwoTongues; // filled
  readonly action: Action;
  readonly since: number;
  readonly firedAt: number | null;
  readonly resolvedAt: number | null;
  readonly because: Because;
  readonly suppressedBy: SuppressedBy | null;
  readonly isFlapping: boolean;
  readonly isHistoric: boolean;
  readonly ackedBy: string; // "" = nobody
  readonly assignee: string;
  readonly region: string;
  readonly cluster: string;
  readonly node: string; // name; "" = of none
  readonly poolId: number; // 0 = of none
  readonly cards: number;
  readonly costPerHourMicro: MicroText | null; // of the cards it takes out; null = none of them is priced
  readonly unpricedCards: number;
  readonly isOfMoney?: true; // its rule compares money: the sentence names amounts. Left out = it does not
  readonly features: readonly { readonly id: number; readonly name: string }[];
  readonly holders: readonly string[];
};

export const INCIDENT_SETS = ["open", "suppressed", "pending", "resolved"] as const;
export type IncidentSet = (typeof INCIDENT_SETS)[number];
export const INCIDENT_GROUPINGS = ["none", "rule", "node", "pool", "cluster", "feature"] as const;
export type IncidentGrouping = (typeof INCIDENT_GROUPINGS)[number];

/** What of the incidents is asked for. Lists: any of; [] = all. */
export type IncidentFilter = {
  readonly set: IncidentSet; // open = firing and told; suppressed = firing and held back
  readonly severities: readonly Severity[];
  readonly families: readonly RuleFamily[];
  readonly ruleId: string; // "" = all
  readonly region: string;
  readonly cluster: string;
  readonly poolId: number; // 0 = all
  readonly featureId: number | null;
  readonly card: string; // UUID
  readonly q: string; // in summary, labels, holders
  readonly from: number | null; // resolved ones: resolved in [from, to)
  readonly to: number | null;
};

/** `alerts.incidents`: worst and costliest first. */
export type IncidentsPage = {
  readonly asOf: number;
  readonly zone: string;
  readonly currency: Currency;
  readonly counts: Readonly<Record<Severity, number>> & {
    readonly suppressed: number;
    readonly pending: number;
    readonly unacknowledged: number;
  }; // of everything open, whatever the filter
  readonly costPerHourMicro: MicroText | null; // of every card an open incident takes out, each counted once
  readonly unpricedCards: number;
  readonly rows: readonly IncidentRow[];
  readonly total: number; // behind the filter
  readonly next: string | null; // cursor
  /** Why the engine cannot be trusted just now; null = it judged within the last minute. */
  readonly trouble: EngineTrouble | null;
};

export type EngineTrouble = { readonly kind: "not_yet" | "stalled" | "cannot_write"; readonly since: number | null };

export type IncidentEventView = {
  readonly at: number;
  readonly kind: IncidentEventKind;
  readonly because: string;
  readonly who: string;
  readonly detail: string;
  readonly body: unknown;
};

/** A card beside the one that is ill: same node, else same pool. */
export type Sibling = {
  readonly cardId: number;
  readonly uuid: string;
  readonly node: string;
  readonly position: string;
  readonly state: CardState;
  readonly isIll: boolean; // in this incident
  readonly incidents: number; // open ones
  readonly utilRatio: number | null;
  readonly temperatureCelsius: number | null;
  readonly powerWatts: number | null;
  readonly lastReadAt: number | null;
};

/** A message that told of the incident. */
export type DeliveryView = {
  readonly outboxId: string;
  readonly channel: string; // name
  readonly channelKind: ChannelKind;
  readonly state: OutboxState;
  readonly at: number;
  readonly sentAt: number | null;
  readonly title: string;
  readonly attempts: readonly Delivery[];
};

/** `alerts.incident`: everything about one. */
export type IncidentPage = {
  readonly asOf: number;
  readonly zone: string;
  readonly currency: Currency;
  readonly row: IncidentRow;
  readonly rule: RuleInForce | null; // null = the rule is gone
  readonly verdict: GangVerdict | null;
  readonly evidence: readonly Evidence[];
  readonly timeline: readonly IncidentEventView[]; // oldest first
  readonly events: readonly CardEventView[]; // of its cards around it, newest first
  readonly cardIds: readonly number[];
  readonly cards: readonly Sibling[]; // at most 64, the ill ones first
  readonly chart: { readonly uuid: string; readonly from: number; readonly to: number } | null; // whose readings tell it
  readonly costSoFarMicro: MicroText | null; // of its cards, from since until it ended or now
  readonly past: readonly { readonly id: number; readonly since: number; readonly resolvedAt: number | null }[]; // same fingerprint
  readonly inhibits: number;
  readonly suppressor: { readonly kind: SuppressedBy; readonly id: number | null; readonly text: string } | null;
  readonly deliveries: readonly DeliveryView[];
  readonly runbook: string; // markdown; "" = none
};

/** `alerts.rules`. */
export type RuleRow = RuleInForce & {
  readonly open: number;
  readonly fired7d: number;
  readonly lastFiredAt: number | null;
  readonly fault: string; // why it could not be evaluated; "" = it is
  readonly needs: readonly string[]; // signals no card has said so far
  readonly isSaid: boolean; // false = nothing it reads was ever said: it can say nothing of anyone
};
export type RulesPage = { readonly asOf: number; readonly rows: readonly RuleRow[] };

/** What one version of a rule would have done to the stored past. */
export type LabRun = {
  readonly incidents: readonly LabIncident[]; // ascending; at most 2 000
  readonly total: number;
  readonly pagesPerDay: number; // messages' first firing, P1 and P2
  readonly firstAt: number | null;
  readonly mostOpen: number;
};
export type LabIncident = {
  readonly fingerprint: string;
  readonly labels: Labels;
  readonly since: number;
  readonly firedAt: number;
  readonly resolvedAt: number | null; // null = open at the end
  readonly cards: number;
  readonly evidence: readonly Evidence[];
};

/** `alerts.lab`: a draft beside the saved version, over the same days. */
export type LabResult = {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly draft: LabRun;
  readonly saved: LabRun | null; // null = a new rule
  readonly added: readonly LabIncident[]; // the draft has, the saved one has not
  readonly missed: readonly LabIncident[]; // the other way round
  readonly notKept: readonly string[]; // signals the history does not hold: the draft saw nothing of them
  readonly coverage: number; // share of owned card time that was observed
};
export type LabProgress =
  | { readonly state: "running"; readonly done: number; readonly of: number }
  | { readonly state: "done"; readonly result: LabResult }
  | { readonly state: "failed"; readonly error: string };

export type SilenceRow = Silence & {
  readonly state: "active" | "pending" | "expired";
  readonly nextFrom: number | null; // of a recurring one
  readonly holds: number; // open incidents it holds back now
};

export type ChannelRow = Channel & {
  readonly failingSince: number | null;
  readonly pausedUntil: number | null;
  readonly waiting: number;
  readonly dead: number;
  readonly lastSentAt: number | null;
  readonly lastError: string; // hostile
};
export type ChannelsPage = {
  readonly asOf: number;
  readonly canSeal: boolean; // false = no key for secrets: channels cannot be saved
  readonly rows: readonly ChannelRow[];
  readonly routes: readonly Route[];
};

/** What the Today page opens with. */
export type AlertsHead = {
  readonly asOf: number;
  readonly counts: IncidentsPage["counts"];
  readonly costPerHourMicro: MicroText | null;
  readonly unpricedCards: number;
  readonly currency: Currency;
  readonly worst: readonly IncidentRow[]; // at most 5
  readonly trouble: EngineTrouble | null;
};

/** A card's health: events and incidents, newest first. */
export type CardHealth = {
  readonly events: readonly CardEventView[];
  readonly incidents: readonly IncidentRow[];
};

/** What a person may change of a rule: the form works on the data itself. */
export type RuleDraft = { readonly rule: Rule; readonly enabled: boolean; readonly why: string };
