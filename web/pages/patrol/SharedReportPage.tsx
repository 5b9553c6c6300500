import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useTitle } from "../../lib/use-title.ts";
import { ReportContents } from "../../panels/patrol/ReportContents.tsx";
import { ReportPaper } from "../../panels/patrol/ReportPaper.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { isNotFound, trpc } from "../../trpc.ts";
import "../../styles/patrol.css";

/** One report for whoever has its link; nothing else of the console is there. */
export function SharedReportPage() {
  const { t } = useTranslation();
  const format = useFormat();
  const { token } = useParams({ from: "/r/$token" });
  const language = useLang() === "zh" ? "zh-CN" : "en";
  const query = useQuery(trpc.reports.shared.queryOptions({ token, language }));
  const isNone = query.error !== null && isNotFound(query.error);
  const base = `/api/shared/${encodeURIComponent(token)}`;
  useTitle(query.data?.document.title ?? t("patrol.viewer.what"));
  return (
    <main id="main" className="page report-page shared-page" tabIndex={-1}>
      {query.data === undefined && <h1>{isNone ? t("patrol.viewer.sharedNone") : t("patrol.viewer.what")}</h1>}
      {isNone && <p>{t("patrol.viewer.sharedNoneHint")}</p>}
      {query.error !== null && !isNone && (
        <PanelError
          what={t("patrol.viewer.what")}
          wholePage
          error={query.error}
          busy={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isPending && <LoadingBlock height={640} />}
      {query.data !== undefined && (
        <>
          <div className="report-bar">
            <span className="muted">{t("patrol.viewer.shared", { time: format.dateTime(query.data.expiresAt) })}</span>
            <div className="report-acts">
              <a className="button" href={`${base}.pdf?lang=${language}`} download>
                {t("patrol.viewer.pdf")}
              </a>
            </div>
          </div>
          {query.data.run.supersededBy !== null && (
            <p className="report-note" role="status">
              {t("patrol.viewer.supersededLead")}
            </p>
          )}
          <div className="report-body">
            <div className="report-left">
              <ReportContents document={query.data.document} />
            </div>
            <ReportPaper document={query.data.document} files={{ base, language }} />
          </div>
        </>
      )}
    </main>
  );
}
