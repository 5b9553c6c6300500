import type { Condition, Rule } from "../../../db/model/rule.ts";
import { subjectOf } from "./subject.ts";

const PLACE = ["vendor", "region", "zone", "cluster", "model", "billing", "holder", "feature", "team"];
const OF_CARD = ["card", "node", ...PLACE];

/** Names a finding of this rule may fill in its sentence. null = whatever labels a Prometheus answers. */
export function wordsOf({ condition }: Rule): readonly string[] | null {
  switch (subjectOf(condition)) {
    case "card":
      return [...OF_CARD, ...wordsIn(condition)];
    case "node":
      return ["node", ...PLACE, "n", ...wordsIn(condition)];
    case "gang":
      return [...PLACE, "job", "namespace", "n", "nodes"];
    case "cluster":
      return [...PLACE, "place", "n", "expected"];
    case "source":
      return ["source", "seconds", "minutes", "down", "targets", "fault"];
    case "money":
      return [
        "vendor",
        "region",
        "zone",
        "cluster",
        "model",
        "billing",
        "feature",
        "team",
        "pool",
        "value",
        "threshold",
        "percent",
      ];
    case "series":
      return null;
  }
}

function wordsIn(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case "level":
    case "increase":
      return ["value", "threshold", condition.signal];
    case "limit":
      return ["value", "threshold", "limit", condition.signal];
    case "bits":
      return ["value", "reason", "reasonZh"];
    case "event":
      return [
        "count",
        "code",
        ...(condition.event === "xid" ? ["name", "nameZh"] : condition.event === "npu_fault" ? ["fault"] : []),
      ];
    case "npu_fault":
      return ["fault", "code", "level"];
    case "below_peers":
      return ["value", "threshold", "median", condition.signal];
    case "work":
      return ["work"];
    case "presence":
      return condition.verdict === "card_moved" ? ["move"] : ["expected", "left", "because"];
    case "cards_of_node":
      return wordsIn(condition.of);
    case "all":
    case "any":
      return condition.of.flatMap(wordsIn);
    default:
      return [];
  }
}

/** Names in braces of a sentence. */
export const wordsAskedBy = (sentence: string): readonly string[] =>
  [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
