import type { TierLadder } from "../../../db/model/tier.ts";
import type { LadderPage } from "../../../db/model/tier-views.ts";
import type { Deps } from "../../context.ts";
import { ServiceError } from "../../errors.ts";

export type LadderWish = { readonly ladder: TierLadder; readonly who: string; readonly why: string };

/** Puts a ladder in force and answers the page as it is then. @throws ServiceError invalid, when it is no ladder */
export async function changeLadder({ tiers }: Pick<Deps, "tiers">, wish: LadderWish): Promise<LadderPage> {
  refuseLadder(wish.ladder);
  await tiers.saveLadder(wish.ladder, { who: wish.who, why: wish.why.trim(), source: "console" });
  return await tiers.page();
}

/** A ladder whose steps do not rise is none. @throws ServiceError invalid */
export function refuseLadder({ p1Ratio, p2Ratio }: TierLadder): void {
  if (p2Ratio < p1Ratio)
    throw new ServiceError("invalid", `P2 must not end before P1: raise p2Ratio from ${p2Ratio} to ${p1Ratio} or more`);
}
