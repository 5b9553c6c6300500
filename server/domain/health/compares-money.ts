import type { Condition } from "../../../db/model/rule.ts";

/** Whether a condition, or a part of it, is about money. */
export const comparesMoney = (condition: Condition): boolean => {
  if (condition.kind === "money") return true;
  if (condition.kind === "all" || condition.kind === "any") return condition.of.some(comparesMoney);
  return condition.kind === "cards_of_node" && comparesMoney(condition.of);
};
