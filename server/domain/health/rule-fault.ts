import type { Signal } from "../../../db/model/health.ts";
import { ACTIONS, type Condition, type Rule, SEVERITIES, type Where } from "../../../db/model/rule.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { conditionFault, oneOf, spanFault } from "./condition-fault.ts";
import { wordsAskedBy, wordsOf } from "./placeholders.ts";
import { SCOPES_OF, subjectOf } from "./subject.ts";

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;
const LONGEST_MS = 7 * DAY_MS;
const MOST_SENTENCE = 300;
const MOST_NAMES = 200;
const MOST_NAME = 512;
const PARTS = ["vendor", "region", "zone", "cluster", "model", "billing", "feature", "team"] as const;

/**
 * Why a rule cannot be evaluated: the part, what is wrong with it, and the way out; null = it can. Places are literal names
 * and never patterns, so no rule can make an engine backtrack.
 */
export function ruleFault(rule: Rule): string | null {
  const { id, condition, scope, forMs, keepFiringMs, severity, action, where } = rule;
  if (!ID.test(id)) return `id: "${id.slice(0, 80)}": expected lower-case letters, digits and "-", 63 at most`;
  return (
    conditionFault(condition) ??
    scopeFault(condition, scope) ??
    spanFault(forMs, "forMs", 0, LONGEST_MS) ??
    spanFault(keepFiringMs, "keepFiringMs", 0, LONGEST_MS) ??
    oneOf(severity, SEVERITIES, "severity") ??
    oneOf(action, ACTIONS, "action") ??
    whereFault(where) ??
    sentenceFault(rule, "zh") ??
    sentenceFault(rule, "en")
  );
}

function scopeFault(condition: Rule["condition"], scope: Rule["scope"]): string | null {
  const possible = SCOPES_OF[subjectOf(condition)];
  return possible.includes(scope)
    ? null
    : `scope: a condition of kind "${condition.kind}" is about ${possible.join(" or ")}, not ${scope}`;
}

function whereFault(where: Where): string | null {
  for (const [part, names] of Object.entries(where)) {
    if (!PARTS.some((known) => known === part)) return `where.${part}: is none of ${PARTS.join(", ")}`;
    if (!Array.isArray(names) || names.length === 0)
      return `where.${part}: expected a list of names; leave it out for everywhere`;
    if (names.length > MOST_NAMES) return `where.${part}: ${names.length} names; at most ${MOST_NAMES} are possible`;
    const odd = (names as readonly unknown[]).find((name) => typeof name !== "string" || name.length > MOST_NAME);
    if (odd !== undefined) return `where.${part}: a name must be text of at most ${MOST_NAME} characters`;
  }
  return null;
}

/** A hole in a message at night helps nobody: every name in braces is one that findings fill. */
function sentenceFault(rule: Rule, tongue: "zh" | "en"): string | null {
  const sentence = rule.summary[tongue];
  if (sentence.trim() === "") return `summary.${tongue}: expected a sentence; it is what the message says`;
  if (sentence.length > MOST_SENTENCE)
    return `summary.${tongue}: ${sentence.length} characters; at most ${MOST_SENTENCE} fit a message`;
  const words = wordsOf(rule);
  const unknown = words === null ? undefined : wordsAskedBy(sentence).find((name) => !words.includes(name));
  return unknown === undefined
    ? null
    : `summary.${tongue}: nothing fills {${unknown}}; there are ${words!.map((word) => `{${word}}`).join(" ")}`;
}

/** What a rule reads of cards: where nobody says it, the rule can say nothing. */
export const signalsOf = ({ condition }: Rule): readonly Signal[] => [...new Set(signalsIn(condition))];

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
    case "gang":
      return condition.verdict === "hung" ? ["utilRatio", "tensorRatio", "dramRatio"] : ["activityRatio"];
    default:
      return [];
  }
}
