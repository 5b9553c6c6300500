import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { GuardReport } from "../../../db/model/patrol-views.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { trpc } from "../../trpc.ts";
import { Verdict } from "./Verdict.tsx";

/** The report before or after a window: each thing that was looked at, and the way to look again. */
export function GuardLook(props: {
  id: number;
  which: "readiness" | "closing";
  report: GuardReport | null;
  isOpen: boolean; // it can still be looked at anew
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const queries = useQueryClient();
  const { report, which } = props;
  const look = useMutation(
    trpc.patrol.guardReport.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.patrol.guard.queryKey() }),
    }),
  );
  return (
    <section aria-label={t(`patrol.guard.${which}`)}>
      <header>
        <h4>{t(`patrol.guard.${which}`)}</h4>
        {report !== null && <Verdict verdict={report.verdict} />}
        {report !== null && (
          <span className="muted">{t("patrol.guard.made", { time: format.dateTime(report.at) })}</span>
        )}
        {props.isOpen && (
          <Button
            size="compact-sm"
            variant="default"
            loading={look.isPending}
            onClick={() => look.mutate({ id: props.id, which })}
          >
            {t("patrol.guard.look")}
          </Button>
        )}
      </header>
      {look.error !== null && (
        <p className="failed" role="alert">
          {t("patrol.guard.failed", { why: look.error.message })}
        </p>
      )}
      {report === null ? (
        <p className="muted">{t("patrol.guard.notMade")}</p>
      ) : (
        <ul className="guard-points">
          {report.points.map((point, i) => (
            <li key={`${i} ${point.topic}`}>
              <Verdict verdict={point.verdict} />
              <span>
                <strong>{t(`patrol.guard.topic.${point.topic}`)}</strong> {point.text[lang]}
                {point.named.length > 0 && <small className="muted guard-named">{point.named.join(", ")}</small>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
