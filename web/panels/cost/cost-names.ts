import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { CostDimension } from "../../../db/model/ledger-views.ts";
import { usePools } from "../../live/use-fleet.ts";
import { useProofWords } from "../proof/use-proof-words.ts";

/** How a value of a dimension is called on the page: ours in the reader's language, others as they were said. */
export function useCostNames(): (dimension: CostDimension, value: { key: string; label: string }) => string {
  const { t } = useTranslation();
  const words = useProofWords();
  const pools = usePools();
  return useCallback(
    (dimension, { key, label }) => {
      if (dimension === "tier") return key === "unknown" ? t("cost.unjudged") : key;
      if (dimension === "feature" && key !== "" && key !== "unattributed") return label === "" ? key : label;
      if (dimension === "pool" && !pools.has(Number(key)) && label !== "") return label; // no card is in it any more
      return words.value(dimension, key);
    },
    // oxlint-disable-next-line react/exhaustive-deps -- the words change with the language, as t does, and with the pools
    [t, pools],
  );
}
