import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { AlertsUrl } from "../../lib/alerts-url.ts";
import { totalOf } from "../../lib/fleet.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { useSummary } from "../../live/use-fleet.ts";
import { trpc } from "../../trpc.ts";

/** Why the list is empty: which filters leave nothing, or that nothing fires and who is watching. */
export function EmptyIncidents(props: { view: AlertsUrl; filters: readonly string[]; onClear: () => void }) {
  const { t, i18n } = useTranslation();
  const { view, filters } = props;
  if (filters.length > 0) {
    const list = new Intl.ListFormat(i18n.language, { type: "conjunction" }).format(filters);
    return (
      <div className="notice" role="status">
        <p className="notice-title">{t("alerts.empty.filteredTitle")}</p>
        <p className="notice-said">{t("alerts.empty.filtered", { filters: list })}</p>
        <Button size="xs" variant="default" onClick={props.onClear}>
          {t("alerts.empty.clear")}
        </Button>
      </div>
    );
  }
  if (view.set === "open") return <Quiet />;
  const key = view.set === "resolved" && view.from !== null ? "resolvedWindow" : view.set;
  return <p className="panel-empty">{t(`alerts.empty.${key}`)}</p>;
}

function Quiet() {
  const { t } = useTranslation();
  const format = useFormat();
  const maySeeAll = useMay("fleet.see");
  const rules = useQuery(trpc.alerts.rules.queryOptions(undefined, { enabled: maySeeAll })).data?.rows.filter(
    ({ enabled }) => enabled,
  ).length;
  const counts = useSummary().data?.counts;
  const cards = counts === undefined ? null : totalOf(counts);
  return (
    <div className="notice" role="status">
      <p className="notice-title">{t("alerts.empty.title")}</p>
      {cards === 0 && <p>{t("alerts.empty.noCard")}</p>}
      {rules === 0 && <p>{t("alerts.empty.noRule")}</p>}
      {rules !== undefined && rules > 0 && cards !== null && cards > 0 && (
        <p>
          {t("alerts.empty.watching", {
            count: rules,
            cards: t("alerts.empty.cards", { count: cards, n: format.count(cards) }),
          })}
        </p>
      )}
      {maySeeAll && (
        <Link to="/alerts/rules" className="button">
          {t("alerts.empty.rules")}
        </Link>
      )}
    </div>
  );
}
