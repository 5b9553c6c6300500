import { useTranslation } from "react-i18next";
import type { CardCostPiece, PriceLine } from "../../../db/model/page-views.ts";
import { unitPrice } from "../../lib/unit-price.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import type { Outputs } from "../../trpc.ts";

type Card = Outputs["board"]["card"];

/** What an hour of the card costs now, and what the card cost to date, piece by piece. */
export function CardMoney({ card }: { card: Card }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { cost, currency } = card;
  return (
    <PanelFrame title={t("cardPage.price.title")}>
      <div className="panel-body">
        <PriceNow card={card} />
        {cost !== null && (
          <>
            <dl className="figures">
              <div>
                <dt>
                  {t("cardPage.price.toDate")} {t("cardPage.price.since", { time: format.day(cost.from) })}
                </dt>
                <dd>{format.money(cost.totalMicro, currency)}</dd>
              </div>
            </dl>
            {cost.unpricedMs > 0 && (
              <p className="muted">{t("cardPage.price.unpricedTime", { hours: format.cardHours(cost.unpricedMs) })}</p>
            )}
            {cost.pieces.length > 0 && <Pieces pieces={cost.pieces} to={cost.to} currency={currency} />}
          </>
        )}
      </div>
    </PanelFrame>
  );
}

function PriceNow({ card }: { card: Card }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const { price: line, currency } = card;
  if (line === null) return <p>{t("cardPage.price.unknown")}</p>;
  const { price, hourlyMicro } = line;
  if (price === null) return <p>{t("cardPage.price.unpriced")}</p>;
  if (hourlyMicro === null) return <p>{t("cardPage.price.noRate", { currency: price.currency, to: currency })}</p>;
  return (
    <>
      <p className="price-now">
        <strong>{unitPrice(hourlyMicro, currency, lang)}</strong> {t("cardPage.price.perHour")}
        {price.isList && (
          <span className="price-list" title={t("cardPage.price.listHint")}>
            {t("cardPage.price.list")}
          </span>
        )}
      </p>
      {card.isSunk && price.termTo !== null && (
        <p className="muted">{t("cardPage.price.sunk", { time: format.dateTime(price.termTo) })}</p>
      )}
    </>
  );
}

function Pieces(props: { pieces: readonly CardCostPiece[]; to: number; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const hourly = (piece: PriceLine) =>
    piece.price === null ? t("cardPage.price.none") : unitPrice(piece.hourlyMicro, props.currency, lang);
  return (
    <details className="pieces">
      <summary>{t("cardPage.price.pieces")}</summary>
      <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("cardPage.price.pieces")}>
        <table className="plain">
          <thead>
            <tr>
              <th>{t("cardPage.price.from")}</th>
              <th>{t("cardPage.price.to")}</th>
              <th>{t("cardPage.price.pool")}</th>
              <th className="num">{t("cardPage.price.price")}</th>
              <th className="num">{t("cardPage.price.cost")}</th>
            </tr>
          </thead>
          <tbody>
            {props.pieces.map((piece) => (
              <tr key={`${piece.from} ${piece.poolId}`}>
                <td>{format.dateTime(piece.from)}</td>
                <td>{piece.to === props.to ? t("cardPage.price.running") : format.dateTime(piece.to)}</td>
                <td>
                  <PoolLink id={piece.poolId} />
                </td>
                <td className="num">{hourly(piece)}</td>
                <td className="num">{format.money(piece.costMicro, props.currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
