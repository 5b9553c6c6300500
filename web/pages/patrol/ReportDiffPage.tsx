import { skipToken, useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ReportPage } from "../../../db/model/patrol-views.ts";
import { countOf, reportDiff } from "../../lib/report-diff.ts";
import { idOf } from "../../lib/run-id.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useTitle } from "../../lib/use-title.ts";
import { DiffView } from "../../panels/patrol/DiffView.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { isNotFound, trpc } from "../../trpc.ts";
import "../../styles/pricing.css";
import "../../styles/patrol.css";

/** What a report says differently from another of its kind. */
export function ReportDiffPage() {
  const { t } = useTranslation();
  useTitle(t("patrol.diff.title"));
  const { id, before } = useParams({ from: "/patrol/reports/$id/since/$before" });
  const [earlier, later] = [useReport(before), useReport(id)];
  const failed = [earlier, later].find((one) => one.query.error !== null);
  const isNone =
    earlier.runId === null || later.runId === null || (failed !== undefined && isNotFound(failed.query.error));
  return (
    <div className="page report-page">
      <h1>{t("patrol.diff.title")}</h1>
      {isNone && (
        <div className="notice" role="status">
          <p className="notice-title">{t("patrol.viewer.none")}</p>
          <p>{t("patrol.viewer.noneHint")}</p>
          <Link to="/patrol/reports" className="button">
            {t("patrol.viewer.back")}
          </Link>
        </div>
      )}
      {!isNone && failed !== undefined && (
        <PanelError
          what={t("patrol.diff.what")}
          wholePage
          error={failed.query.error}
          busy={failed.query.isFetching}
          onRetry={() => void failed.query.refetch()}
        />
      )}
      {!isNone && failed === undefined && (earlier.query.isPending || later.query.isPending) && (
        <LoadingBlock height={640} />
      )}
      {earlier.query.data !== undefined && later.query.data !== undefined && (
        <Body before={earlier.query.data} after={later.query.data} />
      )}
    </div>
  );
}

function useReport(id: string) {
  const runId = idOf(id);
  const language = useLang() === "zh" ? "zh-CN" : "en";
  const query = useQuery(trpc.reports.read.queryOptions(runId === null ? skipToken : { runId, language }));
  return { runId, query };
}

function Body({ before, after }: { before: ReportPage; after: ReportPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [was, is] = [before.document, after.document];
  const isSameKind = before.row.run.kind === after.row.run.kind;
  const sections = useMemo(
    () => (was === null || is === null || !isSameKind ? [] : reportDiff(was, is)),
    [was, is, isSameKind],
  );
  if (!isSameKind) return <p className="panel-empty">{t("patrol.diff.otherKind")}</p>;
  if (was === null || is === null) return <p className="panel-empty">{t("patrol.diff.notMade")}</p>;
  const count = sections.reduce((sum, section) => sum + countOf(section), 0);
  const revised = was.title === is.title;
  const name = (page: ReportPage, title: string) =>
    revised ? `${title} · ${t("patrol.reports.revision", { n: page.row.run.revision })}` : title;
  return (
    <>
      <div className="report-bar">
        <span>
          {t("patrol.diff.lead", { before: name(before, was.title), after: name(after, is.title) })}{" "}
          <span className="muted">{t("patrol.diff.changed", { count, n: format.count(count) })}</span>
        </span>
        <div className="report-acts">
          <Link
            to="/patrol/reports/$id/since/$before"
            params={{ id: String(before.row.run.id), before: String(after.row.run.id) }}
            className="button"
          >
            {t("patrol.diff.swap")}
          </Link>
          <Link to="/patrol/reports/$id" params={{ id: String(after.row.run.id) }} className="button">
            {is.title}
          </Link>
        </div>
      </div>
      {count === 0 ? (
        <p className="panel-empty">{t("patrol.diff.none")}</p>
      ) : (
        <div className="report-body diff-body">
          <DiffView sections={sections} />
        </div>
      )}
    </>
  );
}
