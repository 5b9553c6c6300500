import { useTranslation } from "react-i18next";
import type { BoardGroup } from "../../../db/model/board-groups.ts";
import type { BoardView as Board } from "../../../db/model/board-views.ts";
import { decimalMoney, microOf, type MicroText } from "../../../db/model/money.ts";
import type { MapLevel } from "../../../reports/charts/pool-treemap.ts";
import type { BoardView } from "../../lib/board-url.ts";
import { csvText, download } from "../../lib/csv.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useSeesPrices } from "../../lib/use-me.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { useFacetText } from "../../parts/use-facet-text.ts";
import { Cost } from "../pivot/Cost.tsx";

/** The areas of the treemap as lines: the same figures, for reading and for the keyboard. */
export function MapTable(props: {
  groups: readonly BoardGroup[];
  level: MapLevel | null; // null = single pools, told apart by billing
  board: Board;
  view: BoardView;
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const facetText = useFacetText();
  const seesPrices = useSeesPrices();
  const { board, view, onChange } = props;
  const facet = props.level ?? "billing";
  const groups = props.groups.toSorted(
    (a, b) => b.sum.cardCounts.delivered - a.sum.cardCounts.delivered || (a.key < b.key ? -1 : 1),
  );
  const toCsv = () =>
    download(
      `dapan-map-${new Date(board.asOf).toISOString().slice(0, 10)}.csv`,
      csvText([
        [
          facet,
          "cards",
          "utilisation",
          ...(seesPrices ? [`cost_${board.currency}`, `idle_${board.currency}`] : []),
          "unpriced_card_hours",
          "is_estimate",
        ],
        ...groups.map(({ key, sum }) => [
          key,
          sum.cardCounts.delivered,
          sum.day.meanRatio,
          ...(seesPrices ? [decimal(sum.money.costMicro), decimal(sum.money.idleMicro)] : []),
          sum.money.unpricedMs / 3_600_000,
          String(sum.money.isEstimate === true),
        ]),
      ]),
    );
  return (
    <div className="map-table">
      <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("map.title")}>
        <table className="plain">
          <thead>
            <tr>
              <th>{t(`fact.${facet}`)}</th>
              <th className="num">{t("pivot.column.cards")}</th>
              <th className="num">{t("pivot.column.util")}</th>
              {seesPrices && (
                <>
                  <th className="num">{t("pivot.column.cost")}</th>
                  <th className="num">{t("pivot.column.idle")}</th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {groups.map(({ key, sum }) => (
              <tr key={key}>
                <th scope="row">
                  {view.query.pool[facet].length === 1 ? (
                    facetText(facet, key)
                  ) : (
                    <button
                      type="button"
                      className="link group-name"
                      title={facetText(facet, key)}
                      aria-label={t("board.narrow", { what: facetText(facet, key) })}
                      onClick={() => onChange({ query: { pool: { ...view.query.pool, [facet]: [key] } } })}
                    >
                      {facetText(facet, key)}
                    </button>
                  )}
                </th>
                <td className="num">{format.count(sum.cardCounts.delivered)}</td>
                <td className="num">{format.percent(sum.day.meanRatio)}</td>
                {seesPrices && (
                  <>
                    <td className="num">
                      <Cost micro={sum.money.costMicro} money={sum.money} currency={board.currency} />
                    </td>
                    <td className="num">
                      <Cost micro={sum.money.idleMicro} money={sum.money} currency={board.currency} />
                    </td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <button type="button" className="button map-csv" onClick={toCsv}>
        {t("cards.csv")}
      </button>
    </div>
  );
}

const decimal = (micro: MicroText | null) => (micro === null ? null : decimalMoney(microOf(micro)));
