import { CARD_FIELDS } from "../../../db/model/card-fields.ts";
import { CARD_EVENT_KINDS } from "../../../db/model/events.ts";
import { DERIVED_SIGNALS, HEALTH_FIELDS, type Signal } from "../../../db/model/health.ts";
import {
  COMPARISONS,
  type Condition,
  GANG_VERDICTS,
  PRESENCE_VERDICTS,
  type Rule,
  type Scope,
} from "../../../db/model/rule.ts";
import { NPU_LEVELS } from "./npu-faults.ts";

const KINDS = new Map<string, "gauge" | "counter" | "state">([
  ...CARD_FIELDS.map(({ name, kind }) => [name, kind] as const),
  ...HEALTH_FIELDS.map(({ name, kind }) => [name, kind] as const),
  ...DERIVED_SIGNALS.map((name) => [name, "gauge"] as const),
]);
const MINUTE = 60_000;
const HOUR = 3_600_000;
const WEEK = 604_800_000;
const MOST_PARTS = 12;
const MOST_DEPTH = 4;
const MOST_PROMQL = 4_000;

/** Which subjects each kind of condition is about. */
const SCOPES: Readonly<Partial<Record<Condition["kind"], readonly Scope[]>>> = {
  cards_of_node: ["node"],
  presence: ["node"],
  mass_loss: ["cluster"],
  gang: ["gang"],
  source: ["source"],
  money: ["pool", "feature"],
  promql: ["card", "node", "gang", "pool", "cluster", "region", "feature", "source"],
};

/** Why a rule cannot be evaluated: the part, what is wrong with it, and the way out. null = it can. */
export function ruleFault({ scope, condition, where }: Rule): string | null {
  const allowed = SCOPES[condition.kind] ?? ["card"];
  if (!allowed.includes(scope))
    return `scope: a condition of kind "${condition.kind}" is about ${allowed.join(" or ")}, not ${scope}`;
  const tooMany = Object.entries(where).find(([, values]) => values.some((value) => value.length > 512));
  if (tooMany !== undefined) return `where.${tooMany[0]}: a name of more than 512 characters`;
  return conditionFault(condition, "condition", 0);
}

/** @param place where it stands in the rule, for the message */
export function conditionFault(condition: Condition, place: string, depth: number): string | null {
  switch (condition.kind) {
    case "level":
      return (
        signalFault(condition.signal, place, null) ??
        comparisonFault(condition.compare, place) ??
        numberFault(condition.threshold, `${place}.threshold`)
      );
    case "limit":
      return ["temperatureCelsius", "memoryTemperatureCelsius"].includes(condition.signal)
        ? numberFault(condition.aboveCelsius, `${place}.aboveCelsius`)
        : `${place}.signal: only temperatures have limits`;
    case "increase":
      return (
        signalFault(condition.signal, place, "counter") ??
        spanFault(condition.windowMs, `${place}.windowMs`, MINUTE, HOUR) ??
        numberFault(condition.threshold, `${place}.threshold`)
      );
    case "bits":
      return Number.isInteger(condition.anyOf) && condition.anyOf > 0
        ? null
        : `${place}.anyOf: expected a mask such as 0x48`;
    case "event":
      return eventFault(condition, place);
    case "npu_fault":
      return condition.levels.every((level) => NPU_LEVELS.some((known) => known === level))
        ? spanFault(condition.quietMs, `${place}.quietMs`, 0, WEEK)
        : `${place}.levels: expected some of ${NPU_LEVELS.join(", ")}`;
    case "cards_of_node":
      return (
        countFault(condition.atLeast, `${place}.atLeast`) ??
        (SCOPES[condition.of.kind] === undefined
          ? conditionFault(condition.of, `${place}.of`, depth + 1)
          : `${place}.of: must be about one card`)
      );
    case "all":
    case "any":
      return partsFault(condition.of, place, depth);
    case "below_peers":
      return (
        signalFault(condition.signal, place, null) ??
        (condition.ratio > 0 && condition.ratio < 1
          ? null
          : `${place}.ratio: expected a share between 0 and 1, like 0.7`) ??
        countFault(condition.atLeastPeers, `${place}.atLeastPeers`)
      );
    case "presence":
      return PRESENCE_VERDICTS.includes(condition.verdict)
        ? null
        : `${place}.verdict: expected one of ${PRESENCE_VERDICTS.join(", ")}`;
    case "gang":
      return GANG_VERDICTS.includes(condition.verdict)
        ? null
        : `${place}.verdict: expected one of ${GANG_VERDICTS.join(", ")}`;
    case "mass_loss":
      return (
        (condition.ratio > 0 && condition.ratio <= 1
          ? null
          : `${place}.ratio: expected a share above 0 and at most 1`) ??
        countFault(condition.atLeast, `${place}.atLeast`) ??
        spanFault(condition.windowMs, `${place}.windowMs`, MINUTE, HOUR)
      );
    case "source":
      return spanFault(condition.afterMs, `${place}.afterMs`, 1_000, WEEK);
    case "money":
      return numberFault(condition.threshold, `${place}.threshold`);
    case "promql":
      return promqlFault(condition.expr, place);
    default:
      return `${place}.kind: "${String((condition as { kind: unknown }).kind)}" is none we know`;
  }
}

