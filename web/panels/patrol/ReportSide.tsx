import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ReportPage } from "../../../db/model/patrol-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";

const MARK = { waiting: "◌", sent: "●", failed: "■" } as const;
const INK = { waiting: "mark-unknown", sent: "mark-ok", failed: "mark-critical" } as const;

/** Who got the report, and how it fared. */
export function ReportDeliveries({ page }: { page: ReportPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <PanelFrame title={t("patrol.viewer.deliveries")}>
      {page.deliveries.length === 0 ? (
        <p className="panel-empty">{t("patrol.viewer.noDeliveries")}</p>
      ) : (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("patrol.viewer.deliveries")}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t("patrol.viewer.deliveryColumn.to")}</th>
                <th>{t("patrol.viewer.deliveryColumn.how")}</th>
                <th>{t("patrol.viewer.deliveryColumn.state")}</th>
                <th className="num">{t("patrol.viewer.deliveryColumn.at")}</th>
                <th className="num">{t("patrol.viewer.deliveryColumn.tries")}</th>
              </tr>
            </thead>
            <tbody>
              {page.deliveries.map((one) => (
                <tr key={`${one.kind} ${one.to}`}>
                  <th scope="row" className="delivery-to">
                    {one.to}
                  </th>
                  <td>{t(`patrol.viewer.body.${one.body}`)}</td>
                  <td>
                    <span className={INK[one.state]} aria-hidden>
                      {MARK[one.state]}{" "}
                    </span>
                    {t(`patrol.viewer.deliveryState.${one.state}`)}
                    {one.error !== "" && <small className="muted run-error">{one.error}</small>}
                  </td>
                  <td className="num">{one.sentAt === null ? "–" : format.dateTime(one.sentAt)}</td>
                  <td className="num">{format.count(one.attempts)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

/** The revisions of a report; the one that is read is not a link. */
export function ReportRevisions({ page }: { page: ReportPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (page.revisions.length < 2) return null;
  return (
    <nav className="paper-revisions" aria-label={t("patrol.viewer.revisions")}>
      <h2>{t("patrol.viewer.revisions")}</h2>
      <ul>
        {page.revisions.map(({ runId, revision, madeAt }) => (
          <li key={runId}>
            {runId === page.row.run.id ? (
              <strong aria-current="page">{t("patrol.reports.revision", { n: revision })}</strong>
            ) : (
              <Link to="/patrol/reports/$id" params={{ id: String(runId) }}>
                {t("patrol.reports.revision", { n: revision })}
              </Link>
            )}
            <small className="muted">{madeAt === null ? "" : format.dateTime(madeAt)}</small>
          </li>
        ))}
      </ul>
    </nav>
  );
}
