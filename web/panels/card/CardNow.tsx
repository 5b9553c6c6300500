import { useTranslation } from "react-i18next";
import { type CardRow, STATE_REASONS } from "../../../db/model/views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useNow } from "../../lib/use-now.ts";

/** What the card does now, and why we say so. */
export function CardNow({ row }: { row: CardRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  const reason = STATE_REASONS.find((known) => known === row.why);
  const figures = [
    { name: t("reading.util"), text: format.percent(row.utilRatio) },
    {
      name: t("reading.memory"),
      text: format.bytesOf(row.memoryUsedBytes, row.memoryTotalBytes),
    },
    { name: t("reading.power"), text: format.watts(row.powerWatts) },
    { name: t("reading.temperature"), text: format.celsius(row.temperatureCelsius) },
    { name: t("card.lastRead"), text: format.ago(row.lastReadAt, now), title: format.dateTime(row.lastReadAt) },
  ];
  return (
    <section className="card-now" aria-label={t("card.now")}>
      <p>
        {reason === undefined ? t("why.other", { reason: row.why }) : t(`why.${reason}`)}{" "}
        {row.since !== null && (
          <span className="muted" title={format.dateTime(row.since)}>
            {t("card.since", { time: format.ago(row.since, now) })}
          </span>
        )}
      </p>
      <dl className="figures">
        {figures.map(({ name, text, title }) => (
          <div key={name} title={title}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
