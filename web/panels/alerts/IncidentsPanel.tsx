import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { IncidentsPage } from "../../../db/model/alert-views.ts";
import { type AlertsUrl, encodeAlerts } from "../../lib/alerts-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useKeys } from "../../lib/use-keys.ts";
import { useMay } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { BulkBar } from "./BulkBar.tsx";
import { EmptyIncidents } from "./EmptyIncidents.tsx";
import { IncidentFilters } from "./IncidentFilters.tsx";
import { linesOf } from "./incident-lines.ts";
import { IncidentTable } from "./IncidentTable.tsx";
import { useAlertChips, useAlertFilterWords, withoutFilters } from "./use-alert-filters.ts";
import { useBulkAcknowledge } from "./use-bulk-acknowledge.ts";
import { useIncidentKeys } from "./use-incident-keys.ts";

/** The incidents of one set, narrowed, grouped, worst first. */
export function IncidentsPanel(props: {
  page: IncidentsPage;
  isWhole: boolean;
  view: AlertsUrl;
  onChange: (part: Partial<AlertsUrl>) => void;
}) {
  const { t } = useTranslation();
  const { page, view, onChange } = props;
  const search = useRef<HTMLInputElement>(null);
  const lines = useMemo(() => linesOf(page.rows, view.group), [page.rows, view.group]);
  const mayAct = useMay("alerts.act");
  const bulk = useBulkAcknowledge();
  const keys = useIncidentKeys(lines, mayAct ? (ids) => void bulk.run(ids) : null);
  useKeys({ "/": () => search.current?.focus() });
  const feature = page.rows.flatMap(({ features }) => features).find(({ id }) => id === view.featureId);
  const chips = useAlertChips(view, feature?.name ?? "");
  const words = useAlertFilterWords(view, chips);
  return (
    <PanelFrame
      title={t("alerts.list")}
      className="panel-incidents"
      note={<Shown {...props} />}
      actions={
        <a className="button" href={`/api/incidents.csv${questionOf(view)}`} download>
          {t("alerts.csv")}
        </a>
      }
    >
      <IncidentFilters
        view={view}
        counts={page.counts}
        chips={chips}
        onChange={onChange}
        search={search}
        onLeave={() => search.current?.blur()}
      />
      <BulkBar
        count={keys.picked.size}
        isBusy={bulk.isBusy}
        result={bulk.result}
        onAcknowledge={keys.acknowledge}
        onClear={keys.clear}
      />
      {page.rows.length === 0 ? (
        <EmptyIncidents view={view} filters={words} onClear={() => onChange(withoutFilters(view))} />
      ) : (
        <IncidentTable
          lines={lines}
          page={page}
          picked={keys.picked}
          onPick={mayAct ? keys.pick : null}
          active={keys.active}
        />
      )}
    </PanelFrame>
  );
}

function questionOf(view: AlertsUrl): string {
  const params = encodeAlerts({ ...view, group: "none" }).toString();
  return params === "" ? "" : `?${params}`;
}

/** How much of what matches is shown. The number of resolved ones is not counted by the server. */
function Shown({ page, isWhole, view }: { page: IncidentsPage; isWhole: boolean; view: AlertsUrl }) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = format.count(page.rows.length);
  if (isWhole) return page.rows.length === 0 ? null : shown;
  return view.set === "resolved"
    ? t("alerts.shownLatest", { shown })
    : t("alerts.shownMost", { shown, total: format.count(page.total) });
}
