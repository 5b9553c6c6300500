import { LEDGER_STATES, NOBODY, UNATTRIBUTED } from "../../../db/model/ledger.ts";
import type { CostDimension, CostFilter } from "../../../db/model/ledger-views.ts";
import type { PoolRecord } from "../../../db/store/registry.ts";
import { TIERS } from "../../../db/model/tier.ts";
import { type LedgerDay, type LedgerFacts, STATES, type TierDays } from "./ledger-facts.ts";

/** How money without a feature is keyed, where the dimension is the feature. */
export const UNATTRIBUTED_KEY = "unattributed";
export const NOBODY_KEY = "";
/** Key of the tier of days on which the ladder had not judged the pool. */
export const NO_TIER = "unknown";

/** The side of a line a dimension looks at. A tier is of a pool on a day. */
type Side = "pool" | "feature" | "tier" | "state";
const SIDE: Readonly<Record<CostDimension, Side>> = {
  vendor: "pool",
  region: "pool",
  zone: "pool",
  cluster: "pool",
  model: "pool",
  billing: "pool",
  pool: "pool",
  tier: "tier",
  team: "feature",
  feature: "feature",
  state: "state",
};

/** The values of one dimension that the lines have, and which line has which. */
export type Grouping = {
  readonly keys: readonly string[];
  readonly labels: readonly string[];
  /** Group of a line's state; the same for all six unless the dimension is the state. */
  readonly of: (day: LedgerDay, line: number, state: number) => number;
};

type Names = { readonly key: string; readonly label: string };

/** Groups lines by a dimension. Every value of the lines is a group, in the order of pools and features. */
export function groupBy(facts: LedgerFacts, tiers: TierDays, by: CostDimension): Grouping {
  switch (SIDE[by]) {
    case "state":
      return { ...named(LEDGER_STATES.map(same)), of: (_day, _line, state) => state };
    case "tier":
      return {
        ...named([...TIERS, null].map((tier) => same(tierKey(tier)))),
        of: ({ place, lines }, line) => tiers.at(place, lines.poolId[line]!) ?? TIERS.length,
      };
    case "feature": {
      const nameOf = by === "team" ? teamName : featureName;
      const { of, ...names } = groups(facts.featureIds, (id) => nameOf(facts, id));
      return { ...names, of: (day, line) => of.get(day.lines.featureId[line]!)! };
    }
    case "pool": {
      const { of, ...names } = groups(facts.poolIds, (id) =>
        poolName(facts.pools.get(id), id, by as PoolSide | "pool"),
      );
      return { ...names, of: (day, line) => of.get(day.lines.poolId[line]!)! };
    }
  }
}

type PoolSide = Exclude<keyof PoolRecord, "id">;

const named = (names: readonly Names[]) => ({
  keys: names.map(({ key }) => key),
  labels: names.map(({ label }) => label),
});

/** Ids by the name they share. */
function groups(ids: ReadonlySet<number>, nameOf: (id: number) => Names) {
  const names = new Map<string, { readonly place: number; readonly name: Names }>();
  const of = new Map<number, number>();
  for (const id of ids) {
    const name = nameOf(id);
    const group = names.get(name.key) ?? { place: names.size, name };
    names.set(name.key, group);
    of.set(id, group.place);
  }
  return { ...named([...names.values()].map(({ name }) => name)), of };
}

const same = (key: string): Names => ({ key, label: key });

function poolName(pool: PoolRecord | undefined, id: number, by: PoolSide | "pool"): Names {
  if (by !== "pool") return same(pool?.[by] ?? "");
  return { key: String(id), label: pool === undefined ? String(id) : poolLabel(pool) };
}

const teamName = ({ features }: LedgerFacts, id: number): Names => same(features.get(id)?.team ?? "");

/** Key of a dimension of features for one of them. */
export const featureKey = (facts: LedgerFacts, by: "feature" | "team", id: number): string =>
  (by === "team" ? teamName : featureName)(facts, id).key;

/** Key of a dimension of pools for one of them on a day. */
export const poolKeyOf = (
  facts: LedgerFacts,
  tiers: TierDays,
  by: PoolDimension,
  { place, poolId }: { readonly place: number; readonly poolId: number },
): string => (by === "tier" ? tierKey(tiers.at(place, poolId)) : poolName(facts.pools.get(poolId), poolId, by).key);

export type PoolDimension = Exclude<CostDimension, "feature" | "team" | "state">;

export const tierKey = (tier: number | null): string => (tier === null ? NO_TIER : `P${tier}`);

/** As links and files call it. */
export function featureName({ features }: Pick<LedgerFacts, "features">, featureId: number): Names {
  if (featureId === NOBODY) return { key: NOBODY_KEY, label: NOBODY_KEY };
  if (featureId === UNATTRIBUTED) return same(UNATTRIBUTED_KEY);
  const feature = features.get(featureId);
  return feature === undefined ? same(`#${featureId}`) : { key: feature.key, label: feature.name };
}

export const poolLabel = ({ vendor, region, zone, cluster, model, billing }: PoolRecord): string =>
  [vendor, region, zone, cluster, model, billing].filter((part) => part !== "").join(" · ");

/** Which lines and states a filter lets through. */
export type Sieve = {
  readonly states: readonly boolean[]; // by state
  readonly lets: (day: LedgerDay, line: number) => boolean;
};

/** A dimension that is named lets through what has one of its values; none named lets everything through. */
export function sieveOf(facts: LedgerFacts, tiers: TierDays, filter: CostFilter): Sieve {
  const states = LEDGER_STATES.map((state) => filter.state?.includes(state) ?? true);
  const tests = (Object.keys(filter) as CostDimension[])
    .filter((by) => by !== "state" && filter[by] !== undefined)
    .map((by) => {
      const wanted = new Set(filter[by]);
      const { keys, of } = groupBy(facts, tiers, by);
      return (day: LedgerDay, line: number) => wanted.has(keys[of(day, line, 0)]!);
    });
  return { states, lets: (day, line) => tests.every((test) => test(day, line)) };
}

/** Calls back for every line and state that is let through and has time or money. */
export function eachCell(
  facts: LedgerFacts,
  { states, lets }: Sieve,
  visit: (day: LedgerDay, line: number, state: number) => void,
): void {
  for (const day of facts.days) {
    let [line, isLet] = [-1, false];
    for (const cell of day.cells) {
      const state = cell % STATES;
      const of = (cell - state) / STATES;
      if (of !== line) [line, isLet] = [of, lets(day, of)];
      if (isLet && states[state]) visit(day, of, state);
    }
  }
}
