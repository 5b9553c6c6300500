import { useQueryClient } from "@tanstack/react-query";
import type { LadderPage } from "../../../db/model/tier-views.ts";
import { trpc } from "../../trpc.ts";

/** What a change of ladder or overrides brings with it: the page as the server answers it, and everything with tiers anew. */
export function useTiersChange() {
  const queries = useQueryClient();
  return {
    onSuccess: (page: LadderPage) => {
      queries.setQueryData(trpc.tiers.page.queryKey(), page);
      for (const queryKey of [trpc.tiers.events.queryKey(), trpc.tiers.preview.queryKey(), trpc.board.view.queryKey()])
        void queries.invalidateQueries({ queryKey });
    },
  };
}
