import type { Channel, Route, Silence } from "../../../db/model/channel.ts";
import type { Incident, Labels } from "../../../db/model/incident.ts";
import type { Rule, RuleInForce } from "../../../db/model/rule.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { AlertGroup, StoredGroup } from "../../../db/store/alert-groups.ts";
import type { StoredIncident } from "../../../db/store/incidents.ts";
import type { Notice } from "../../../db/model/channel.ts";
import type { Advanced, RecentLives } from "../../domain/alerts/advance.ts";
import type { Round, RuleSaw } from "../../domain/health/round.ts";

/** The pure decisions an engine carries out. The rule lab replays the past with the same ones. */
export type EngineJudge = {
  evaluate(rule: Rule, round: Round): RuleSaw;
  /** Lets go of findings that are too many to be told: asked after each rule, so that they never pile up. */
  shed(saws: readonly RuleSaw[]): readonly RuleSaw[];
  fingerprintOf(ruleId: string, labels: Labels): string;
  /** One step of every open incident. `changes` are those something happened to, new ones with id 0. */
  advance(step: {
    readonly open: ReadonlyMap<string, Incident>; // by fingerprint
    readonly recent: RecentLives;
    readonly saws: readonly RuleSaw[];
    readonly rules: ReadonlyMap<string, RuleInForce>;
    readonly silences: readonly Silence[];
    readonly now: UnixMs;
    readonly elapsedMs: number; // of observed time since the last step, by the monotonic clock
  }): Advanced;
  /** What is to be said now, where, and when the next word is due. */
  speak(step: SpeakStep): Spoken;
};

export type SpeakStep = {
  readonly incidents: readonly StoredIncident[]; // open ones, and those resolved in this step or not yet said
  readonly groups: readonly StoredGroup[];
  readonly routes: readonly Route[];
  readonly channels: readonly Channel[];
  readonly rules: ReadonlyMap<string, RuleInForce>;
  readonly now: UnixMs;
};

export type Spoken = {
  readonly groups: readonly AlertGroup[]; // new or changed
  readonly over: readonly number[]; // groups of which everything was said
  readonly messages: readonly {
    readonly group: AlertGroup;
    readonly notice: Notice;
    readonly fingerprints: readonly string[];
  }[];
  readonly escalated: readonly { readonly fingerprint: string; readonly step: number }[];
  readonly nextAt: UnixMs | null;
};
