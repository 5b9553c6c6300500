import { CARD_FIELDS } from "../../../db/model/card-fields.ts";
import { CARD_EVENT_KINDS } from "../../../db/model/events.ts";
import { WORK_KINDS } from "../../../db/model/feature.ts";
import { DERIVED_SIGNALS, HEALTH_FIELDS } from "../../../db/model/health.ts";
import { COMPARISONS, type Condition, GANG_VERDICTS, NPU_LEVELS, PRESENCE_VERDICTS } from "../../../db/model/rule.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { subjectOf } from "./subject.ts";

const KINDS = new Map<string, "gauge" | "counter" | "state">([
  ...CARD_FIELDS.map(({ name, kind }) => [name, kind] as const),
  ...HEALTH_FIELDS.map(({ name, kind }) => [name, kind] as const),
  ...DERIVED_SIGNALS.map((name) => [name, "gauge"] as const),
]);
const WEEK_MS = 7 * DAY_MS;
const MOST_PARTS = 12;
const MOST_DEPTH = 4;
const MOST_XIDS = 64;
const MOST_PROMQL = 4_000;
const XID_SETS = ["critical", "hardware_warning", "application"];

/**
 * Why a condition cannot be evaluated: the place in it, what is wrong, and the way out; null = it can. It may come from a
 * person's form or from a table written by an older version, so nothing of it is taken for granted.
 * @param place where it stands, for the message
 */
export function conditionFault(condition: Condition, place = "condition", depth = 0): string | null {
  switch (condition.kind) {
    case "level":
      return (
        signalFault(condition.signal, place) ??
        oneOf(condition.compare, COMPARISONS, `${place}.compare`) ??
        numberFault(condition.threshold, `${place}.threshold`)
      );
    case "limit":
      return (
        oneOf(condition.signal, ["temperatureCelsius", "memoryTemperatureCelsius"], `${place}.signal`) ??
        oneOf(condition.limit, ["max_operating", "slowdown"], `${place}.limit`) ??
        (condition.signal === "memoryTemperatureCelsius" && condition.limit === "slowdown"
          ? `${place}.limit: nobody says at which memory temperature clocks are cut; take max_operating`
          : numberFault(condition.aboveCelsius, `${place}.aboveCelsius`))
      );
    case "increase":
      return (
        signalFault(condition.signal, place) ??
        (KINDS.get(condition.signal) === "counter"
          ? null
          : `${place}.signal: ${condition.signal} is no counter; compare its level instead`) ??
        spanFault(condition.windowMs, `${place}.windowMs`, MINUTE_MS, HOUR_MS) ??
        oneOf(condition.compare, [">", ">="], `${place}.compare`) ??
        numberFault(condition.threshold, `${place}.threshold`)
      );
    case "bits":
      return (
        oneOf(condition.signal, ["clockReasons"], `${place}.signal`) ??
        (Number.isInteger(condition.anyOf) && condition.anyOf > 0 && condition.anyOf < 2 ** 31
          ? null
          : `${place}.anyOf: expected a mask of bits such as 72 (0x48)`)
      );
    case "event":
      return eventFault(condition, place);
    case "npu_fault":
      return listFault(condition.levels, NPU_LEVELS, `${place}.levels`) ?? quietFault(condition.quietMs, place);
    case "cards_of_node":
      return countFault(condition.atLeast, `${place}.atLeast`) ?? partFault(condition.of, `${place}.of`, "card", depth);
    case "all":
    case "any":
      return partsFault(condition, place, depth);
    case "below_peers":
      return (
        signalFault(condition.signal, place) ??
        (condition.ratio > 0 && condition.ratio < 1
          ? null
          : `${place}.ratio: expected a share between 0 and 1, like 0.7`) ??
        countFault(condition.atLeastPeers, `${place}.atLeastPeers`)
      );
    case "work":
      return listFault(condition.is, WORK_KINDS, `${place}.is`);
    case "presence":
      return oneOf(condition.verdict, PRESENCE_VERDICTS, `${place}.verdict`);
    case "gang":
      return oneOf(condition.verdict, GANG_VERDICTS, `${place}.verdict`);
    case "mass_loss":
      return (
        (condition.ratio > 0 && condition.ratio < 1
          ? null
          : `${place}.ratio: expected a share between 0 and 1, like 0.5`) ??
        countFault(condition.atLeast, `${place}.atLeast`) ??
        spanFault(condition.windowMs, `${place}.windowMs`, MINUTE_MS, HOUR_MS)
      );
    case "source":
      return (
        oneOf(condition.fault, ["down", "slow", "stale"], `${place}.fault`) ??
        spanFault(condition.afterMs, `${place}.afterMs`, SECOND_MS, WEEK_MS)
      );
    case "money":
      return (
        oneOf(condition.measure, ["waste_per_day", "budget_pace", "margin"], `${place}.measure`) ??
        oneOf(condition.compare, [">", "<"], `${place}.compare`) ??
        numberFault(condition.threshold, `${place}.threshold`)
      );
    case "promql":
      return promqlFault(condition.expr, `${place}.expr`);
    default:
      return `${place}.kind: "${String((condition as { readonly kind: unknown }).kind)}" is none we know`;
  }
}

