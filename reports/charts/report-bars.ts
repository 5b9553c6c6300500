import type { EChartsCoreOption } from "echarts/core";
import type { ReportChart, Tone } from "../../db/model/report-document.ts";
import { encodeHtml } from "./encode-html.ts";
import { hatch } from "./hatch.ts";
import { indexOf } from "./axis-index.ts";
import type { ChartTheme } from "./theme.ts";

export type ReportBars = Extract<ReportChart, { readonly chart: "bars" }>;
type Bar = ReportBars["bars"][number];

const ROW_PX = 26;
const NAME_PX = 132;
const TEXT_PX = 96;

/** How high the chart is: a row a bar, and nothing else. */
export const reportBarsPx = ({ bars }: ReportBars): number => Math.max(1, bars.length) * ROW_PX + 4;

/**
 * Bars from zero, the name on the left and the written figure on the right: no axis is needed to read them. A bar that is
 * not known is a hatched track; a tone is a colour and a shape before the figure.
 * @param summary what a reader without sight is told
 */
export function reportBarsOption({ bars, unit }: ReportBars, summary: string, theme: ChartTheme): EChartsCoreOption {
  const longest = Math.max(...bars.map(({ value }) => value ?? 0), 0) || 1;
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: summary } },
    grid: { left: NAME_PX, right: TEXT_PX, top: 2, bottom: 2 },
    xAxis: { type: "value", min: 0, max: longest, show: false },
    yAxis: {
      type: "category",
      inverse: true,
      data: bars.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: {
        color: theme.text,
        fontSize: 12,
        width: NAME_PX - 12,
        overflow: "truncate",
        align: "left",
        margin: NAME_PX,
      },
    },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "none" },
      confine: true,
      className: "chart-tip",
      formatter: (params: unknown) => tip(bars[indexOf(params)], unit),
    },
    series: [
      {
        type: "bar",
        barWidth: 14,
        data: bars.map(({ value, tone }) => ({
          value: value ?? longest,
          itemStyle: barInk(value, tone, theme),
          label: {
            color: tone === "plain" ? theme.text : tone === "unknown" ? theme.state.unknown : toneInk(tone, theme),
          },
        })),
        label: {
          show: true,
          position: "right",
          distance: 8,
          fontSize: 12,
          formatter: ({ dataIndex }: { dataIndex: number }) => written(bars[dataIndex]),
        },
      },
    ],
  };
}

const SHAPE: Readonly<Record<Tone, string>> = { plain: "", ok: "● ", warn: "▲ ", bad: "■ ", unknown: "◌ " };
const written = (bar: Bar | undefined): string => (bar === undefined ? "" : SHAPE[bar.tone] + bar.text);

/** How a bar is filled; what is not known is hatched whatever its tone. */
function barInk(value: number | null, tone: Tone, theme: ChartTheme): Record<string, unknown> {
  if (value === null || tone === "unknown")
    return { color: "transparent", borderColor: theme.line, borderWidth: 0.5, decal: hatch(theme.state.unknown) };
  return { color: toneInk(tone, theme) };
}

function toneInk(tone: Exclude<Tone, "unknown">, { reading, state }: ChartTheme): string {
  switch (tone) {
    case "plain":
      return reading;
    case "ok":
      return state.busy;
    case "warn":
      return state.idle_held;
    case "bad":
      return state.fault;
  }
}

function tip(bar: Bar | undefined, unit: string): string {
  if (bar === undefined) return "";
  const figure = unit === "" || bar.text.includes(unit) ? bar.text : `${bar.text} ${unit}`;
  return `<table><tr><th>${encodeHtml(bar.name)}</th><td>${encodeHtml(figure)}</td></tr></table>`;
}
