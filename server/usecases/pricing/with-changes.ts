import type { Price, PriceChange, Selector } from "../../../db/model/price.ts";
import { unixMs } from "../../../db/model/units.ts";
import { type HeldPrice, planChanges, type PlannedPrice, type PricePlan } from "../../../db/store/price-plan.ts";
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
  const held: HeldPrice[] = [];
  for (const price of prices) {
    const selectorId = ids.get(selectorKey(price.selector));
    if (selectorId !== undefined) held.push({ ...price, selectorId });
  }
  const plan = planChanges(
    held,
    changes.map(({ isList, from, to, terms }, i) => ({
      isList,
      from,
      to,
      terms,
      selectorId: selectors[i] as number,
    })),
  );
  const named: Selector[] = []; // by our id
  for (const [i, id] of selectors.entries()) named[id] = (changes[i] as PriceChange).selector;
  const ended = new Set(plan.ended.map(({ id }) => id));
  const kept = ended.size === 0 ? prices : prices.filter(({ id }) => !ended.has(id));
  return { prices: kept.concat(plan.added.map((row) => believed(row, named[row.selectorId] as Selector))), plan };
}

/** A row nobody has written yet: without an id, and without the knowledge it would begin with. */
function believed(row: PlannedPrice, selector: Selector): Price {
  return {
    id: 0,
    selector,
    basis: row.basis,
    currency: row.currency,
    amountMicro: row.amountMicro,
    cardsPerInstance: row.cardsPerInstance,
    owned: row.owned,
    termTo: row.termTo,
    from: row.from,
    to: row.to,
    anchor: row.anchor,
    knownFrom: NEVER,
    knownTo: null,
    revision: 0,
    isList: row.isList,
  };
}

const NEVER = unixMs(0);
