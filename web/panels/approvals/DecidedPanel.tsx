import { useTranslation } from "react-i18next";
import { useActName } from "../../lib/use-act-name.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import type { Outputs } from "../../trpc.ts";

type Approval = Outputs["approvals"]["list"][number];

const MARK = {
  approved: ["●", "mark-ok"],
  refused: ["■", "muted"],
  expired: ["◌", "mark-unknown"],
  failed: ["▲", "mark-warning"],
} as const;

/** What was decided, or went stale, newest first. */
export function DecidedPanel({ rows, named }: { rows: readonly Approval[]; named: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const actName = useActName();
  return (
    <PanelFrame title={t("approvals.decided")}>
      <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("approvals.decided")}>
        <table className="plain">
          <thead>
            <tr>
              <th>#</th>
              <th>{t("approvals.column.action")}</th>
              <th>{t("approvals.column.asked")}</th>
              <th>{t("approvals.column.reason")}</th>
              <th>{t("approvals.column.state")}</th>
              <th>{t("approvals.column.decided")}</th>
              <th>{t("approvals.column.note")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id} className={row.id === named ? "approval-named" : undefined}>
                <td>{row.id}</td>
                <td className="audit-name">{actName(row.action)}</td>
                <td className="audit-name">
                  <bdi>{row.askedBy}</bdi>
                  <small className="muted">{format.dateTime(row.askedAt)}</small>
                </td>
                <td className="audit-said">
                  <bdi>{row.reason}</bdi>
                </td>
                <td>
                  <StateWord state={row.state} />
                </td>
                <td className="audit-name">
                  {row.decidedBy !== null && (
                    <>
                      <bdi>{row.decidedBy}</bdi>
                      <small className="muted">{format.dateTime(row.decidedAt)}</small>
                    </>
                  )}
                </td>
                <td className="audit-said">
                  <bdi>{row.note}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </PanelFrame>
  );
}

function StateWord({ state }: { state: Approval["state"] }) {
  const { t } = useTranslation();
  const mark = state === "waiting" ? null : MARK[state];
  return (
    <span className="audit-outcome">
      {mark !== null && (
        <span aria-hidden className={mark[1]}>
          {mark[0]}{" "}
        </span>
      )}
      {t(`approvals.state.${state}`)}
    </span>
  );
}
