import type { LadderPage } from "../../../db/model/tier-views.ts";
import type { Deps } from "../../context.ts";
import { ServiceError } from "../../errors.ts";

/** Stops believing in some benchmarks and answers the page as it is then. @throws ServiceError not_found, when none is there */
export async function forgetBenchmarks(
  { tiers }: Pick<Deps, "tiers">,
  { ids, who }: { readonly ids: readonly number[]; readonly who: string },
): Promise<LadderPage> {
  const note = { who, why: `${ids.length} benchmarks removed`, source: "console" };
  const removed = await tiers.removeBenchmarks(ids, note);
  if (removed === 0) throw new ServiceError("not_found", "these benchmarks were removed or replaced: reload the page");
  return await tiers.page();
}
