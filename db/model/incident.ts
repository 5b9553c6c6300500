/** The life of what a rule found. `suppressed` by silence, inhibition or breaker is an attribute, never a state. */
import type { GangVerdict, Scope, Severity } from "./rule.ts";
import type { UnixMs } from "./units.ts";

/** Labels that say what an incident is about, by name. Part of its identity; never values that change. */
export type Labels = Readonly<Record<string, string>>;

/** A figure behind a verdict: what was read, against what. */
export type Evidence = {
  readonly signal: string; // name of the signal, event or measure
  readonly value: number | null;
  readonly threshold: number | null;
  readonly at: UnixMs; // when it was read
  readonly text: string; // in words where figures do not say it ("GPU has fallen off the bus"); hostile
};

/** One thing a rule sees now. */
export type Finding = {
  readonly ruleId: string;
  readonly scope: Scope;
  readonly labels: Labels; // identity
  readonly severity: Severity; // may be higher than the rule's, where the table says so
  readonly since: UnixMs; // when the evidence says it began (an event's instant, a card's last reading)
  readonly cardIds: readonly number[]; // it takes out, or speaks of
  readonly nodeKey: string; // keyOfNode, "" = of no node
  readonly cluster: string;
  readonly region: string;
  readonly poolId: number; // of its first card; 0 = none
  readonly values: Readonly<Record<string, string | number>>; // fill {name} of the summary
  readonly evidence: readonly Evidence[];
  readonly verdict: GangVerdict | null;
};

export const PHASES = ["pending", "firing", "resolved"] as const;
export type Phase = (typeof PHASES)[number];

/** Why an incident went from one phase to another; each has a sentence in the web catalogue. */
export const BECAUSE = [
  "condition_began",
  "held_for", // observed for as long as the rule asks
  "at_once", // the rule asks for no time
  "never_fired", // ended while pending
  "condition_ended", // evident health for keep_firing_for
  "card_left", // given back or replaced: nothing to be healthy
  "by_person",
  "rule_changed",
  "rule_disabled",
  "too_wide", // folded into "rule too wide"
  "historic", // found in late data: on record, told to nobody
  "restored", // said by the sender of an outside alert
] as const;
export type Because = (typeof BECAUSE)[number];

export const SUPPRESSED_BY = ["silence", "inhibition", "breaker", "maintenance"] as const;
export type SuppressedBy = (typeof SUPPRESSED_BY)[number];

/** An incident as the engine carries it from round to round, and as its row stands. */
export type Incident = {
  readonly id: number; // 0 = not written yet
  readonly fingerprint: string; // hash of rule id and sorted identity labels
  readonly ruleId: string;
  readonly ruleVersion: number;
  readonly scope: Scope;
  readonly labels: Labels;
  readonly severity: Severity;
  readonly phase: Phase;
  readonly since: UnixMs; // when the condition began
  readonly pendingAt: UnixMs; // when we first saw it
  readonly observedMs: number; // of the condition, while pending; of evident health, while firing
  readonly seenAt: UnixMs; // last round that said breach or clear
  readonly firedAt: UnixMs | null;
  readonly clearSince: UnixMs | null; // evident health since, while firing
  readonly resolvedAt: UnixMs | null;
  readonly because: Because;
  readonly isHistoric: boolean;
  readonly flaps: number; // bits of the changes between the last 21 checks (1 = changed), newest lowest
  readonly isFlapping: boolean;
  readonly suppressedBy: SuppressedBy | null;
  readonly suppressor: string; // fingerprint of the inhibitor, id of the silence; "" = none
  readonly isConfirmed: boolean; // a second source or a person says the breaker's loss is real
  readonly cardIds: readonly number[];
  readonly nodeKey: string;
  readonly cluster: string;
  readonly region: string;
  readonly poolId: number;
  readonly values: Readonly<Record<string, string | number>>;
  readonly evidence: readonly Evidence[];
  readonly verdict: GangVerdict | null;
  readonly ackedBy: string; // "" = nobody
  readonly ackedAt: UnixMs | null;
  readonly assignee: string;
  readonly escalation: number; // steps taken
};

/** What happened to an incident: its timeline. Never changed, never deleted before the incident. */
export const INCIDENT_EVENT_KINDS = [
  "pending",
  "fired",
  "resolved",
  "severity", // changed
  "suppressed",
  "revealed", // the suppression ended
  "flapping",
  "steady", // flapping no more
  "confirmed", // the breaker's loss
  "acknowledged",
  "unacknowledged",
  "assigned",
  "escalated",
  "note",
  "notified", // a message left for a channel
  "cards", // the set of cards it takes out changed
] as const;
export type IncidentEventKind = (typeof INCIDENT_EVENT_KINDS)[number];

export type IncidentEvent = {
  readonly at: UnixMs;
  readonly kind: IncidentEventKind;
  readonly because: string; // a Because, or ""
  readonly who: string; // person; "" = the engine
  readonly detail: string; // hostile where a person or a label said it
};

/** A change of one incident in one round: what was, what is, and the events that tell it. */
export type IncidentChange = { readonly next: Incident; readonly events: readonly IncidentEvent[] };
