import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { IncidentRow } from "../../db/model/alert-views.ts";
import { useLang } from "./use-format.ts";

export type IncidentText = {
  readonly what: (row: Pick<IncidentRow, "summary">) => string;
  readonly where: (row: IncidentRow) => string; // "" = nowhere in particular
  readonly flags: (row: IncidentRow) => string[]; // what is out of the ordinary about it
};

/** An incident in the reader's words. What comes from outside is part of it: text, never markup. */
export function useIncidentText(): IncidentText {
  const { t } = useTranslation();
  const lang = useLang();
  return useMemo(
    () => ({
      what: ({ summary }) => summary[lang],
      where: ({ node, cluster, region, scope, labels }) => {
        if (node !== "") return node;
        if (scope === "feature" || scope === "source" || scope === "rule" || scope === "alert")
          return Object.values(labels)[0] ?? "";
        return [cluster, region].filter((part) => part !== "").join(" · ");
      },
      flags: ({ suppressedBy, isFlapping, isHistoric }) => [
        ...(suppressedBy === null ? [] : [t(`alerts.suppressedBy.${suppressedBy}`)]),
        ...(isFlapping ? [t("alerts.flapping")] : []),
        ...(isHistoric ? [t("alerts.historic")] : []),
      ],
    }),
    [t, lang],
  );
}
