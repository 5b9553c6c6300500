import type { Condition } from "../../../db/model/rule.ts";

/** The one figure a condition compares with, and which way it gets stricter. */
export type Threshold = { readonly value: number; readonly stricter: "lower" | "higher" };

/**
 * The figure of a condition that a guard window may tighten; null = it compares with none, or with several: nobody could
 * say which is meant. Counts of events and of cards are no such figures.
 */
export function thresholdOf(condition: Condition): Threshold | null {
  switch (condition.kind) {
    case "level":
    case "increase":
      if (condition.compare === "==") return null;
      return { value: condition.threshold, stricter: condition.compare.startsWith(">") ? "lower" : "higher" };
    case "limit":
      return { value: condition.aboveCelsius, stricter: "lower" };
    case "below_peers":
      return { value: condition.ratio, stricter: "higher" };
    case "cards_of_node":
      return thresholdOf(condition.of);
    case "all":
    case "any": {
      const found = condition.of.flatMap((one) => thresholdOf(one) ?? []);
      return found.length === 1 ? (found[0] ?? null) : null;
    }
    default:
      return null;
  }
}

/** Whether a figure makes a condition stricter than it is. */
export function isStricter(condition: Condition, to: number): boolean {
  const now = thresholdOf(condition);
  if (now === null || !Number.isFinite(to)) return false;
  return now.stricter === "lower" ? to < now.value : to > now.value;
}

/** The condition with another figure where that is stricter; as it is where it is not: windows never make rules milder. */
export function tightened(condition: Condition, to: number): Condition {
  if (!isStricter(condition, to)) return condition;
  switch (condition.kind) {
    case "level":
    case "increase":
      return { ...condition, threshold: to };
    case "limit":
      return { ...condition, aboveCelsius: to };
    case "below_peers":
      return { ...condition, ratio: to };
    case "cards_of_node":
      return { ...condition, of: tightened(condition.of, to) };
    case "all":
    case "any":
      return { ...condition, of: condition.of.map((one) => tightened(one, to)) };
    default:
      return condition;
  }
}
