import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { CapacityLine } from "../../../db/model/inventory.ts";

/** Which cards a line speaks of, in one line. */
export function useLineText(): (line: Pick<CapacityLine, "selector" | "node">) => string {
  const { t } = useTranslation();
  return useCallback(
    ({ selector: s, node }) =>
      [s.vendor, s.region, s.zone, s.cluster, s.model, s.billing === "" ? "" : t(`billing.${s.billing}`), node]
        .filter((part) => part !== "")
        .join(" · "),
    [t],
  );
}
