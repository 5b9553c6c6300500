import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { useTitle } from "../../lib/use-title.ts";
import { RulesTable } from "../../panels/rules/RulesTable.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/pricing.css";
import "../../styles/review.css";
import "../../styles/mapping.css";
import "../../styles/alert-desks.css";

/** What Dapan watches for, and how sure it must be before it speaks. */
export function RulesPage() {
  const { t } = useTranslation();
  useTitle(t("alerts.tabs.rules"));
  const page = useQuery(trpc.alerts.rules.queryOptions(undefined, { refetchInterval: MINUTE_MS / 2 }));
  return (
    <div className="desk">
      {page.error !== null && (
        <PanelError
          what={t("alerts.tabs.rules")}
          wholePage
          error={page.error}
          kept={page.data !== undefined}
          busy={page.isFetching}
          onRetry={() => void page.refetch()}
        />
      )}
      {page.isPending && <LoadingRows rows={12} height={44} />}
      {page.data !== undefined && <RulesTable rows={page.data.rows} />}
    </div>
  );
}
