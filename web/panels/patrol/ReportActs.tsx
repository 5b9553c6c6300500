import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReportPage } from "../../../db/model/patrol-views.ts";
import { useMay } from "../../lib/use-me.ts";
import { trpc } from "../../trpc.ts";
import { SharePanel } from "./SharePanel.tsx";

/** What can be done with a report: its file, a link to it, a comparison, a new revision. */
export function ReportActs({ page }: { page: ReportPage }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const mayWrite = useMay("reports.write");
  const [isSharing, setSharing] = useState(false);
  const { run } = page.row;
  const revise = useMutation(
    trpc.reports.revise.mutationOptions({
      onSuccess: async ({ runId }) => {
        await queries.invalidateQueries({ queryKey: trpc.reports.archive.pathKey() });
        await navigate({ to: "/patrol/reports/$id", params: { id: String(runId) } });
      },
    }),
  );
  const isMade = page.document !== null;
  return (
    <>
      <div className="report-acts">
        {isMade && (
          <>
            <a className="button" href={`/api/reports/${run.id}.pdf?lang=${page.language}`} download>
              {t("patrol.viewer.pdf")}
            </a>
            {mayWrite && (
              <Button size="compact-sm" variant="default" onClick={() => setSharing(true)}>
                {t("patrol.viewer.share")}
              </Button>
            )}
            {page.before !== null && (
              <Link
                to="/patrol/reports/$id/since/$before"
                params={{ id: String(run.id), before: String(page.before) }}
                className="button"
              >
                {t("patrol.viewer.compareBefore")}
              </Link>
            )}
          </>
        )}
        {mayWrite &&
          (run.state === "done" || run.state === "failed" || run.state === "missed") &&
          run.supersededBy === null && (
            <Button
              size="compact-sm"
              variant="default"
              loading={revise.isPending}
              onClick={() => revise.mutate({ runId: run.id })}
            >
              {t(isMade ? "patrol.viewer.revise" : "patrol.viewer.again")}
            </Button>
          )}
        {revise.error !== null && (
          <span className="failed" role="alert">
            {t("patrol.make.failed", { why: revise.error.message })}
          </span>
        )}
      </div>
      {mayWrite && isSharing && <SharePanel runId={run.id} onClose={() => setSharing(false)} />}
    </>
  );
}
