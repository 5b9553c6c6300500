import { useTranslation } from "react-i18next";
import type { RunRow } from "../../../db/model/patrol-views.ts";
import { useFormat } from "../../lib/use-format.ts";

/** What became of a run: shape, word, and how far it is while it is being made. */
export function RunState({ row }: { row: RunRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { run } = row;
  if (run.state === "making" || run.state === "waiting")
    return (
      <span className="run-progress">
        <span>
          <span aria-hidden>◌ </span>
          {t(`patrol.reports.state.${run.state}`)}
        </span>
        <progress
          max={1}
          value={run.progress}
          aria-label={t("patrol.reports.progress", { percent: format.percent(run.progress) })}
        />
      </span>
    );
  const mark = run.state === "done" ? "ok" : "critical";
  return (
    <>
      <span className={`mark-${mark}`} aria-hidden>
        {run.state === "done" ? "● " : "■ "}
      </span>
      {t(`patrol.reports.state.${run.state}`)}
      {run.supersededBy !== null && <span className="badge">{t("patrol.reports.supersededMark")}</span>}
      {row.isStale && run.supersededBy === null && <span className="badge">{t("patrol.reports.stale")}</span>}
      {run.error !== "" && <small className="muted run-error">{run.error}</small>}
    </>
  );
}