function eventFault(
  { event, xids, count, windowMs, quietMs }: Condition & { kind: "event" },
  place: string,
): string | null {
  const kind = oneOf(event, CARD_EVENT_KINDS, `${place}.event`);
  if (kind !== null) return kind;
  if (xids !== null && event !== "xid" && !(event === "npu_fault" && Array.isArray(xids)))
    return `${place}.xids: events of kind ${event} have no codes; leave it null`;
  if (Array.isArray(xids)) {
    if (xids.length === 0 || xids.length > MOST_XIDS)
      return `${place}.xids: ${xids.length} codes; 1 to ${MOST_XIDS} are possible`;
    const odd = xids.find((code) => !Number.isInteger(code) || code < 1);
    if (odd !== undefined) return `${place}.xids: ${String(odd)} is no code; expected whole numbers such as 79`;
  } else if (xids !== null && !XID_SETS.includes(xids as string))
    return `${place}.xids: expected a list of codes, or one of ${XID_SETS.join(", ")}`;
  return (
    countFault(count, `${place}.count`) ??
    spanFault(windowMs, `${place}.windowMs`, MINUTE_MS, WEEK_MS) ??
    quietFault(quietMs, place)
  );
}

function partsFault({ kind, of }: Condition & { kind: "all" | "any" }, place: string, depth: number): string | null {
  if (!Array.isArray(of) || of.length === 0) return `${place}.of: expected at least one condition`;
  if (of.length > MOST_PARTS) return `${place}.of: ${of.length} conditions; at most ${MOST_PARTS} are possible`;
  if (depth >= MOST_DEPTH) return `${place}: nested more than ${MOST_DEPTH} deep; write it flatter`;
  const parts = of as readonly Condition[];
  // Several verdicts about jobs may stand side by side; what cards do may be combined at will.
  const subject = kind === "any" && parts.every((part) => part.kind === "gang") ? "gang" : "card";
  for (const [i, part] of parts.entries()) {
    const fault = partFault(part, `${place}.of[${i}]`, subject, depth);
    if (fault !== null) return fault;
  }
  return null;
}

function partFault(part: Condition, place: string, subject: "card" | "gang", depth: number): string | null {
  const fault = conditionFault(part, place, depth + 1);
  if (fault !== null) return fault;
  return subjectOf(part) === subject
    ? null
    : `${place}: a condition of kind "${part.kind}" cannot be part of another; make it a rule of its own`;
}

function signalFault(signal: string, place: string): string | null {
  return KINDS.has(signal)
    ? null
    : `${place}.signal: "${signal}" is none we know; there are ${[...KINDS.keys()].slice(0, 6).join(", ")} and others`;
}

function promqlFault(expr: unknown, place: string): string | null {
  if (typeof expr !== "string" || expr.trim() === "") return `${place}: expected an expression such as up == 0`;
  return expr.length > MOST_PROMQL
    ? `${place}: ${expr.length} characters; at most ${MOST_PROMQL}: record what is long as a rule of the Prometheus`
    : null;
}

const quietFault = (ms: number, place: string) => spanFault(ms, `${place}.quietMs`, MINUTE_MS, WEEK_MS);

export const oneOf = (value: unknown, known: readonly string[], place: string): string | null =>
  known.some((one) => one === value) ? null : `${place}: "${String(value)}" is none of ${known.join(", ")}`;

function listFault(values: unknown, known: readonly string[], place: string): string | null {
  if (!Array.isArray(values) || values.length === 0) return `${place}: expected some of ${known.join(", ")}`;
  const odd = (values as readonly unknown[]).find((value) => !known.some((one) => one === value));
  return odd === undefined ? null : oneOf(odd, known, place);
}

const numberFault = (value: unknown, place: string): string | null =>
  typeof value === "number" && Number.isFinite(value) ? null : `${place}: expected a number, not ${String(value)}`;

const countFault = (value: unknown, place: string): string | null =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 100_000
    ? null
    : `${place}: expected a whole number from 1 to 100000, not ${String(value)}`;

/** A span in milliseconds; said in words people use. */
export const spanFault = (ms: unknown, place: string, least: number, most: number): string | null =>
  typeof ms === "number" && ms >= least && ms <= most
    ? null
    : `${place}: expected ${inWords(least)} to ${inWords(most)}, in milliseconds, not ${String(ms)}`;

function inWords(ms: number): string {
  for (const [unit, name] of [
    [DAY_MS, "d"],
    [HOUR_MS, "h"],
    [MINUTE_MS, "min"],
  ] as const)
    if (ms >= unit && ms % unit === 0) return `${ms / unit} ${name}`;
  return `${ms / SECOND_MS} s`;
}
