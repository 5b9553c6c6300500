import { useTranslation } from "react-i18next";
import type { DeliveryView } from "../../../db/model/alert-views.ts";
import type { IncidentPage } from "./page.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";

/** Who was told of the incident, and what each platform answered. */
export function DeliveriesPanel({ page }: { page: IncidentPage }) {
  const { t } = useTranslation();
  const { deliveries, row } = page;
  return (
    <PanelFrame title={t("incident.deliveries.title")}>
      {deliveries.length === 0 ? (
        <p className="panel-empty">
          {t(row.suppressedBy === null ? "incident.deliveries.none" : "incident.deliveries.noneHeld")}
        </p>
      ) : (
        <ul className="deliveries">
          {deliveries.map((one) => (
            <DeliveryLine key={`${one.outboxId} ${one.channel}`} one={one} />
          ))}
        </ul>
      )}
    </PanelFrame>
  );
}

function DeliveryLine({ one }: { one: DeliveryView }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <li>
      <p>
        <bdi>
          <strong>{one.channel}</strong>
        </bdi>{" "}
        <span className="muted">{t(`channels.kind.${one.channelKind}`)}</span>
      </p>
      <p className={one.state === "dead" ? "delivery-dead" : undefined}>
        {t(`incident.deliveries.state.${one.state}`)}{" "}
        <time className="muted">{format.dateTime(one.sentAt ?? one.at)}</time>
      </p>
      <ol>
        {one.attempts.map((attempt) => (
          <li key={attempt.attempt}>
            {t("incident.deliveries.attempt", {
              n: attempt.attempt,
              how: t(`incident.deliveries.class.${attempt.class}`),
            })}
            {attempt.class !== "ok" && attempt.said !== "" && <bdi className="delivery-said">{attempt.said}</bdi>}
          </li>
        ))}
      </ol>
    </li>
  );
}
