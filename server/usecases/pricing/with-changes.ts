import type { Price, PriceChange } from "../../../db/model/price.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { type HeldPrice, planChanges, type PricePlan } from "../../../db/store/price-plan.ts";
import { selectorKey } from "../../domain/pricing/selectors.ts";

/** The book as it would be believed after the changes: the same plan the store carries out, on paper. */
export function withChanges(
  prices: readonly Price[],
  changes: readonly PriceChange[],
): { readonly prices: readonly Price[]; readonly plan: PricePlan } {
  const ids = new Map<string, number>();
  const selectors = changes.map(({ selector }) => {
    const key = selectorKey(selector);
    if (!ids.has(key)) ids.set(key, ids.size);
    return ids.get(key) as number;
  });
  const held: HeldPrice[] = prices.flatMap((price) => {
    const selectorId = ids.get(selectorKey(price.selector));
    return selectorId === undefined ? [] : [{ ...price, selectorId }];
  });
  const plan = planChanges(
    held,
    changes.map((change, i) => ({ ...change, selectorId: selectors[i] as number })),
  );
  const named = new Map(selectors.map((id, i) => [id, (changes[i] as PriceChange).selector]));
  const ended = new Set(plan.ended.map(({ id }) => id));
  const added = plan.added.map(({ selectorId, ...row }): Price => {
    const selector = named.get(selectorId) as Price["selector"];
    return { ...row, id: 0, selector, knownFrom: 0 as UnixMs, knownTo: null, revision: 0 };
  });
  return { prices: [...prices.filter(({ id }) => !ended.has(id)), ...added], plan };
}
