import { modelOf } from "../../../db/model/card-models.ts";
import type { PoolKey } from "../../../db/model/fleet.ts";
import { type Selector, SELECTOR_PARTS, type SelectorPart } from "../../../db/model/price.ts";

/** A pool as prices see it: with the vendor contracts its capacity names. */
export type PricedPool = PoolKey & {
  readonly contracts: readonly string[];
  readonly meantModel?: string; // the model a person tied the pool's unknown name to; a price of either name is its price
};

/** Whether a selector speaks for a pool: every part that is said is equal. */
export function matches(selector: Selector, pool: PricedPool): boolean {
  return SELECTOR_PARTS.every((part) => {
    const said = selector[part];
    if (said === "") return true;
    if (part === "contract") return pool.contracts.includes(said);
    return part === "model" ? modelsOf(pool).includes(modelOf(said)) : said === pool[part];
  });
}

/** The names a pool's model has, its own first. */
const modelsOf = ({ model, meantModel }: PricedPool): string[] =>
  meantModel === undefined ? [modelOf(model)] : [modelOf(model), modelOf(meantModel)];

/** A selector as it is stored: the model by its id, so that two spellings of one model cannot both have a price. */
export const plainSelector = (selector: Selector): Selector => ({
  vendor: selector.vendor.trim(),
  region: selector.region.trim(),
  zone: selector.zone.trim(),
  cluster: selector.cluster.trim(),
  model: selector.model.trim() === "" ? "" : modelOf(selector.model.trim()),
  billing: selector.billing,
  contract: selector.contract.trim(),
});

/** A name that equal selectors share. */
export const selectorKey = (selector: Selector): string =>
  SELECTOR_PARTS.map((part) =>
    part === "model" && selector.model !== "" ? modelOf(selector.model) : selector[part],
  ).join("\u0000");

/**
 * How closely a selector with these parts says what it means; the higher wins. More parts first, then the one that says
 * the earlier of SELECTOR_PARTS. Two selectors of one rank that match one pool differ in the contract alone.
 */
const rankOfParts = (parts: readonly SelectorPart[]): number =>
  parts.length * 2 ** SELECTOR_PARTS.length +
  parts.reduce((sum, part) => sum + 2 ** (SELECTOR_PARTS.length - 1 - SELECTOR_PARTS.indexOf(part)), 0);

/** Every set of parts a selector can say, closest first. */
const ALL_PARTS: readonly (readonly SelectorPart[])[] = Array.from({ length: 2 ** SELECTOR_PARTS.length }, (_, mask) =>
  SELECTOR_PARTS.filter((_, i) => (mask >> i) & 1),
).toSorted((a, b) => rankOfParts(b) - rankOfParts(a));

/** The keys of all selectors that match a pool, closest first: a look-up each instead of a look at every price. */
export function keysFor(pool: PricedPool): string[] {
  const models = modelsOf(pool);
  const contracts = [...new Set(pool.contracts.filter((contract) => contract !== ""))].toSorted();
  return ALL_PARTS.flatMap((parts) => {
    const said = new Set<SelectorPart>(parts);
    if (parts.some((part) => part !== "contract" && pool[part] === "")) return []; // "" is not said, it cannot be matched
    const key = (contract: string, model: string): string =>
      SELECTOR_PARTS.map((part) => {
        if (!said.has(part)) return "";
        if (part === "contract") return contract;
        return part === "model" ? model : pool[part];
      }).join("\u0000");
    const named = said.has("model") ? models : [""];
    return (said.has("contract") ? contracts : [""]).flatMap((contract) => named.map((model) => key(contract, model)));
  });
}
