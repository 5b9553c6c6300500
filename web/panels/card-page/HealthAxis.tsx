import { useTranslation } from "react-i18next";
import type { IncidentRow } from "../../../db/model/alert-views.ts";
import type { Severity } from "../../../db/model/rule.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import type { CardEventView } from "../../../db/model/views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useIncidentText } from "../../lib/use-incident-text.ts";
import { useEventText } from "../card/use-event-text.ts";

const TICK_DAYS = 5;
const LOOK = { P1: "critical", P2: "warning", P3: "unknown" } as const satisfies Record<Severity, string>;

/** Incidents as bars over events as strokes. The list under it says the same in words. */
export function HealthAxis(props: {
  events: readonly CardEventView[];
  incidents: readonly IncidentRow[];
  from: number;
  to: number;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const eventText = useEventText();
  const text = useIncidentText();
  const { from, to } = props;
  const place = (at: number): number => Math.min(100, Math.max(0, (100 * (at - from)) / (to - from)));
  const ticks = Array.from(
    { length: Math.floor((to - from) / (TICK_DAYS * DAY_MS)) },
    (_, i) => from + i * TICK_DAYS * DAY_MS,
  );
  return (
    <div className="health-axis" aria-hidden>
      <div className="health-lane">
        <span className="health-lane-name">{t("cardPage.health.incidents")}</span>
        {props.incidents.map((row) => (
          <span
            key={row.id}
            className={`health-bar seg-${LOOK[row.severity]}`}
            style={{ left: `${place(row.since)}%`, width: `${place(row.resolvedAt ?? to) - place(row.since)}%` }}
            title={`${format.dateTime(row.since)} ${text.what(row)}`}
          />
        ))}
      </div>
      <div className="health-lane">
        <span className="health-lane-name">{t("cardPage.health.events")}</span>
        {props.events.map((event, i) => (
          <span
            key={`${event.at} ${event.kind} ${i}`}
            className="health-stroke"
            style={{ left: `${place(event.at)}%` }}
            title={`${format.dateTime(event.at)} ${eventText(event)}`}
          />
        ))}
      </div>
      <div className="health-days">
        {ticks.map((at) => (
          <span key={at} style={{ left: `${place(at)}%` }}>
            {format.day(at)}
          </span>
        ))}
      </div>
    </div>
  );
}
