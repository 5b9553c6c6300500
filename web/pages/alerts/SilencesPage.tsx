import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { useTitle } from "../../lib/use-title.ts";
import { SilencesPanel } from "../../panels/silences/SilencesPanel.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/pricing.css";
import "../../styles/review.css";
import "../../styles/mapping.css";
import "../../styles/alert-desks.css";

/** What is quiet on purpose, why, and until when. */
export function SilencesPage() {
  const { t } = useTranslation();
  useTitle(t("alerts.tabs.silences"));
  const rows = useQuery(trpc.alerts.silences.queryOptions(undefined, { refetchInterval: MINUTE_MS / 2 }));
  return (
    <div className="desk">
      {rows.error !== null && (
        <PanelError
          what={t("alerts.tabs.silences")}
          wholePage
          error={rows.error}
          kept={rows.data !== undefined}
          busy={rows.isFetching}
          onRetry={() => void rows.refetch()}
        />
      )}
      {rows.isPending && <LoadingRows rows={5} height={40} />}
      {rows.data !== undefined && <SilencesPanel rows={rows.data} />}
    </div>
  );
}
