import type { CostChoice } from "../../db/model/ledger-views.ts";
import { decodeChoice, encodeChoice } from "./cost-choice.ts";
import { decodeRange, encodeRange, type RangeAsk } from "./day-range.ts";
import { decodeProof, encodeProof, type ProofAsk } from "./proof-url.ts";

type As = "chart" | "table";

/** What of a feature's page stands in its address. */
export type FeatureUrl = {
  readonly range: RangeAsk;
  readonly choice: CostChoice;
  readonly daysAs: As;
  readonly stepsAs: As;
  readonly unitsAs: As;
  readonly proof: ProofAsk | null;
};

const asOf = (said: string | null): As => (said === "table" ? "table" : "chart");

/** Total, like every codec of an address. */
export function decodeFeature(params: URLSearchParams): FeatureUrl {
  return {
    range: decodeRange(params),
    choice: decodeChoice(params),
    daysAs: asOf(params.get("days-as")),
    stepsAs: asOf(params.get("steps-as")),
    unitsAs: asOf(params.get("units-as")),
    proof: decodeProof(params),
  };
}

export function encodeFeature(view: FeatureUrl): URLSearchParams {
  const params = new URLSearchParams();
  encodeRange(params, view.range);
  encodeChoice(params, view.choice);
  if (view.daysAs === "table") params.set("days-as", "table");
  if (view.stepsAs === "table") params.set("steps-as", "table");
  if (view.unitsAs === "table") params.set("units-as", "table");
  encodeProof(params, view.proof);
  return params;
}

/** The link from the list: the same days and the same choices. */
export const featureSearch = (view: Pick<FeatureUrl, "range" | "choice">): URLSearchParams =>
  encodeFeature({ ...view, daysAs: "chart", stepsAs: "chart", unitsAs: "chart", proof: null });
