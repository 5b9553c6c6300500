import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DefinitionRow } from "../../../db/model/patrol-views.ts";
import { dayAt } from "../../lib/day-range.ts";
import { lastPeriodName } from "../../lib/last-period.ts";
import { useNow } from "../../lib/use-now.ts";
import { trpc } from "../../trpc.ts";

/** Runs a schedule for a past period, tries its recipients, pauses, edits, removes it. */
export function ScheduleActs({ row, zone, onEdit }: { row: DefinitionRow; zone: string; onEdit: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { id, kind, name, isPaused } = row.definition;
  const [asked, setAsked] = useState<"run" | "remove" | null>(null);
  const [period, setPeriod] = useState(() => lastPeriodName(kind, dayAt(now, zone)));
  const onSettled = () => queries.invalidateQueries({ queryKey: trpc.reports.definitions.queryKey() });
  const run = useMutation(
    trpc.reports.run.mutationOptions({
      onSuccess: ({ runId }) => navigate({ to: "/patrol/reports/$id", params: { id: String(runId) } }),
    }),
  );
  const test = useMutation(trpc.reports.sendTest.mutationOptions());
  const pause = useMutation(trpc.reports.pauseDefinition.mutationOptions({ onSettled }));
  const remove = useMutation(trpc.reports.removeDefinition.mutationOptions({ onSettled }));
  const error = run.error ?? test.error ?? pause.error ?? remove.error;
  return (
    <>
      {asked === null && (
        <div className="review-actions">
          <Button size="compact-sm" variant="default" onClick={() => setAsked("run")}>
            {t("patrol.schedules.run")}
          </Button>
          <Button size="compact-sm" variant="subtle" loading={test.isPending} onClick={() => test.mutate({ id })}>
            {t("patrol.schedules.test")}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            loading={pause.isPending}
            onClick={() => pause.mutate({ id, isPaused: !isPaused })}
          >
            {t(isPaused ? "patrol.schedules.resume" : "patrol.schedules.pause")}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={onEdit}>
            {t("patrol.schedules.edit")}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={() => setAsked("remove")}>
            {t("patrol.schedules.remove")}
          </Button>
        </div>
      )}
      {asked === "run" && (
        <form
          className="schedule-run"
          onSubmit={(event) => {
            event.preventDefault();
            run.mutate({ definitionId: id, period: period.trim() });
          }}
        >
          <TextInput
            size="xs"
            aria-label={t("patrol.make.period")}
            title={t(`patrol.make.periodHint.${kind}`)}
            required
            maxLength={10}
            value={period}
            onChange={(event) => setPeriod(event.currentTarget.value)}
          />
          <Button size="compact-sm" type="submit" loading={run.isPending}>
            {t("patrol.schedules.run")}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={() => setAsked(null)}>
            {t("patrol.schedules.cancel")}
          </Button>
        </form>
      )}
      {asked === "remove" && (
        <div className="review-actions" role="alertdialog" aria-label={t("patrol.schedules.removeSure", { name })}>
          <span>{t("patrol.schedules.removeSure", { name })}</span>
          <Button size="compact-sm" color="red" loading={remove.isPending} onClick={() => remove.mutate({ id })}>
            {t("patrol.schedules.remove")}
          </Button>
          <Button size="compact-sm" variant="subtle" onClick={() => setAsked(null)}>
            {t("patrol.schedules.cancel")}
          </Button>
        </div>
      )}
      <div className="channel-answer" role="status">
        {test.data?.map((one) => (
          <p key={one.to}>
            {one.ok
              ? t("patrol.schedules.testOk", { to: one.to })
              : t("patrol.schedules.testFailed", { to: one.to, why: one.error })}
          </p>
        ))}
        {error !== null && <p className="failed">{t("patrol.schedules.failed", { why: error.message })}</p>}
      </div>
    </>
  );
}
