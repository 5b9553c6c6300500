import { Button, Checkbox } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SilenceRow } from "../../../db/model/alert-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { trpc } from "../../trpc.ts";
import { SilenceForm } from "./SilenceForm.tsx";
import { useSilenceWords } from "./use-silence-words.ts";

/** Everything that is quiet on purpose: what, until when, who said so and why, and what it holds back just now. */
export function SilencesPanel({ rows }: { rows: readonly SilenceRow[] }) {
  const { t } = useTranslation();
  const mayAct = useMay("alerts.act");
  const [isAdding, setAdding] = useState(false);
  const [withExpired, setWithExpired] = useState(false);
  const shown = rows.filter(({ state }) => withExpired || state !== "expired");
  return (
    <PanelFrame
      title={t("silences.list")}
      actions={
        <>
          <Checkbox
            size="xs"
            label={t("silences.showExpired")}
            checked={withExpired}
            onChange={(event) => setWithExpired(event.currentTarget.checked)}
          />
          {mayAct && (
            <Button size="compact-sm" onClick={() => setAdding(true)}>
              {t("silences.add")}
            </Button>
          )}
        </>
      }
    >
      {shown.length === 0 ? (
        <div className="panel-empty">
          <h3>{t("silences.none")}</h3>
          <p>{t("silences.noneLead")}</p>
        </div>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("silences.list")}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t("silences.column.state")}</th>
                <th>{t("silences.column.what")}</th>
                <th className="num">{t("silences.column.from")}</th>
                <th className="num">{t("silences.column.to")}</th>
                <th className="num">{t("silences.column.holds")}</th>
                <th>{t("silences.column.who")}</th>
                <th>{t("silences.column.why")}</th>
                {mayAct && <th>{t("silences.column.act")}</th>}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <Row key={row.id} row={row} mayAct={mayAct} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {mayAct && isAdding && <SilenceForm onClose={() => setAdding(false)} />}
    </PanelFrame>
  );
}

const MARKS = { active: "●", pending: "◌", expired: "–" } as const;

function Row({ row, mayAct }: { row: SilenceRow; mayAct: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useSilenceWords();
  const queries = useQueryClient();
  const end = useMutation(
    trpc.alerts.endSilence.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: trpc.alerts.silences.queryKey() }),
    }),
  );
  const until =
    row.endedAt !== null
      ? t("silences.ended", { time: format.dateTime(row.endedAt) })
      : row.to === null
        ? row.recurs === null
          ? t("silences.untilResolved")
          : "–"
        : format.dateTime(row.to);
  return (
    <tr className={row.state === "expired" ? "rule-off" : ""}>
      <td>
        <span aria-hidden>{MARKS[row.state]} </span>
        {t(`silences.state.${row.state}`)}
        {row.nextFrom !== null && (
          <small className="muted"> {t("silences.next", { time: format.dateTime(row.nextFrom) })}</small>
        )}
      </td>
      <th scope="row">
        {t(`silences.kind.${row.kind}`)}
        <span className="rule-summary">{words.about(row)}</span>
        {row.recurs !== null && <small className="muted">{words.recurs(row)}</small>}
      </th>
      <td className="num">{format.dateTime(row.from)}</td>
      <td className="num">{until}</td>
      <td className="num">{format.count(row.holds)}</td>
      <td className="wide">{row.who}</td>
      <td className="wide">{row.why}</td>
      {mayAct && (
        <td>
          {row.state !== "expired" && (
            <Button
              size="compact-sm"
              variant="default"
              loading={end.isPending}
              onClick={() => end.mutate({ id: row.id })}
            >
              {t("silences.end")}
            </Button>
          )}
          {end.error !== null && (
            <p className="failed" role="alert">
              {t("silences.failed", { why: end.error.message })}
            </p>
          )}
        </td>
      )}
    </tr>
  );
}
