import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { useHasTeams } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { AlertsPanel } from "../../panels/today/AlertsPanel.tsx";
import { ChangesPanel } from "../../panels/today/ChangesPanel.tsx";
import { NeedsPanel } from "../../panels/today/NeedsPanel.tsx";
import { TodayKpis } from "../../panels/today/TodayKpis.tsx";
import { WorthPanel } from "../../panels/today/WorthPanel.tsx";
import { FirstSource } from "../../parts/FirstSource.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/today.css";

/** A page that is read in a minute, top to bottom, worst first. */
export function TodayPage() {
  const { t } = useTranslation();
  useTitle(t("today.title"));
  const hasTeams = useHasTeams(); // then advice is not theirs
  const view = useQuery(trpc.today.view.queryOptions(undefined, { refetchInterval: MINUTE_MS }));
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("today.title")}</h1>
        {view.data !== undefined && <AsOf at={view.data.asOf} />}
        <p className="lead">{t("today.lead")}</p>
      </header>
      {view.error !== null && (
        <PanelError
          what={t("today.title")}
          wholePage
          error={view.error}
          kept={view.data !== undefined}
          busy={view.isFetching}
          onRetry={() => void view.refetch()}
        />
      )}
      {view.isPending && <LoadingRows rows={9} height={40} />}
      {view.data !== undefined &&
        (view.data.cards === 0 ? (
          <FirstSource title={t("empty.title")} lead={t("empty.lead")} />
        ) : (
          <div className="today">
            <AlertsPanel />
            <TodayKpis />
            <NeedsPanel view={view.data} />
            <ChangesPanel view={view.data} />
            {!hasTeams && <WorthPanel view={view.data} />}
          </div>
        ))}
    </div>
  );
}
