import { useTranslation } from "react-i18next";
import type { Sibling } from "../../../db/model/alert-views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useNow } from "../../lib/use-now.ts";
import { CardLink } from "../../parts/CardLink.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { StateWord } from "../../parts/StateMark.tsx";
import { medianOf } from "./median.ts";

/** The affected cards among those beside them: what is theirs alone, and what they share. */
export function SiblingsPanel(props: { cards: readonly Sibling[]; shown: string; onCard: (uuid: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { cards } = props;
  return (
    <PanelFrame title={t("incident.siblings.title")} note={cards.length > 0 ? format.count(cards.length) : undefined}>
      {cards.length === 0 ? (
        <p className="panel-empty">{t("incident.siblings.none")}</p>
      ) : (
        <div
          className="groups-scroll siblings-scroll"
          tabIndex={0}
          role="region"
          aria-label={t("incident.siblings.title")}
        >
          <table className="plain siblings">
            <thead>
              <tr>
                <th>{t("incident.siblings.card")}</th>
                <th>{t("incident.siblings.role")}</th>
                <th>{t("incident.siblings.state")}</th>
                <th className="num">{t("incident.siblings.util")}</th>
                <th className="num">{t("incident.siblings.temperature")}</th>
                <th className="num">{t("incident.siblings.power")}</th>
                <th className="num">{t("incident.siblings.lastRead")}</th>
                <th className="num">{t("incident.siblings.incidents")}</th>
              </tr>
            </thead>
            <tbody>
              {cards.map((card) => (
                <SiblingLine key={card.cardId} card={card} {...props} />
              ))}
            </tbody>
            <Medians cards={cards} />
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

function SiblingLine({ card, shown, onCard }: { card: Sibling; shown: string; onCard: (uuid: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow();
  return (
    <tr className={card.isIll ? "sibling-ill" : undefined} {...(card.uuid === shown && { "aria-current": "true" })}>
      <th scope="row">
        <CardLink uuid={card.uuid} />
        <button
          type="button"
          className="link sibling-place"
          title={t("incident.siblings.show", { uuid: card.uuid })}
          onClick={() => onCard(card.uuid)}
        >
          <bdi>{[card.node, card.position].filter((part) => part !== "").join(" / ") || "–"}</bdi>
        </button>
      </th>
      <td>{card.isIll ? <strong>{t("incident.siblings.ill")}</strong> : t("incident.siblings.beside")}</td>
      <td>
        <StateWord state={card.state} />
      </td>
      <td className="num">{format.percent(card.utilRatio)}</td>
      <td className="num">{format.celsius(card.temperatureCelsius)}</td>
      <td className="num">{format.watts(card.powerWatts)}</td>
      <td className="num" title={format.dateTime(card.lastReadAt)}>
        {format.ago(card.lastReadAt, now)}
      </td>
      <td className="num">{card.incidents === 0 ? "–" : format.count(card.incidents)}</td>
    </tr>
  );
}

/** What the healthy ones usually say, as a yardstick for the others. */
function Medians({ cards }: { cards: readonly Sibling[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const beside = cards.filter(({ isIll }) => !isIll);
  if (beside.length < 2) return null;
  return (
    <tfoot>
      <tr>
        <th scope="row" colSpan={3}>
          {t("incident.siblings.median")}
        </th>
        <td className="num">{format.percent(medianOf(beside.map(({ utilRatio }) => utilRatio)))}</td>
        <td className="num">{format.celsius(medianOf(beside.map(({ temperatureCelsius }) => temperatureCelsius)))}</td>
        <td className="num">{format.watts(medianOf(beside.map(({ powerWatts }) => powerWatts)))}</td>
        <td colSpan={2} />
      </tr>
    </tfoot>
  );
}
