import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DefinitionRow, DefinitionsPage } from "../../../db/model/patrol-views.ts";
import { Link } from "@tanstack/react-router";
import { useFormat } from "../../lib/use-format.ts";
import { useMay } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { DefinitionForm } from "./DefinitionForm.tsx";
import { ScheduleActs } from "./ScheduleActs.tsx";

const COLUMNS = ["name", "when", "next", "to", "last", "act"] as const;
const TO_READ = COLUMNS.filter((column) => column !== "act");

/** Everything that is made again and again. */
export function SchedulesPanel({ page }: { page: DefinitionsPage }) {
  const { t } = useTranslation();
  const mayWrite = useMay("reports.write");
  const [edited, setEdited] = useState<DefinitionRow | "new" | null>(null);
  return (
    <>
      <PanelFrame
        title={t("patrol.schedules.list")}
        actions={
          mayWrite && (
            <Button size="compact-sm" onClick={() => setEdited("new")}>
              {t("patrol.schedules.add")}
            </Button>
          )
        }
      >
        {page.rows.length === 0 ? (
          <div className="panel-empty">
            <h3>{t("patrol.schedules.none")}</h3>
            <p>{t("patrol.schedules.noneLead")}</p>
          </div>
        ) : (
          <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("patrol.schedules.list")}>
            <table className="plain schedules">
              <thead>
                <tr>
                  {(mayWrite ? COLUMNS : TO_READ).map((column) => (
                    <th key={column}>{t(`patrol.schedules.column.${column}`)}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {page.rows.map((row) => (
                  <Row key={row.definition.id} row={row} page={page} onEdit={mayWrite ? () => setEdited(row) : null} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </PanelFrame>
      {mayWrite && edited !== null && (
        <DefinitionForm
          key={edited === "new" ? "new" : edited.definition.id}
          definition={edited === "new" ? null : edited.definition}
          page={page}
          onClose={() => setEdited(null)}
        />
      )}
    </>
  );
}

function Row({ row, page, onEdit }: { row: DefinitionRow; page: DefinitionsPage; onEdit: (() => void) | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { definition, next, last } = row;
  const channel = (id: number) => page.channels.find((one) => one.id === id)?.name ?? String(id);
  const to = definition.recipients.map((one) => (one.kind === "mail" ? one.to.join(", ") : channel(one.channelId)));
  return (
    <tr className={definition.isPaused ? "rule-off" : ""}>
      <th scope="row">
        <span className="check-title">{definition.name}</span>
        <small className="muted">
          {t(`patrol.kind.${definition.kind}`)} · {t(`patrol.schedules.language.${definition.language}`)}
        </small>
      </th>
      <td>
        <span className="mono">{definition.cron}</span>
        <small className="muted schedule-zone">{definition.zone}</small>
      </td>
      <td>
        {definition.isPaused ? (
          t("patrol.schedules.paused")
        ) : (
          <span title={next.map((at) => format.dateTime(at)).join("\n")}>
            {next[0] === undefined ? "–" : format.dateTime(next[0])}
          </span>
        )}
        {row.fault !== "" && <small className="failed">{row.fault}</small>}
      </td>
      <td className="schedule-to">{to.length === 0 ? t("patrol.schedules.nobody") : to.join("; ")}</td>
      <td>
        {last === null ? (
          t("patrol.schedules.never")
        ) : (
          <>
            <Link to="/patrol/reports/$id" params={{ id: String(last.id) }}>
              {last.period}
            </Link>
            <small className={last.state === "failed" || last.state === "missed" ? "mark-critical" : "muted"}>
              {t(`patrol.reports.state.${last.state}`)}
            </small>
          </>
        )}
      </td>
      {onEdit !== null && (
        <td>
          <ScheduleActs row={row} zone={definition.zone} onEdit={onEdit} />
        </td>
      )}
    </tr>
  );
}
