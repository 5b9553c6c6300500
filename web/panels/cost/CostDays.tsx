import { useTranslation } from "react-i18next";
import type { CostFilter, CostView } from "../../../db/model/ledger-views.ts";
import { microOf, type MicroText } from "../../../db/model/money.ts";
import { roundShown, shownParts } from "../../../db/model/round-shown.ts";
import type { CostLayer } from "../../../reports/charts/cost-stack.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { narrowed } from "../../lib/cost-url.ts";
import { addDays } from "../../lib/day-range.ts";
import { EstimatedCost } from "../../parts/Estimated.tsx";
import { CostMoney } from "./CostMoney.tsx";

/** The layers of the chart as figures. Days add up to the total as shown; a part of a day is rounded on its own. */
export function CostDays(props: {
  view: CostView;
  layers: readonly CostLayer[];
  filter: CostFilter;
  dayName: (day: string) => string;
}) {
  const { t } = useTranslation();
  const { view, layers, filter } = props;
  const { days, total, by } = view;
  const amounts = useAmounts(view.currency);
  const shown = shownParts(
    total.byDay.map((micro) => microOf(micro ?? "0")),
    amounts.step,
  );
  const rounded = (micro: MicroText) => amounts.plain(roundShown(microOf(micro), amounts.step));
  return (
    <div className="groups-scroll feature-scroll" tabIndex={0} role="region" aria-label={t("cost.chart.title")}>
      <table className="plain cost-days">
        <thead>
          <tr>
            <th>{t("cost.chart.dayColumn")}</th>
            {layers.map((layer) => (
              <th key={layer.keys[0]} className="num" title={layer.name}>
                <bdi>{layer.name}</bdi>
              </th>
            ))}
            <th className="num">{t("features.inCurrency", { name: t("cost.chart.total"), symbol: amounts.symbol })}</th>
          </tr>
        </thead>
        <tbody>
          {days.map((day, i) => {
            const whole = total.byDay[i] ?? null;
            if (whole === null)
              return (
                <tr key={day}>
                  <th scope="row">{props.dayName(day)}</th>
                  <td className="unknown-cell" colSpan={layers.length + 1}>
                    {t("cost.chart.hole")}
                  </td>
                </tr>
              );
            const range = { from: day, to: addDays(day, 1) };
            return (
              <tr key={day}>
                <th scope="row">{props.dayName(day)}</th>
                {layers.map((layer) => {
                  const micro = layer.byDay[i] ?? null;
                  return (
                    <td key={layer.keys[0]} className="num">
                      {micro !== null && (
                        <CostMoney
                          range={range}
                          filter={narrowed(filter, by, layer.keys)}
                          micro={micro}
                          amounts={amounts}
                        >
                          {rounded(micro)}
                        </CostMoney>
                      )}
                    </td>
                  );
                })}
                <td className="num">
                  <CostMoney range={range} filter={filter} micro={whole} amounts={amounts}>
                    {amounts.plain(shown[i] ?? 0n)}
                  </CostMoney>
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("cost.chart.total")}</th>
            <td colSpan={layers.length} />
            <td className="num">
              <EstimatedCost estimate={total.estimate} />
              <CostMoney range={view.range} filter={filter} micro={total.micro} amounts={amounts}>
                {rounded(total.micro)}
              </CostMoney>
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
