import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { ImportJob } from "../../../db/model/import-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { trpc } from "../../trpc.ts";
import { usePricingChange } from "./use-pricing-change.ts";

const POLL_MS = 300;
const isOver = (job: ImportJob): boolean => job.phase === "done" || job.phase === "failed";

/** How far an import is, and how it ended. */
export function ImportJobLine(props: { first: ImportJob; onBook: () => void; onAgain: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const changed = usePricingChange();
  const asked = useQuery(
    trpc.pricing.import.job.queryOptions(
      { id: props.first.id },
      { refetchInterval: ({ state }) => (state.data !== undefined && isOver(state.data) ? false : POLL_MS) },
    ),
  );
  const job = asked.data ?? props.first;
  useEffect(() => {
    if (job.phase === "done") changed();
    // oxlint-disable-next-line react/exhaustive-deps -- once, when it ends
  }, [job.phase]);
  const { phase, done, of, result } = job;
  return (
    <div className={phase === "failed" || asked.error !== null ? "notice notice-error" : "notice"} role="status">
      {(phase === "reading" || phase === "writing") && (
        <>
          <p>{t(`imports.applying.${phase}`, { done: format.count(done), of: format.count(of ?? done) })}</p>
          {of === null ? (
            <progress aria-label={job.fileName} />
          ) : (
            <progress aria-label={job.fileName} value={done} max={of} />
          )}
        </>
      )}
      {phase === "done" && result !== null && (
        <p>
          {t("imports.done", {
            added: format.count(result.added),
            ended: format.count(result.ended),
            unchanged: format.count(result.unchanged),
          })}{" "}
          {result.revisionId !== null && t("imports.doneRevision", { id: result.revisionId })}
        </p>
      )}
      {phase === "failed" && <p>{t("imports.jobFailed", { why: job.error ?? "" })}</p>}
      {asked.error !== null && <p>{asked.error.message}</p>}
      {isOver(job) && (
        <div className="notice-row">
          {phase === "done" && (
            <Button size="xs" variant="default" onClick={props.onBook}>
              {t("imports.toBook")}
            </Button>
          )}
          {phase === "failed" && (
            <Button size="xs" variant="default" onClick={props.onAgain}>
              {t("panel.retry")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
