import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { type AlertsUrl, decodeAlerts, encodeAlerts, filterOf } from "../../lib/alerts-url.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useTitle } from "../../lib/use-title.ts";
import { useIncidents } from "../../live/use-alerts.ts";
import { EngineNotice } from "../../panels/alerts/EngineNotice.tsx";
import { IncidentsPanel } from "../../panels/alerts/IncidentsPanel.tsx";
import { IncidentSums } from "../../panels/alerts/IncidentSums.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";

/** The incidents of the fleet: what is open, held back, pending, over. */
export function AlertsPage() {
  const { t } = useTranslation();
  useTitle(t("alerts.title"));
  const search = useSearch({ from: "/alerts/" });
  const navigate = useNavigate({ from: "/alerts/" });
  const view = useMemo(() => decodeAlerts(toParams(search)), [search]);
  const change = useCallback(
    (part: Partial<AlertsUrl>) =>
      void navigate({
        replace: part.set === undefined || part.set === view.set,
        search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeAlerts({ ...view, ...part })) }),
      }),
    [navigate, view],
  );
  const filter = useMemo(() => filterOf(view), [view]);
  const incidents = useIncidents(filter);
  const { page } = incidents;
  return (
    <div className={incidents.isOld ? "incidents-page page-waiting" : "incidents-page"}>
      {incidents.error !== null && (
        <PanelError
          what={t("alerts.what")}
          wholePage
          error={incidents.error}
          kept={page !== undefined}
          busy={incidents.isFetching}
          onRetry={incidents.refetch}
        />
      )}
      {page === undefined && incidents.error === null && <LoadingRows rows={12} height={48} />}
      {page !== undefined && (
        <>
          <EngineNotice trouble={page.trouble} />
          <IncidentSums sums={page} />
          <IncidentsPanel page={page} isWhole={incidents.isWhole} view={view} onChange={change} />
        </>
      )}
    </div>
  );
}
