import { useTranslation } from "react-i18next";
import type { IncidentPage } from "./page.ts";
import { BECAUSE, SUPPRESSED_BY } from "../../../db/model/incident.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";

/** Everything that happened to the incident, oldest first, each with its reason, its person and what was said. */
export function IncidentTimeline({ timeline }: { timeline: IncidentPage["timeline"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <PanelFrame title={t("incident.timeline.title")} note={format.count(timeline.length)}>
      <ol className="timeline">
        {timeline.map((event, i) => (
          <li key={`${event.at} ${event.kind} ${i}`} className={`timeline-${event.kind}`}>
            <time dateTime={new Date(event.at).toISOString()}>{format.dateTime(event.at)}</time>
            <Happening event={event} />
          </li>
        ))}
      </ol>
    </PanelFrame>
  );
}

function Happening({ event }: { event: IncidentPage["timeline"][number] }) {
  const { t } = useTranslation();
  const { kind, who } = event;
  const because = BECAUSE.find((known) => known === event.because);
  const held = kind === "suppressed" ? SUPPRESSED_BY.find((known) => known === event.detail) : undefined;
  const detail = held === undefined ? event.detail : t(`alerts.suppressedBy.${held}`);
  const isNobody = kind === "assigned" && detail === "";
  return (
    <div>
      <p>
        <strong>{isNobody ? t("incident.timeline.unassigned") : t(`incident.timeline.${kind}`)}</strong>{" "}
        {who !== "" && <bdi className="muted">{t("incident.timeline.by", { who })}</bdi>}
      </p>
      {because !== undefined && <p className="muted">{t(`incident.because.${because}`)}</p>}
      {detail !== "" && (
        <p className="timeline-said">
          <bdi>{detail}</bdi>
        </p>
      )}
    </div>
  );
}
