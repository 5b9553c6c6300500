import { useTranslation } from "react-i18next";
import type { PoolKey } from "../../../db/model/fleet.ts";
import type { CardDetail, CardRow } from "../../../db/model/views.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";

type Identity = Pick<CardDetail, "modelName" | "driver" | "migProfiles" | "firstSeen" | "origins"> & {
  readonly pool: PoolKey;
};

/** Who the card is, where it stands, who holds it, and who says so. */
export function CardFacts({ detail, row }: { detail: Identity; row: CardRow }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { pool } = detail;
  const facts = [
    { name: t("fact.model"), text: pool.model },
    { name: t("card.modelName"), text: detail.modelName },
    { name: t("fact.node"), text: row.node },
    { name: t("card.position"), text: row.position },
    { name: t("fact.vendor"), text: pool.vendor },
    { name: t("fact.region"), text: pool.region },
    { name: t("fact.zone"), text: pool.zone },
    { name: t("fact.cluster"), text: pool.cluster },
    { name: t("fact.billing"), text: t(`billing.${pool.billing}`) },
    { name: t("card.driver"), text: detail.driver },
    { name: t("card.mig"), text: detail.migProfiles.join(", ") },
    { name: t("card.firstSeen"), text: format.dateTime(detail.firstSeen) },
    { name: t("card.holder"), text: row.holder === "" ? t("cards.nobody") : row.holder, wide: true },
    { name: t("card.origins"), text: detail.origins.join(", "), wide: true },
  ].filter(({ text }) => text !== "");
  return (
    <dl className="facts" aria-label={t("card.identity")}>
      {facts.map(({ name, text, wide }) => (
        <div key={name} className={wide === true ? "fact-wide" : undefined}>
          <dt>{name}</dt>
          <dd title={text}>{text === "" ? NOT_SAID_TEXT : text}</dd>
        </div>
      ))}
    </dl>
  );
}
