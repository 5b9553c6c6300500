import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { AlertsHead, IncidentRow } from "../../../db/model/alert-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useIncidentText } from "../../lib/use-incident-text.ts";
import { useSeesPrices } from "../../lib/use-me.ts";
import { useNow } from "../../lib/use-now.ts";
import { useAlertsHead } from "../../live/use-alerts.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { SeverityWord } from "../../parts/SeverityMark.tsx";
import { EngineNotice } from "../alerts/EngineNotice.tsx";
import { IncidentSums } from "../alerts/IncidentSums.tsx";
import { TodayLine } from "./TodayLine.tsx";
import "../../styles/alerts.css";

/** What fires and what it costs: the first thing to read in a morning. */
export function AlertsPanel() {
  const { t } = useTranslation();
  const format = useFormat();
  const head = useAlertsHead();
  const seesPrices = useSeesPrices();
  const { data } = head;
  const open = data === undefined ? 0 : data.counts.P1 + data.counts.P2 + data.counts.P3;
  return (
    <PanelFrame
      title={t(seesPrices ? "today.alerts" : "today.alertsWithoutMoney")}
      note={open > 0 ? format.count(open) : undefined}
      actions={
        <Link to="/alerts" className="button">
          {t("today.alertsAll")}
        </Link>
      }
    >
      {head.error !== null && (
        <PanelError
          what={t("alerts.what")}
          error={head.error}
          kept={data !== undefined}
          busy={head.isFetching}
          onRetry={() => void head.refetch()}
        />
      )}
      {head.isPending && <LoadingRows rows={3} height={40} />}
      {data !== undefined && <Fires head={data} open={open} />}
    </PanelFrame>
  );
}

function Fires({ head, open }: { head: AlertsHead; open: number }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="today-alerts">
        <EngineNotice trouble={head.trouble} />
        {open > 0 && <IncidentSums sums={head} />}
        {open === 0 && head.counts.suppressed === 0 && <p>{t("today.alertsNone")}</p>}
        {open === 0 && head.counts.suppressed > 0 && <p>{t("today.alertsHeld", { count: head.counts.suppressed })}</p>}
      </div>
      {head.worst.length > 0 && (
        <table className="plain today-lines">
          <tbody>
            {head.worst.map((row) => (
              <Line key={row.id} row={row} currency={head.currency} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function Line({ row, currency }: { row: IncidentRow; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const text = useIncidentText();
  const now = useNow();
  const cost =
    row.costPerHourMicro === null
      ? row.cards > 0 && t("today.unpriced")
      : t("today.perHour", { money: format.money(row.costPerHourMicro, currency) });
  return (
    <TodayLine
      mark={<SeverityWord severity={row.severity} />}
      what={
        <Link to="/alerts/incidents/$id" params={{ id: String(row.id) }}>
          <bdi>{text.what(row)}</bdi>
        </Link>
      }
      where={<bdi>{text.where(row)}</bdi>}
      when={<span title={format.dateTime(row.since)}>{t("today.since", { time: format.ago(row.since, now) })}</span>}
      money={cost}
    />
  );
}
