import type { CostChoice } from "../../db/model/ledger-views.ts";
import { decodeChoice, encodeChoice } from "./cost-choice.ts";
import { decodeRange, encodeRange, type RangeAsk } from "./day-range.ts";
import { decodeProof, encodeProof, type ProofAsk } from "./proof-url.ts";

/** Columns of the features table that can be sorted by, in the order they stand. */
export const FEATURE_SORTS = [
  "name",
  "team",
  "cost",
  "change",
  "unitCost",
  "units",
  "revenue",
  "margin",
  "roi",
  "utilisation",
  "coverage",
] as const;
export type FeatureSort = (typeof FEATURE_SORTS)[number];

/** What of the features page stands in its address. */
export type FeaturesUrl = {
  readonly range: RangeAsk;
  readonly choice: CostChoice;
  readonly sort: FeatureSort;
  readonly descending: boolean;
  readonly search: string;
  readonly teams: readonly string[]; // none = all; "" = nobody said
  readonly proof: ProofAsk | null;
};

const MOST_SEARCH = 200;
const MOST_TEAMS = 100;

/** Total, like every codec of an address. */
export function decodeFeatures(params: URLSearchParams): FeaturesUrl {
  const asked = params.get("sort") ?? "-cost";
  const sort = FEATURE_SORTS.find((one) => one === asked.replace(/^-/, ""));
  return {
    range: decodeRange(params),
    choice: decodeChoice(params),
    sort: sort ?? "cost",
    descending: sort === undefined || asked.startsWith("-"),
    search: (params.get("q") ?? "").slice(0, MOST_SEARCH),
    teams: [...new Set(params.getAll("team"))].filter((team) => team.length <= 300).slice(0, MOST_TEAMS),
    proof: decodeProof(params),
  };
}

/** Columns that are money, or follow from it. */
export const MONEY_COLUMNS: ReadonlySet<FeatureSort> = new Set([
  "cost",
  "change",
  "unitCost",
  "revenue",
  "margin",
  "roi",
]);

/** The view for who sees no money: a link may ask for it all the same. */
export const featuresWithoutMoney = (view: FeaturesUrl): FeaturesUrl => ({
  ...view,
  ...(MONEY_COLUMNS.has(view.sort) && { sort: "name", descending: false }),
  proof: null,
});

export function encodeFeatures(view: FeaturesUrl): URLSearchParams {
  const params = new URLSearchParams();
  encodeRange(params, view.range);
  encodeChoice(params, view.choice);
  const sort = `${view.descending ? "-" : ""}${view.sort}`;
  if (sort !== "-cost") params.set("sort", sort);
  if (view.search !== "") params.set("q", view.search);
  for (const team of view.teams) params.append("team", team);
  encodeProof(params, view.proof);
  return params;
}
