import { useCallback, useMemo } from "react";
import type { Permission } from "../../db/model/access.ts";
import { useHasTeams, usePermissions } from "../lib/use-me.ts";
import { useApprovals } from "../live/use-approvals.ts";
import { PAGES } from "./pages.ts";

type Page = (typeof PAGES)[number];

/** Which right a page wants that one lacks; null = it is about the whole fleet, and one has teams; undefined = it is theirs. */
export function useClosed(): (page: Page) => Permission | null | undefined {
  const may = usePermissions();
  const hasTeams = useHasTeams();
  return useCallback(
    (page) => {
      if ("needs" in page && !may(page.needs)) return page.needs;
      return hasTeams && "whole" in page ? null : undefined;
    },
    [may, hasTeams],
  );
}

/** The pages one may see, in the order of the menu: what is not theirs is not offered, nor a list where nothing ever stood. */
export function usePages(): readonly Page[] {
  const closed = useClosed();
  const hasApprovals = (useApprovals().data?.length ?? 0) > 0;
  return useMemo(
    () => PAGES.filter((page) => (page.id === "approvals" ? hasApprovals : closed(page) === undefined)),
    [closed, hasApprovals],
  );
}
