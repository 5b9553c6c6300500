import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { IncidentRow } from "../../../db/model/alert-views.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../db/model/time.ts";
import type { CardEventView } from "../../../db/model/views.ts";
import { DEFAULT_ALERTS, encodeAlerts } from "../../lib/alerts-url.ts";
import { fromParams } from "../../lib/search-params.ts";
import { spanText } from "../../lib/span-text.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useIncidentText } from "../../lib/use-incident-text.ts";
import { useNow } from "../../lib/use-now.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { SeverityWord } from "../../parts/SeverityMark.tsx";
import { trpc } from "../../trpc.ts";
import { useEventText } from "../card/use-event-text.ts";
import { HealthAxis } from "./HealthAxis.tsx";
import "../../styles/health.css";

const SPAN_MS = 30 * DAY_MS;

/** What went wrong with the card in a month: its events and its incidents on one time axis, newest first. */
export function CardHealth({ uuid }: { uuid: string }) {
  const { t } = useTranslation();
  const to = Math.ceil(useNow() / HOUR_MS) * HOUR_MS;
  const from = to - SPAN_MS;
  const box = useRef<HTMLDivElement>(null);
  const isAsked = useLocation().hash === "health";
  const health = useQuery(trpc.alerts.cardHealth.queryOptions({ uuid, from, to }, { refetchInterval: MINUTE_MS }));
  const { data } = health;
  useEffect(() => {
    if (isAsked && data !== undefined) box.current?.scrollIntoView();
    // oxlint-disable-next-line react/exhaustive-deps -- once, when there is something to see
  }, [isAsked, data === undefined]);
  return (
    <div ref={box}>
      <PanelFrame
        title={t("cardPage.health.title")}
        actions={
          <Link to="/alerts" search={fromParams(encodeAlerts({ ...DEFAULT_ALERTS, card: uuid }))} className="button">
            {t("cardPage.health.open")}
          </Link>
        }
      >
        {health.error !== null && (
          <PanelError
            what={t("cardPage.health.what")}
            error={health.error}
            kept={data !== undefined}
            busy={health.isFetching}
            onRetry={() => void health.refetch()}
          />
        )}
        {health.isPending && <LoadingRows rows={3} />}
        {data !== undefined && <Story events={data.events} incidents={data.incidents} from={from} to={to} />}
      </PanelFrame>
    </div>
  );
}

type Entry =
  | { readonly at: number; readonly key: string; readonly event: CardEventView }
  | { readonly at: number; readonly key: string; readonly incident: IncidentRow };

function Story(props: {
  events: readonly CardEventView[];
  incidents: readonly IncidentRow[];
  from: number;
  to: number;
}) {
  const { t } = useTranslation();
  const { events, incidents } = props;
  const entries = useMemo(
    () =>
      [
        ...events.map((event, i): Entry => ({ at: event.at, key: `event ${event.at} ${event.kind} ${i}`, event })),
        ...incidents.map((incident): Entry => ({ at: incident.since, key: `incident ${incident.id}`, incident })),
      ].toSorted((a, b) => b.at - a.at),
    [events, incidents],
  );
  if (entries.length === 0) return <p className="panel-empty">{t("cardPage.health.none")}</p>;
  return (
    <>
      <HealthAxis {...props} />
      <ol className="health-list">
        {entries.map((entry) => (
          <li key={entry.key}>
            {"event" in entry ? <EventLine event={entry.event} /> : <IncidentLine row={entry.incident} />}
          </li>
        ))}
      </ol>
    </>
  );
}

function EventLine({ event }: { event: CardEventView }) {
  const format = useFormat();
  const text = useEventText();
  return (
    <>
      <time dateTime={new Date(event.at).toISOString()}>{format.dateTime(event.at)}</time>
      <span>
        {text(event)}
        {event.detail !== "" && <bdi className="health-said">{event.detail}</bdi>}
      </span>
    </>
  );
}

function IncidentLine({ row }: { row: IncidentRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const text = useIncidentText();
  const now = useNow();
  const span = spanText((row.resolvedAt ?? now) - row.since, t);
  return (
    <>
      <time dateTime={new Date(row.since).toISOString()}>{format.dateTime(row.since)}</time>
      <span>
        <SeverityWord severity={row.severity} />{" "}
        <Link to="/alerts/incidents/$id" params={{ id: String(row.id) }}>
          <bdi>{text.what(row)}</bdi>
        </Link>
        <span className="health-said">
          {row.resolvedAt === null ? t("cardPage.health.open_for", { span }) : t("cardPage.health.lasted", { span })}
        </span>
      </span>
    </>
  );
}
