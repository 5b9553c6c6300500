import { useMemo } from "react";
import { usePermissions } from "../lib/use-me.ts";
import { useApprovals } from "../live/use-approvals.ts";
import { PAGES } from "./pages.ts";

/** The pages one may see, in the order of the menu: what is not theirs is not offered, nor a list where nothing ever stood. */
export function usePages(): readonly (typeof PAGES)[number][] {
  const may = usePermissions();
  const hasApprovals = (useApprovals().data?.length ?? 0) > 0;
  return useMemo(
    () => PAGES.filter((page) => (page.id === "approvals" ? hasApprovals : may("needs" in page ? page.needs : null))),
    [may, hasApprovals],
  );
}
