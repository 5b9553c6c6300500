import type { Tier } from "../../../db/model/tier.ts";
import type { LadderPage } from "../../../db/model/tier-views.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import type { Deps } from "../../context.ts";
import { ServiceError } from "../../errors.ts";

/** An exception that outlives a year is a wrong ladder or a wrong price. "ours" */
const LONGEST_MS = 366 * DAY_MS;

export type OverrideWish = {
  readonly poolId: number;
  readonly tier: Tier;
  readonly owner: string;
  readonly reason: string;
  readonly to: number; // unix ms it expires
  readonly who: string;
};

/** Sets a pool's tier by hand until a day. @throws ServiceError not_found; invalid, when it is over already or too long */
export async function setOverride(
  { tiers, clock }: Pick<Deps, "tiers" | "clock">,
  wish: OverrideWish,
): Promise<LadderPage> {
  const { who, ...override } = wish;
  const lasts = wish.to - clock.now();
  if (lasts <= 0) throw new ServiceError("invalid", "the override would expire in the past: choose a later day");
  if (lasts > LONGEST_MS)
    throw new ServiceError("invalid", "an override lasts a year at most: choose an earlier day, or change the ladder");
  const note = {
    who,
    why: `P${wish.tier} until ${new Date(wish.to).toISOString()}: ${wish.reason}`,
    source: "console",
  };
  const id = await tiers.setOverride(override, note);
  if (id === null) throw new ServiceError("not_found", `there is no pool number ${wish.poolId}: reload the page`);
  return await tiers.page();
}

/** Takes an override back. @throws ServiceError not_found, when it is not in force */
export async function endOverride(
  { tiers }: Pick<Deps, "tiers">,
  { id, who }: { readonly id: number; readonly who: string },
): Promise<LadderPage> {
  const isEnded = await tiers.removeOverride(id, { who, why: `override ${id} taken back`, source: "console" });
  if (!isEnded) throw new ServiceError("not_found", "this override has expired or was taken back: reload the page");
  return await tiers.page();
}
