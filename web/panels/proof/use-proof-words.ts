import { useTranslation } from "react-i18next";
import { BILLING_TYPES } from "../../../db/model/fleet.ts";
import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import { COST_DIMENSIONS, type CostDimension, type DayRange } from "../../../db/model/ledger-views.ts";
import { lastDay } from "../../lib/day-range.ts";
import type { ProofAsk } from "../../lib/proof-url.ts";
import { useLang } from "../../lib/use-format.ts";
import { usePoolName } from "../../parts/use-pool-name.ts";

/** The words of a proof's question. */
export function useProofWords() {
  const { t } = useTranslation();
  const poolName = usePoolName();
  const comma = useLang() === "zh" ? "、" : ", ";
  const value = (dimension: CostDimension, said: string): string => {
    if (dimension === "state") {
      const state = LEDGER_STATES.find((one) => one === said);
      return state === undefined ? said : t(`state.${state}`);
    }
    if (dimension === "billing") {
      const billing = BILLING_TYPES.find((one) => one === said);
      return billing === undefined ? said : t(`billing.${billing}`);
    }
    if (dimension === "pool") return poolName(Number(said));
    if (dimension === "feature" && said === "unattributed") return t("ledger.unattributed");
    if (dimension === "feature" && said === "") return t("ledger.nobody");
    return said === "" ? t("fact.notSaid") : said;
  };
  return {
    value,
    feature: (key: string): string => value("feature", key),
    days: (range: DayRange): string =>
      range.from === lastDay(range) ? range.from : t("proof.days", { from: range.from, to: lastDay(range) }),
    /** What the money is narrowed to, dimension by dimension. */
    chips: ({ question }: ProofAsk): { dimension: CostDimension; name: string; values: string }[] =>
      COST_DIMENSIONS.flatMap((dimension) => {
        const values = question.filter[dimension];
        return values === undefined
          ? []
          : [
              {
                dimension,
                name: t(`proof.dimension.${dimension}`),
                values: values.map((one) => value(dimension, one)).join(comma),
              },
            ];
      }),
  };
}
