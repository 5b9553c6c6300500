import { useTranslation } from "react-i18next";
import type { MappingMove, MappingPage, MappingPreview } from "../../../db/model/mapping-views.ts";
import { priceDate } from "../../lib/price-date.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { useMappingWords } from "./use-mapping-words.ts";

type Page = Pick<MappingPage, "features" | "zone">;

/** What a change would move: card-time and money from one feature to another, whose it is, since when. */
export function MappingEffect({ preview, page }: { preview: MappingPreview; page: Page }) {
  const { t } = useTranslation();
  const format = useFormat();
  const seesMoney = useSeesMoney();
  const { moves, since, keptSince, hours } = preview;
  const kept = t("mapping.effect.kept", { kept: priceDate(keptSince, page.zone) });
  if (moves.length === 0)
    return (
      <p className="mapping-effect" role="status">
        <strong>{t("mapping.effect.none")}</strong> <span className="muted">{kept}</span>
      </p>
    );
  return (
    <section className="mapping-effect" aria-label={t("mapping.effect.title")}>
      <h3>{t("mapping.effect.title")}</h3>
      <p className="muted" role="status">
        {since !== null &&
          t("mapping.effect.since", { since: priceDate(since, page.zone), hours: format.count(hours) })}{" "}
        {kept}
      </p>
      <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("mapping.effect.label")}>
        <table className="plain" aria-label={t("mapping.effect.label")}>
          <thead>
            <tr>
              <th>{t("mapping.effect.from")}</th>
              <th>{t("mapping.effect.to")}</th>
              <th className="num">{t("mapping.effect.hours")}</th>
              {seesMoney && <th className="num">{t("mapping.effect.money")}</th>}
              <th>{t("mapping.effect.holders")}</th>
            </tr>
          </thead>
          <tbody>
            {moves.map((move) => (
              <Move key={JSON.stringify([move.from, move.to])} move={move} page={page} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Move({ move, page }: { move: MappingMove; page: Page }) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useMappingWords(page);
  const seesMoney = useSeesMoney();
  const { micro, examples, holders } = move;
  return (
    <tr>
      <td className="mapping-name">{words.feature(move.from)}</td>
      <td className="mapping-name">
        <strong>{words.feature(move.to)}</strong>
      </td>
      <td className="num">{format.cardHours(move.ms)}</td>
      {seesMoney && (
        <td className="num">
          {micro.length === 0 && <span className="muted">{t("mapping.effect.noMoney")}</span>}
          {micro.map(({ currency, micro: amount }) => (
            <div key={currency}>{format.money(amount, currency)}</div>
          ))}
        </td>
      )}
      <td className="mapping-holders" title={examples.join("\n")}>
        {format.count(holders)}
        <small className="mapping-examples">{examples.join(", ")}</small>
      </td>
    </tr>
  );
}
