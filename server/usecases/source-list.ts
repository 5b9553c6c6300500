import type { SourceView, TargetView } from "../../db/model/views.ts";
import type { Deps } from "../context.ts";

export type SourceList = { readonly asOf: number; readonly sources: readonly SourceView[] };

/** Every configured source and how it fares. `asOf` in unix ms. */
export function sourceList(deps: Pick<Deps, "clock" | "sources">): SourceList {
  return { asOf: deps.clock.now(), sources: deps.sources.list() };
}

export type TargetList = { readonly targets: readonly TargetView[]; readonly total: number };

/** Most targets of an answer: the page says "and n more" beyond it. */
export const TARGETS_SHOWN = 1_000;

/** The targets of one source or of all, the failing ones first. `total` counts those that were asked for, shown or not. */
export function targetList(
  deps: Pick<Deps, "sources">,
  asked: { readonly source?: string | undefined; readonly onlyDown?: boolean | undefined },
): TargetList {
  const found = deps.sources
    .targets()
    .filter((t) => (asked.source === undefined || t.source === asked.source) && (!asked.onlyDown || t.up === false));
  return { targets: found.sort(worstFirst).slice(0, TARGETS_SHOWN), total: found.length };
}

const rank = (target: TargetView): number => (target.up === false ? 0 : target.up === null ? 1 : 2);

const worstFirst = (a: TargetView, b: TargetView): number =>
  rank(a) - rank(b) || (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : 0);
