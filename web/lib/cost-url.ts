import { COST_DIMENSIONS, type CostDimension, type CostFilter } from "../../db/model/ledger-views.ts";
import { decodeRange, encodeRange, type RangeAsk } from "./day-range.ts";
import { decodeProof, encodeProof, type ProofAsk } from "./proof-url.ts";

export const COST_TABS = ["groups", "pivot"] as const;
export type CostTab = (typeof COST_TABS)[number];

/** What the table of groups can be sorted by. */
export const COST_SORTS = ["name", "cost", "hours", "idle", "loss"] as const;
export type CostSort = (typeof COST_SORTS)[number];

/** What of the cost page stands in its address. */
export type CostUrl = {
  readonly range: RangeAsk;
  readonly by: CostDimension;
  readonly columns: CostDimension; // of the pivot
  readonly tab: CostTab;
  readonly daysAs: "chart" | "table";
  readonly filter: CostFilter; // a dimension without values is left out
  readonly sort: CostSort;
  readonly descending: boolean;
  readonly proof: ProofAsk | null;
};

export const DEFAULT_BY: CostDimension = "vendor";
export const DEFAULT_COLUMNS: CostDimension = "state";
const MOST_VALUES = 500; // as many as the API takes (server/api/cost.router.ts)
const MOST_CHARS = 300;

const dimensionOf = (said: string | null): CostDimension | undefined => COST_DIMENSIONS.find((one) => one === said);

/** Total, like every codec of an address. */
export function decodeCost(params: URLSearchParams): CostUrl {
  const sorted = params.get("sort") ?? "-cost";
  const sort = COST_SORTS.find((one) => one === sorted.replace(/^-/, ""));
  const parts = COST_DIMENSIONS.flatMap((dimension) => {
    const values = params.getAll(dimension).filter((value) => value.length <= MOST_CHARS);
    return values.length === 0 ? [] : [[dimension, [...new Set(values)].slice(0, MOST_VALUES)] as const];
  });
  return {
    range: decodeRange(params),
    by: dimensionOf(params.get("by")) ?? DEFAULT_BY,
    columns: dimensionOf(params.get("columns")) ?? DEFAULT_COLUMNS,
    tab: COST_TABS.find((tab) => tab === params.get("tab")) ?? "groups",
    daysAs: params.get("days-as") === "table" ? "table" : "chart",
    filter: Object.fromEntries(parts),
    sort: sort ?? "cost",
    descending: sort === undefined || sorted.startsWith("-"),
    proof: decodeProof(params),
  };
}

export function encodeCost(view: CostUrl): URLSearchParams {
  const params = new URLSearchParams();
  encodeRange(params, view.range);
  if (view.by !== DEFAULT_BY) params.set("by", view.by);
  if (view.columns !== DEFAULT_COLUMNS) params.set("columns", view.columns);
  if (view.tab !== "groups") params.set("tab", view.tab);
  if (view.daysAs !== "chart") params.set("days-as", view.daysAs);
  for (const dimension of COST_DIMENSIONS)
    for (const value of view.filter[dimension] ?? []) params.append(dimension, value);
  const sort = `${view.descending ? "-" : ""}${view.sort}`;
  if (sort !== "-cost") params.set("sort", sort);
  encodeProof(params, view.proof);
  return params;
}

/** The filter with other values for one dimension; none = it does not narrow any more. */
export function narrowed(filter: CostFilter, dimension: CostDimension, values: readonly string[]): CostFilter {
  const rest = Object.entries(filter).filter(([key]) => key !== dimension);
  return Object.fromEntries(values.length === 0 ? rest : [...rest, [dimension, values]]);
}
