import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { FeatureDay, FeaturePage } from "../../../db/model/ledger-views.ts";
import { costInk, FEATURE_DAYS_PX, featureDaysOption, isHole } from "../../../reports/charts/feature-days.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { addDays, lastDay } from "../../lib/day-range.ts";
import { csvText, download } from "../../lib/csv.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { EstimatedCost } from "../../parts/Estimated.tsx";
import { featureAsk } from "../proof/feature-asks.ts";
import { ProofButton } from "../proof/ProofButton.tsx";
import { useProof } from "../proof/proof-context.ts";
import { indexOf } from "../../../reports/charts/axis-index.ts";
import { AsSwitch } from "./AsSwitch.tsx";
import { featureDaysCsv } from "./feature-csv.ts";
import { shownMoney, shownTable } from "./feature-rows.ts";
import { Signed } from "./Margin.tsx";
import { useDayName } from "./use-day-name.ts";

type As = "chart" | "table";

/** Cost, revenue and margin of each day; a day without a record stays a hole. */
export function FeatureDays({ page, as, onAs }: { page: FeaturePage; as: As; onAs: (as: As) => void }) {
  const { t } = useTranslation();
  const { feature, range } = page;
  return (
    <PanelFrame
      title={t("features.days.title")}
      actions={
        <>
          <AsSwitch as={as} onAs={onAs} />
          <button
            type="button"
            className="button"
            onClick={() =>
              download(
                `dapan-feature-${feature.key}-${range.from}-${lastDay(range)}.csv`,
                csvText(featureDaysCsv(page)),
              )
            }
          >
            {t("cards.csv")}
          </button>
        </>
      }
    >
      {as === "chart" ? <Chart page={page} /> : <Table page={page} />}
    </PanelFrame>
  );
}

function Chart({ page }: { page: FeaturePage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const theme = useChartTheme();
  const proof = useProof();
  const amounts = useAmounts(page.currency);
  const dayName = useDayName(page);
  const { feature, currency, days, range } = page;
  const summary = t("features.days.summary", {
    from: dayName(range.from),
    to: dayName(lastDay(range)),
    cost: format.money(feature.costMicro, currency),
    revenue:
      feature.revenueMicro === null ? t("features.days.noRevenue") : format.money(feature.revenueMicro, currency),
    holes: days.filter(isHole).length,
  });
  const option = useMemo(
    () =>
      featureDaysOption(
        days,
        {
          day: dayName,
          money: (micro) => (micro === null ? t("features.days.noRevenue") : format.money(micro, currency)),
          axis: t("features.days.money", { symbol: amounts.symbol }),
          direct: t("features.days.direct"),
          shared: t("features.days.shared"),
          other: t("features.days.other"),
          cost: t("features.days.cost"),
          revenue: t("features.days.revenue"),
          margin: t("features.days.margin"),
          hole: t("features.days.hole"),
          summary,
        },
        theme,
      ),
    [days, dayName, format, currency, amounts, t, theme, summary],
  );
  const onPick = useMemo(
    () => (params: unknown) => {
      const day = days[indexOf(params)];
      if (day !== undefined && !isHole(day)) proof.open(dayAsk("cost", page, day, day.costMicro));
    },
    [days, page, proof],
  );
  return (
    <>
      <ul className="legend feature-legend" aria-hidden>
        {(["direct", "shared", "other"] as const)
          .filter((part) => days.some((day) => Number(day[`${part}Micro`]) !== 0))
          .map((part) => (
            <li key={part}>
              <span className="swatch" style={swatch(costInk(part, theme))} />
              {t(`features.days.${part}`)}
            </li>
          ))}
        {feature.revenueMicro !== null && (
          <li>
            <span className="swatch swatch-line" style={{ color: theme.text }} />
            {t("features.days.revenue")}
          </li>
        )}
      </ul>
      <LazyChart option={option} label={summary} height={FEATURE_DAYS_PX} onPick={onPick} />
    </>
  );
}

function swatch(ink: Record<string, unknown>): React.CSSProperties {
  const edge = typeof ink["borderColor"] === "string" ? ink["borderColor"] : null;
  if (edge === null) return { background: String(ink["color"]) };
  return { background: `repeating-linear-gradient(135deg, ${edge} 0 1.5px, transparent 1.5px 4px)` };
}

const dayAsk = (
  about: "cost" | "revenue" | "margin" | "units",
  page: FeaturePage,
  day: FeatureDay,
  micro: string | null,
) => featureAsk(about, page.feature.key, { from: day.day, to: addDays(day.day, 1) }, page, micro);

function Table({ page }: { page: FeaturePage }) {
  const { t } = useTranslation();
  const amounts = useAmounts(page.currency);
  const dayName = useDayName(page);
  const { days } = page;
  const shown = useMemo(() => shownTable(days, [], amounts.step), [days, amounts.step]);
  const total = shownMoney(page.feature, amounts.step);
  const column = (part: "cost" | "revenue" | "margin") =>
    t("features.inCurrency", { name: t(`features.days.${part}`), symbol: amounts.symbol });
  return (
    <div className="groups-scroll feature-scroll" tabIndex={0} role="region" aria-label={t("features.days.title")}>
      <table className="plain">
        <thead>
          <tr>
            <th>{t("features.days.day")}</th>
            <th className="num">{column("cost")}</th>
            <th className="num">{column("revenue")}</th>
            <th className="num">{column("margin")}</th>
          </tr>
        </thead>
        <tbody>
          {days.map((day, i) => {
            const money = shown.features[i];
            if (isHole(day) || money === undefined)
              return (
                <tr key={day.day}>
                  <th scope="row">{dayName(day.day)}</th>
                  <td className="unknown-cell" colSpan={3}>
                    {t("features.days.hole")}
                  </td>
                </tr>
              );
            return (
              <tr key={day.day}>
                <th scope="row">{dayName(day.day)}</th>
                <td className="num">
                  <EstimatedCost estimate={day.estimate} />
                  <ProofButton ask={dayAsk("cost", page, day, day.costMicro)} title={amounts.exact(day.costMicro)}>
                    {amounts.plain(money.cost)}
                  </ProofButton>
                </td>
                <td className="num">
                  {money.revenue === null ? (
                    <span className="muted">{t("features.days.noRevenue")}</span>
                  ) : (
                    <ProofButton ask={dayAsk("revenue", page, day, day.revenueMicro)}>
                      {amounts.plain(money.revenue)}
                    </ProofButton>
                  )}
                </td>
                <td className="num">
                  {money.margin === null ? (
                    <span className="muted">{t("ledger.na")}</span>
                  ) : (
                    <ProofButton ask={dayAsk("margin", page, day, day.marginMicro)}>
                      <Signed value={money.margin}>{amounts.signed(money.margin)}</Signed>
                    </ProofButton>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("features.total")}</th>
            <td className="num">
              <EstimatedCost estimate={page.feature.estimate} />
              {amounts.plain(total.cost)}
            </td>
            <td className="num">
              {total.revenue === null ? t("features.days.noRevenue") : amounts.plain(total.revenue)}
            </td>
            <td className="num">
              {total.margin === null ? (
                t("ledger.na")
              ) : (
                <Signed value={total.margin}>{amounts.signed(total.margin)}</Signed>
              )}
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
