import { useTranslation } from "react-i18next";
import type { CardEventView } from "../../../db/model/views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { useEventText } from "./use-event-text.ts";

/** What happened to the card, newest first. */
export function CardEvents({ events }: { events: readonly CardEventView[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const eventText = useEventText();
  return (
    <PanelFrame title={t("card.events")}>
      {events.length === 0 ? (
        <p className="panel-empty">{t("card.noEvents")}</p>
      ) : (
        <ol className="events">
          {events.map((event, i) => (
            <li key={`${event.at} ${event.kind} ${event.code} ${i}`}>
              <time dateTime={new Date(event.at).toISOString()}>{format.dateTime(event.at)}</time>
              <span>{eventText(event)}</span>
              {event.detail !== "" && <span className="muted event-detail">{event.detail}</span>}
            </li>
          ))}
        </ol>
      )}
    </PanelFrame>
  );
}
