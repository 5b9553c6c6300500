import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { approvalOf, trpc } from "../../trpc.ts";
import type { RuleItem } from "./rule-list.ts";
import { useMappingChange } from "./use-mapping-change.ts";

export type RuleChange = ReturnType<typeof useRuleChange>;

/** A change of the list from its preview to its saving: nothing is saved that was not shown. */
export function useRuleChange(items: readonly RuleItem[], version: string) {
  const changed = useMappingChange();
  const [why, setWhy] = useState("");
  const preview = useMutation(trpc.mapping.preview.mutationOptions());
  const save = useMutation(trpc.mapping.save.mutationOptions({ onSuccess: changed }));
  const rules = items.map(({ rule }) => rule);
  const isCurrent = JSON.stringify(preview.variables?.rules) === JSON.stringify(rules);
  const shown = isCurrent ? preview.data : undefined;
  const faults = shown?.faults ?? [];
  const maySave = shown !== undefined && faults.length === 0;
  return {
    why,
    setWhy,
    shown, // the preview of these very rules
    faults,
    maySave,
    wasShown: preview.data !== undefined && !isCurrent,
    isBusy: preview.isPending || save.isPending,
    previewError: isCurrent ? preview.error : null,
    saveError: save.error,
    saved: save.data,
    submit: () => {
      if (approvalOf(save.error) !== null) return undefined; // it is asked for already
      if (!maySave) return preview.mutate({ rules });
      if (why.trim() !== "") save.mutate({ rules, version, why });
    },
  };
}
