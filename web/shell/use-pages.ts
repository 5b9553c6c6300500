import { useCallback, useMemo } from "react";
import type { Permission } from "../../db/model/access.ts";
import { useHasTeams, useMe, usePermissions } from "../lib/use-me.ts";
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

/** Where nobody signs in there is nobody to let in, and nothing a token would open. */
const OF_PEOPLE: ReadonlySet<Page["id"]> = new Set(["people", "tokens", "account"]);

/** The pages one may see, in the order of the menu: what is not theirs is not offered, nor a list where nothing ever stood. */
export function usePages(): readonly Page[] {
  const closed = useClosed();
  const isPerson = useMe()?.kind === "person";
  const hasApprovals = (useApprovals().data?.length ?? 0) > 0;
  return useMemo(
    () =>
      PAGES.filter((page) => {
        if (page.id === "approvals") return hasApprovals;
        return (isPerson || !OF_PEOPLE.has(page.id)) && closed(page) === undefined;
      }),
    [closed, hasApprovals, isPerson],
  );
}