/** What a rule reads of cards, for those who want to know whether anybody says it. */
export function signalsOf({ condition }: Rule): readonly Signal[] {
  return [...new Set(signalsIn(condition))];
}

function signalsIn(condition: Condition): readonly Signal[] {
  switch (condition.kind) {
    case "level":
    case "limit":
    case "increase":
    case "bits":
    case "below_peers":
      return [condition.signal];
    case "all":
    case "any":
      return condition.of.flatMap(signalsIn);
    case "cards_of_node":
      return signalsIn(condition.of);
    case "npu_fault":
      return ["npuErrorCode"];
    default:
      return [];
  }
}

function eventFault(condition: Condition & { kind: "event" }, place: string): string | null {
  if (!CARD_EVENT_KINDS.includes(condition.event))
    return `${place}.event: expected one of ${CARD_EVENT_KINDS.join(", ")}`;
  if (condition.xids !== null && condition.event !== "xid") return `${place}.xids: only events of kind xid have codes`;
  return (
    countFault(condition.count, `${place}.count`) ??
    spanFault(condition.windowMs, `${place}.windowMs`, MINUTE, WEEK) ??
    spanFault(condition.quietMs, `${place}.quietMs`, MINUTE, WEEK)
  );
}

function partsFault(parts: readonly Condition[], place: string, depth: number): string | null {
  if (!Array.isArray(parts) || parts.length === 0) return `${place}.of: expected at least one condition`;
  if (parts.length > MOST_PARTS) return `${place}.of: ${parts.length} conditions; at most ${MOST_PARTS}`;
  if (depth >= MOST_DEPTH) return `${place}: nested more than ${MOST_DEPTH} deep; write it flatter`;
  for (const [i, part] of parts.entries()) {
    if (SCOPES[part.kind] !== undefined)
      return `${place}.of[${i}]: a condition of kind "${part.kind}" cannot be part of another`;
    const fault = conditionFault(part, `${place}.of[${i}]`, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}

function promqlFault(expr: string, place: string): string | null {
  if (typeof expr !== "string" || expr.trim() === "") return `${place}.expr: expected an expression such as up == 0`;
  return expr.length > MOST_PROMQL ? `${place}.expr: ${expr.length} characters; at most ${MOST_PROMQL}` : null;
}

function signalFault(signal: string, place: string, kind: "counter" | null): string | null {
  const known = KINDS.get(signal);
  if (known === undefined)
    return `${place}.signal: "${signal}" is none we know; there are ${[...KINDS.keys()].slice(0, 6).join(", ")} and others`;
  return kind !== null && known !== kind ? `${place}.signal: ${signal} is no counter; compare its level instead` : null;
}

const comparisonFault = (compare: string, place: string): string | null =>
  COMPARISONS.some((known) => known === compare) ? null : `${place}.compare: expected one of ${COMPARISONS.join(" ")}`;

const numberFault = (value: number, place: string): string | null =>
  typeof value === "number" && Number.isFinite(value) ? null : `${place}: expected a number`;

const countFault = (value: number, place: string): string | null =>
  Number.isInteger(value) && value >= 1 && value <= 100_000 ? null : `${place}: expected a whole number from 1`;

const spanFault = (ms: number, place: string, least: number, most: number): string | null =>
  typeof ms === "number" && ms >= least && ms <= most
    ? null
    : `${place}: expected ${least / 1_000} to ${most / 1_000} seconds, in ms`;
