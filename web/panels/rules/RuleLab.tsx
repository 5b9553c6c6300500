import { Button, NativeSelect } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RuleDraft } from "../../../db/model/alert-views.ts";
import { LAB_DAYS, sendable } from "../../lib/rule-draft.ts";
import { useFormat } from "../../lib/use-format.ts";
import { trpc } from "../../trpc.ts";
import { LabResultView } from "./LabResultView.tsx";

const ASK_MS = 1_000;

/** Replays the draft over the stored days, beside the saved version, before anything is saved. */
export function RuleLab(props: { draft: RuleDraft; isBlocked: boolean; onRefused: (message: string | null) => void }) {
  const { t } = useTranslation();
  const [days, setDays] = useState<number>(7);
  const [run, setRun] = useState<{ readonly id: string; readonly of: RuleDraft; readonly days: number } | null>(null);
  const start = useMutation(trpc.alerts.startLab.mutationOptions());
  const cancel = useMutation(trpc.alerts.cancelLab.mutationOptions());
  const replay = () => {
    const of = props.draft;
    props.onRefused(null);
    if (run !== null) cancel.mutate({ id: run.id });
    setRun(null);
    start.mutate(
      { draft: sendable(of), days },
      {
        onSuccess: (id) => setRun({ id, of, days }),
        onError: (error) => props.onRefused(error.message),
      },
    );
  };
  return (
    <section className="rule-parts rule-lab" aria-labelledby="rule-lab">
      <h3 id="rule-lab">{t("rules.lab.title")}</h3>
      <p className="muted">{t("rules.lab.lead")}</p>
      <div className="review-actions">
        <NativeSelect
          size="xs"
          aria-label={t("rules.lab.days")}
          value={String(days)}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
          data={LAB_DAYS.map((value) => ({ value: String(value), label: t("rules.lab.lastDays", { count: value }) }))}
        />
        <Button
          size="compact-sm"
          variant="default"
          disabled={props.isBlocked}
          loading={start.isPending}
          onClick={replay}
        >
          {t("rules.lab.start")}
        </Button>
      </div>
      {run !== null && (
        <LabRunView
          id={run.id}
          days={run.days}
          isOld={run.of.rule !== props.draft.rule}
          onCancel={() => {
            cancel.mutate({ id: run.id });
            setRun(null);
          }}
        />
      )}
    </section>
  );
}

function LabRunView(props: { id: string; days: number; isOld: boolean; onCancel: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error } = useQuery(
    trpc.alerts.lab.queryOptions(
      { id: props.id },
      {
        refetchInterval: ({ state }) => (state.data?.state === "running" || state.data === undefined ? ASK_MS : false),
      },
    ),
  );
  if (error !== null) return <p className="failed">{error.message}</p>;
  if (data === undefined) return null;
  if (data === null) return <p className="failed">{t("rules.lab.gone")}</p>;
  if (data.state === "failed") return <p className="failed">{data.error}</p>;
  if (data.state === "running") {
    const share = data.done / Math.max(1, data.of);
    return (
      <div className="lab-running">
        <p role="status">{t("rules.lab.running", { share: format.percent(share) })}</p>
        <progress className="lab-bar" aria-label={t("rules.lab.title")} max={1} value={share} />
        <Button size="compact-sm" variant="subtle" onClick={props.onCancel}>
          {t("rules.lab.cancel")}
        </Button>
      </div>
    );
  }
  return (
    <>
      {props.isOld && <p className="lab-old">{t("rules.lab.old")}</p>}
      <LabResultView result={data.result} />
    </>
  );
}
