import { useTranslation } from "react-i18next";
import { type AlertsUrl, DEFAULT_ALERTS } from "../../lib/alerts-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { usePoolName } from "../../parts/use-pool-name.ts";

/** A filter that is on, in words, and the address without it. */
export type AlertChip = {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly without: Partial<AlertsUrl>;
};

/** The filters that came with a link, since they have no control of their own. */
export function useAlertChips(view: AlertsUrl, featureName: string): readonly AlertChip[] {
  const { t } = useTranslation();
  const format = useFormat();
  const poolName = usePoolName();
  const chip = (
    id: "rule" | "region" | "cluster" | "pool" | "feature" | "card" | "window",
    value: string,
    part: Partial<AlertsUrl>,
  ) => (value === "" ? [] : [{ id, name: t(`alerts.about.${id}`), value, without: part }]);
  const { from, to } = view;
  const window = from === null && to === null ? "" : `${format.dateTime(from)} – ${format.dateTime(to)}`;
  return [
    ...chip("rule", view.ruleId, { ruleId: "" }),
    ...chip("region", view.region, { region: "" }),
    ...chip("cluster", view.cluster, { cluster: "" }),
    ...chip("pool", view.poolId === 0 ? "" : poolName(view.poolId), { poolId: 0 }),
    ...chip("feature", view.featureId === null ? "" : featureName || `#${view.featureId}`, { featureId: null }),
    ...chip("card", view.card, { card: "" }),
    ...chip("window", view.set === "resolved" ? window : "", { from: null, to: null }),
  ];
}

/** Everything that narrows the list, in words. */
export function useAlertFilterWords(view: AlertsUrl, chips: readonly AlertChip[]): readonly string[] {
  const { t } = useTranslation();
  return [
    ...(view.q === "" ? [] : [`“${view.q}”`]),
    ...view.severities.map((one) => t(`alerts.severity.${one}`)),
    ...view.families.map((one) => t(`alerts.family.${one}`)),
    ...chips.map(({ value }) => value),
  ];
}

/** The same set and grouping without any filter. */
export const withoutFilters = ({ set, group }: AlertsUrl): AlertsUrl => ({ ...DEFAULT_ALERTS, set, group });
