import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Language } from "../../../db/model/channel.ts";
import type { ReportBlock, ReportChart } from "../../../db/model/report-document.ts";
import { reportBarsOption, reportBarsPx } from "../../../reports/charts/report-bars.ts";
import { REPORT_DAYS_PX, reportDayInk, reportDaysOption } from "../../../reports/charts/report-days.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";

type ChartBlock = Extract<ReportBlock, { readonly kind: "chart" }>;

/** A chart of a report, drawn by the very builder the PDF draws it with, and its figures as a table. */
export function ReportChartBlock({ block, language }: { block: ChartBlock; language: Language }) {
  const { t } = useTranslation();
  const theme = useChartTheme();
  const { chart, title } = block;
  const says = t("patrol.viewer.chartSays", { title });
  const option = useMemo(
    () =>
      chart.chart === "bars" ? reportBarsOption(chart, says, theme) : reportDaysOption(chart, language, says, theme),
    [chart, says, language, theme],
  );
  return (
    <figure className="paper-chart">
      <figcaption>
        <h3>{title}</h3>
      </figcaption>
      {chart.chart === "days" && chart.series.length > 1 && <Legend chart={chart} />}
      <LazyChart option={option} label={says} height={chart.chart === "bars" ? reportBarsPx(chart) : REPORT_DAYS_PX} />
      {block.note !== "" && <p className="paper-note">{block.note}</p>}
      <details>
        <summary>{t("patrol.viewer.asTable")}</summary>
        {chart.chart === "bars" ? <BarsTable chart={chart} /> : <DaysTable chart={chart} title={title} />}
      </details>
    </figure>
  );
}

type Days = Extract<ReportChart, { readonly chart: "days" }>;

function Legend({ chart }: { chart: Days }) {
  const theme = useChartTheme();
  return (
    <ul className="legend">
      {chart.series.map(({ name }, place) => {
        const { color, borderColor } = reportDayInk(place, theme) as { color: string; borderColor?: string };
        return (
          <li key={name}>
            <svg width={12} height={12} aria-hidden>
              <rect x={0.5} y={0.5} width={11} height={11} fill={color} stroke={borderColor ?? color} />
            </svg>
            <bdi>{name}</bdi>
          </li>
        );
      })}
    </ul>
  );
}

function BarsTable({ chart }: { chart: Extract<ReportChart, { readonly chart: "bars" }> }) {
  const { t } = useTranslation();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("patrol.viewer.name")}</th>
          <th scope="col" className="num">
            {t("patrol.viewer.value")}
          </th>
        </tr>
      </thead>
      <tbody>
        {chart.bars.map(({ name, text }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="num">{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DaysTable({ chart, title }: { chart: Days; title: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="paper-scroll" tabIndex={0} role="region" aria-label={title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("patrol.viewer.day")}</th>
            {chart.series.map(({ name }) => (
              <th key={name} scope="col" className="num">
                {name} ({chart.unit})
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {chart.days.map((day, i) => (
            <tr key={day}>
              <th scope="row">{day}</th>
              {chart.series.map(({ name, values }) => {
                const value = values[i] ?? null;
                return (
                  <td key={name} className="num">
                    {value === null ? NOT_SAID_TEXT : format.decimal(value, 2)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
