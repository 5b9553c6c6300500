import type { CheckItem, CheckResult } from "../../../db/model/patrol.ts";
import type { Check } from "./check.ts";
import { BUILT_IN_CHECKS } from "./check-items.ts";
import type { PatrolFacts } from "./patrol-facts.ts";

/** What each check finds in the facts of a period, in their order; `before`: of the period before, null = not known. */
export function runChecks(
  facts: PatrolFacts,
  before: PatrolFacts | null,
  checks: readonly Check[] = BUILT_IN_CHECKS,
): CheckResult[] {
  return checks.map(({ item, see }) => {
    const seen = see(facts, before);
    return { id: item.id, ...seen, before: before === null ? null : see(before, null).measure };
  });
}

/** The same with the words of each item, as a report needs them. */
export const runItems = (
  facts: PatrolFacts,
  before: PatrolFacts | null,
  checks: readonly Check[] = BUILT_IN_CHECKS,
): { readonly item: CheckItem; readonly result: CheckResult }[] => {
  const results = runChecks(facts, before, checks);
  return checks.map(({ item }, i) => ({ item, result: results[i]! }));
};
