import { skipToken, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ReportPage as Page } from "../../../db/model/patrol-views.ts";
import { MINUTE_MS, SECOND_MS } from "../../../db/model/time.ts";
import { idOf } from "../../lib/run-id.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useTitle } from "../../lib/use-title.ts";
import { ReportActs } from "../../panels/patrol/ReportActs.tsx";
import { ReportContents } from "../../panels/patrol/ReportContents.tsx";
import { ReportPaper } from "../../panels/patrol/ReportPaper.tsx";
import { ReportDeliveries, ReportRevisions } from "../../panels/patrol/ReportSide.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { isNotFound, trpc } from "../../trpc.ts";
import "../../styles/pricing.css";
import "../../styles/review.css";
import "../../styles/mapping.css";
import "../../styles/alert-desks.css";
import "../../styles/drawer.css";
import "../../styles/patrol.css";

/** One report, read like paper; while it is made, how far it is. */
export function ReportPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/patrol/reports/$id" });
  const runId = idOf(id);
  const language = useLang() === "zh" ? "zh-CN" : "en";
  const query = useQuery(
    trpc.reports.read.queryOptions(runId === null ? skipToken : { runId, language }, {
      refetchInterval: ({ state }) => {
        const now = state.data?.row.run.state;
        return now === "waiting" || now === "making" ? SECOND_MS : MINUTE_MS;
      },
    }),
  );
  const page = query.data;
  const isNone = runId === null || (query.error !== null && isNotFound(query.error));
  useTitle(page?.document?.title ?? t("patrol.viewer.title", { id }));
  return (
    <div className="page report-page">
      {(isNone || page?.document == null) && <h1>{t("patrol.viewer.title", { id })}</h1>}
      {isNone && (
        <div className="notice" role="status">
          <p className="notice-title">{t("patrol.viewer.none")}</p>
          <p>{t("patrol.viewer.noneHint")}</p>
          <Link to="/patrol/reports" className="button">
            {t("patrol.viewer.back")}
          </Link>
        </div>
      )}
      {!isNone && query.error !== null && (
        <PanelError
          what={t("patrol.viewer.what")}
          wholePage={page === undefined}
          error={query.error}
          kept={page !== undefined}
          busy={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      )}
      {!isNone && query.isPending && <LoadingBlock height={640} />}
      {!isNone && page !== undefined && <Body page={page} />}
    </div>
  );
}

function Body({ page }: { page: Page }) {
  const { t } = useTranslation();
  const { run } = page.row;
  return (
    <>
      <div className="report-bar">
        <Link to="/patrol/reports">{t("patrol.viewer.back")}</Link>
        <ReportActs page={page} />
      </div>
      {run.supersededBy !== null && (
        <p className="report-note" role="status">
          {t("patrol.viewer.supersededLead")}{" "}
          <Link to="/patrol/reports/$id" params={{ id: String(page.revisions[0]?.runId ?? run.supersededBy) }}>
            {t("patrol.viewer.newest")}
          </Link>
        </p>
      )}
      {run.supersededBy === null && page.row.isStale && page.document !== null && (
        <p className="report-note" role="status">
          {t("patrol.viewer.staleLead")}
        </p>
      )}
      {page.document === null ? (
        <NotMade page={page} />
      ) : (
        <div className="report-body">
          <div className="report-left">
            <ReportContents document={page.document} />
            <ReportRevisions page={page} />
          </div>
          <ReportPaper document={page.document} files={{ base: `/api/reports/${run.id}`, language: page.language }} />
          <div className="report-below">
            <ReportDeliveries page={page} />
          </div>
        </div>
      )}
    </>
  );
}

/** What a run may be at; a maker may know others. */
const STEPS = ["backfill", "money", "before", "faults", "coverage"] as const;

/** Why there is nothing to read yet, or at all. */
function NotMade({ page }: { page: Page }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { run } = page.row;
  const step = STEPS.find((known) => known === run.step) ?? "other";
  const isUnderWay = run.state === "waiting" || run.state === "making";
  return (
    <div className={isUnderWay ? "notice" : "notice notice-error"} role="status">
      <p className="notice-title">
        {t(`patrol.kind.${run.kind}`)} {run.period}
      </p>
      {run.state === "waiting" && step !== "backfill" && <p>{t("patrol.viewer.waiting")}</p>}
      {(run.state === "making" || (run.state === "waiting" && step === "backfill")) && (
        <p>{t("patrol.viewer.making", { step: t(`patrol.viewer.steps.${step}`) })}</p>
      )}
      {run.state === "failed" && <p>{t("patrol.viewer.failed")}</p>}
      {run.state === "missed" && <p>{t("patrol.viewer.missed")}</p>}
      {isUnderWay && (
        <progress
          className="report-progress"
          max={1}
          value={run.progress}
          aria-label={t("patrol.reports.progress", { percent: format.percent(run.progress) })}
        />
      )}
      {run.error !== "" && <p className="notice-said">{run.error}</p>}
    </div>
  );
}
