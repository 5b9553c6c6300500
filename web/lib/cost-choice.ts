import { COST_BASES, SHARED_COST_POLICIES } from "../../db/model/ledger.ts";
import type { CostChoice } from "../../db/model/ledger-views.ts";

export const DEFAULT_CHOICE: CostChoice = { basis: "allocation", policy: "apart" };

/** Under which choices the money of a page stands. Total, like every codec of an address. */
export function decodeChoice(params: URLSearchParams): CostChoice {
  return {
    basis: COST_BASES.find((one) => one === params.get("basis")) ?? DEFAULT_CHOICE.basis,
    policy: SHARED_COST_POLICIES.find((one) => one === params.get("policy")) ?? DEFAULT_CHOICE.policy,
  };
}

export function encodeChoice(params: URLSearchParams, choice: CostChoice): void {
  if (choice.basis !== DEFAULT_CHOICE.basis) params.set("basis", choice.basis);
  if (choice.policy !== DEFAULT_CHOICE.policy) params.set("policy", choice.policy);
}
