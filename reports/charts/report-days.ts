import type { EChartsCoreOption } from "echarts/core";
import type { Language } from "../../db/model/channel.ts";
import type { ReportChart } from "../../db/model/report-document.ts";
import { indexOf } from "./axis-index.ts";
import { COST_INKS } from "./cost-stack.ts";
import { encodeHtml } from "./encode-html.ts";
import { hatch } from "./hatch.ts";
import type { ChartTheme } from "./theme.ts";

export type ReportDays = Extract<ReportChart, { readonly chart: "days" }>;

/** Height of the drawing; who puts a legend over it adds its own. */
export const REPORT_DAYS_PX = 240;

/**
 * How a series is filled: two strengths of four hues, and a pattern for each hue, so that grey print tells them apart.
 * Page and paper draw their legends with it.
 */
export function reportDayInk(place: number, theme: ChartTheme): Record<string, unknown> {
  const color = COST_INKS[theme.scheme][place];
  if (color === undefined) return { color: theme.page, borderColor: theme.muted, borderWidth: 1 };
  const decal = PATTERNS[Math.floor(place / 2)];
  return decal === undefined ? { color } : { color, decal: { color: theme.page, ...decal } };
}

/** None, lines to the right, dots, lines to the left: one for each hue. */
const PATTERNS: readonly (Readonly<Record<string, unknown>> | undefined)[] = [
  undefined,
  { dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: Math.PI / 4, symbolSize: 1 },
  {
    symbol: "circle",
    dashArrayX: [
      [6, 6],
      [0, 6, 6, 0],
    ],
    dashArrayY: [6, 0],
    symbolSize: 0.35,
  },
  { dashArrayX: [1, 0], dashArrayY: [1, 5], rotation: -Math.PI / 4, symbolSize: 1 },
];

/**
 * A quantity by day, from zero: stacked bars, or lines that cross no hole. A day of which no series says anything is a
 * hatched band, which is not a day of nothing.
 * @param summary what a reader without sight is told
 */
export function reportDaysOption(
  chart: ReportDays,
  language: Language,
  summary: string,
  theme: ChartTheme,
): EChartsCoreOption {
  const { days, series, stacked, unit } = chart;
  const axis = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
  const sums = days.map((_, i) => sumOf(series.map(({ values }) => values[i] ?? null)));
  const tallest = stacked
    ? Math.max(0, ...sums.map((sum) => sum ?? 0))
    : Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: summary } },
    grid: { left: 4, right: 8, top: 26, bottom: 2, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: {
      type: "category",
      data: days.map(shortDay),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      name: unit,
      nameGap: 10,
      nameTextStyle: { color: theme.muted, fontSize: 11, align: "right", padding: [0, 8, 0, 0] },
      min: 0,
      splitNumber: 4,
      axisLabel: { color: theme.muted, fontSize: 11, formatter: (value: number) => axis.format(value) },
      splitLine: { lineStyle: { color: theme.line } },
    },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: stacked ? "shadow" : "line" },
      confine: true,
      className: "chart-tip",
      formatter: (params: unknown) => tip(indexOf(params), chart, language),
    },
    series: [
      ...series.map(({ name, values }, place) =>
        stacked ? bar(name, values, place, theme) : line(name, values, place, theme),
      ),
      {
        type: "bar",
        name: "",
        stack: "days",
        silent: true,
        barWidth: stacked ? "62%" : "100%",
        itemStyle: { color: "transparent", decal: hatch(theme.state.unknown, "sparse") },
        data: sums.map((sum) => (sum === null ? tallest || 1 : null)),
      },
    ],
  };
}

const bar = (name: string, values: readonly (number | null)[], place: number, theme: ChartTheme) => ({
  type: "bar",
  name,
  stack: "days",
  barWidth: "62%",
  itemStyle: { ...reportDayInk(place, theme), borderColor: theme.page, borderWidth: 0.5 },
  data: values,
});

const SYMBOLS = ["circle", "triangle", "rect", "diamond"];
const DASHES = ["solid", "dashed", "dotted"] as const;

function line(name: string, values: readonly (number | null)[], place: number, theme: ChartTheme) {
  const { color } = reportDayInk(place, theme);
  return {
    type: "line",
    name,
    connectNulls: false,
    symbol: SYMBOLS[place % SYMBOLS.length],
    symbolSize: 6,
    lineStyle: { color, width: 1.5, type: DASHES[place % DASHES.length] },
    itemStyle: { color },
    data: values,
  };
}

/** "2026-11-09" → "11-09"; what is no day stays. */
const shortDay = (day: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(day) ? day.slice(5) : day);

function sumOf(values: readonly (number | null)[]): number | null {
  const said = values.filter((value) => value !== null);
  return said.length === 0 ? null : said.reduce((sum, value) => sum + value, 0);
}

function tip(i: number, { days, series, unit }: ReportDays, language: Language): string {
  const day = days[i];
  if (day === undefined) return "";
  const rows = series
    .map(({ name, values }) => [name, values[i] ?? null] as const)
    .sort(([, a], [, b]) => (b ?? -1) - (a ?? -1))
    .map(([name, value]) => {
      const text = value === null ? "–" : value.toLocaleString(language, { maximumFractionDigits: 2 });
      return `<tr><th>${encodeHtml(name)}</th><td>${encodeHtml(text)}</td></tr>`;
    });
  return `<b>${encodeHtml(day)}</b> ${encodeHtml(unit)}<table>${rows.join("")}</table>`;
}
