import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { RunRow } from "../../../db/model/patrol-views.ts";
import { useFormat } from "../../lib/use-format.ts";

/** Two reports of a kind are chosen, the older one comes first. */
export function CompareBar(props: { rows: readonly RunRow[]; picked: readonly number[]; onStop: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [before, after] = props.rows
    .map(({ run }) => run)
    .filter(({ id }) => props.picked.includes(id))
    .toSorted((a, b) => a.from - b.from || a.revision - b.revision);
  const canCompare = before !== undefined && after !== undefined && before.kind === after.kind;
  return (
    <div className="compare-bar" role="status">
      <span>{t("patrol.reports.comparing", { n: format.count(props.picked.length) })}</span>
      {canCompare && (
        <Link
          to="/patrol/reports/$id/since/$before"
          params={{ id: String(after.id), before: String(before.id) }}
          className="button"
        >
          {t("patrol.reports.compareNow")}
        </Link>
      )}
      <Button size="compact-sm" variant="subtle" onClick={props.onStop}>
        {t("patrol.reports.compareStop")}
      </Button>
    </div>
  );
}
