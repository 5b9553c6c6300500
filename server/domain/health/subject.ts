import type { Condition, Scope } from "../../../db/model/rule.ts";

/** What a condition is about. "series": whatever a Prometheus says. */
export type Subject = "card" | "node" | "gang" | "cluster" | "source" | "money" | "series";

export function subjectOf(condition: Condition): Subject {
  switch (condition.kind) {
    case "cards_of_node":
      return "node";
    case "presence":
      return condition.verdict === "card_moved" ? "card" : "node";
    case "mass_loss":
      return "cluster";
    case "gang":
      return "gang";
    case "source":
      return "source";
    case "money":
      return "money";
    case "promql":
      return "series";
    case "any":
      return condition.of.length > 0 && condition.of.every(({ kind }) => kind === "gang") ? "gang" : "card";
    default:
      return "card";
  }
}

/** Scopes a rule about it may have. */
export const SCOPES_OF: Readonly<Record<Subject, readonly Scope[]>> = {
  card: ["card"],
  node: ["node"],
  gang: ["gang"],
  cluster: ["cluster"],
  source: ["source"],
  money: ["pool", "feature"],
  series: ["card", "node", "gang", "pool", "cluster", "region", "feature", "source"],
};
