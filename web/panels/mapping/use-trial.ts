import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { HolderRow } from "../../../db/model/ledger-views.ts";
import type { Trial } from "./pattern-trial.ts";
import type { RuleDraft } from "./rule-list.ts";

/** The engine of patterns comes when a form opens: nothing else of the console needs it. */
export function useTrial(draft: RuleDraft, holders: readonly HolderRow[]): Trial | null {
  const engine = useQuery({
    queryKey: ["mapping", "engine"],
    queryFn: () => import("./pattern-trial.ts"),
    staleTime: Infinity,
  });
  const { cluster, namespace, pod, owner, labels } = draft;
  return useMemo(
    () => engine.data?.tryDraft(draft, holders) ?? null,
    // oxlint-disable-next-line react/exhaustive-deps -- of the draft only what it looks at
    [engine.data, holders, cluster, namespace, pod, owner, labels],
  );
}
