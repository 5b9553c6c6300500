import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Estimate } from "../../db/model/ledger-views.ts";
import { useFormat } from "./use-format.ts";

/** Less observed than this and a figure is marked; the share itself stands in the column beside it. */
const WELL_OBSERVED = 0.995;

/** What of a figure of card cost is not known, or estimated, in whole sentences; [] = it is as good as it gets. */
export function useEstimateWords(): (estimate: Estimate) => string[] {
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    ({ coverage, listRatio, unpricedMs, unconverted, unbookedDays }) => [
      ...(coverage !== null && coverage < WELL_OBSERVED
        ? [t("ledger.estimate.coverage", { share: format.coverage(coverage) })]
        : []),
      ...(listRatio !== null && listRatio > 0 ? [t("ledger.estimate.list", { share: format.percent(listRatio) })] : []),
      ...(unpricedMs > 0 ? [t("ledger.estimate.unpriced", { hours: format.cardHours(unpricedMs) })] : []),
      ...(unbookedDays > 0 ? [t("ledger.estimate.unbooked", { count: unbookedDays })] : []),
      ...(unconverted.length > 0 ? [t("ledger.estimate.unconverted", { currencies: unconverted.join(", ") })] : []),
    ],
    [t, format],
  );
}

/** The same for produced units: null = they were counted in every hour. */
export function useUnitWords(): (estimate: Estimate) => string | null {
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    ({ unitCoverage }) => {
      if (unitCoverage === null) return t("ledger.estimate.noUnits");
      return unitCoverage < 1 ? t("ledger.estimate.units", { share: format.coverage(unitCoverage) }) : null;
    },
    [t, format],
  );
}
