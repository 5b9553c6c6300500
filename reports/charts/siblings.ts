import type { EChartsCoreOption } from "echarts/core";
import type { CardPoint } from "../../db/model/views.ts";
import { gapsOf, lineOf } from "./card-day.ts";
import { encodeHtml } from "./encode-html.ts";
import { hatch } from "./hatch.ts";
import type { ChartTheme } from "./theme.ts";

/** One reading of several cards around a moment. Steps as `CardDay`: a hole is a hole. */
export type SiblingsChart = {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly lines: readonly { readonly name: string; readonly isIll: boolean; readonly points: readonly CardPoint[] }[];
  readonly moments: readonly { readonly at: number; readonly name: string }[]; // when it began, when it ended
};

export type SiblingsWords = {
  readonly axis: string; // the reading with its unit
  readonly value: (value: number) => string;
  readonly time: (at: number) => string;
  readonly ticks: readonly number[];
  readonly summary: string;
};

/** Height of the drawing in px. */
export const SIBLINGS_PX = 210;
const GRID = { left: 44, right: 12, top: 40, bottom: 26 };

/**
 * The affected cards in the colour of a fault over the others in grey, so that what is theirs alone is seen at once. Hatched
 * where the first affected card was not observed.
 */
export function siblingsOption(
  chart: SiblingsChart,
  valueOf: (point: CardPoint) => number | null,
  words: SiblingsWords,
  theme: ChartTheme,
): EChartsCoreOption {
  const ticks = [...words.ticks];
  const values = chart.lines.map((line) => ({
    ...line,
    said: lineOf({ ...chart, events: [], points: line.points }, valueOf),
  }));
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: words.summary } },
    grid: { ...GRID, outerBoundsMode: "none" },
    tooltip: {
      trigger: "axis",
      confine: true,
      className: "chart-tip",
      formatter: (params: unknown) => tip(params, values, words),
    },
    xAxis: {
      type: "value",
      min: chart.from,
      max: chart.to,
      axisLine: { onZero: false, lineStyle: { color: theme.line } },
      axisTick: { customValues: ticks, lineStyle: { color: theme.line } },
      axisLabel: { customValues: ticks, color: theme.muted, fontSize: 11, formatter: words.time },
      splitLine: { show: false },
      axisPointer: { show: true, label: { show: false }, lineStyle: { color: theme.muted } },
    },
    yAxis: {
      type: "value",
      scale: true,
      name: words.axis,
      nameGap: 22,
      nameTextStyle: { color: theme.text, fontSize: 12, align: "left", padding: [0, 0, 0, 4 - GRID.left] },
      splitNumber: 3,
      axisLabel: { color: theme.muted, fontSize: 11 },
      splitLine: { lineStyle: { color: theme.line } },
      axisPointer: { show: false },
    },
    series: [
      bands(chart, theme),
      ...values
        .toSorted((a, b) => Number(a.isIll) - Number(b.isIll)) // the affected ones on top
        .map((line) => ({
          type: "line",
          name: line.name,
          data: line.said,
          connectNulls: false,
          symbol: "circle",
          lineStyle: { color: inkOf(line, theme), width: line.isIll ? 2 : 1 },
          itemStyle: { color: inkOf(line, theme) },
          emphasis: { disabled: true },
        })),
      moments(chart, theme),
    ],
  };
}

const inkOf = ({ isIll }: { readonly isIll: boolean }, theme: ChartTheme): string =>
  isIll ? theme.state.fault : theme.muted;

type Place = { readonly value: (dimension: number) => number; readonly coord: (point: [number, number]) => number[] };
type Box = {
  readonly coordSys: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
};
const AT_TIME = { type: "custom", encode: { x: 0, y: 2 }, silent: true } as const; // y is null: no axis is stretched

function bands(chart: SiblingsChart, theme: ChartTheme): object {
  const ill = chart.lines.find(({ isIll }) => isIll);
  return {
    ...AT_TIME,
    z: 1,
    data: gapsOf(ill?.points ?? [], chart.stepMs).map((gap) => [gap.from, gap.to, null]),
    renderItem: ({ coordSys: { x, y, width, height } }: Box, place: Place) => {
      const left = Math.max(x, place.coord([place.value(0), 0])[0] ?? x);
      const right = Math.min(x + width, place.coord([place.value(1), 0])[0] ?? x);
      const shape = { x: left, y, width: Math.max(1, right - left), height };
      return { type: "rect", shape, style: { fill: "transparent", decal: hatch(theme.state.unknown, "sparse") } };
    },
  };
}

function moments(chart: SiblingsChart, theme: ChartTheme): object {
  const shown = chart.moments.filter(({ at }) => at >= chart.from && at <= chart.to);
  return {
    ...AT_TIME,
    z: 3,
    data: shown.map(({ at }, i) => [at, i, null]),
    renderItem: ({ coordSys: { x, y, width, height } }: Box, place: Place) => {
      const at = place.coord([place.value(0), 0])[0] ?? x;
      const isRight = at > x + width / 2;
      return {
        type: "group",
        children: [
          {
            type: "line",
            shape: { x1: at, x2: at, y1: y - 4, y2: y + height },
            style: { stroke: theme.text, lineWidth: 1, lineDash: [4, 3] },
          },
          {
            type: "text",
            style: {
              x: at + (isRight ? -2 : 2),
              y: y - 6,
              text: shown[place.value(1)]?.name ?? "",
              align: isRight ? "right" : "left",
              verticalAlign: "bottom",
              fill: theme.text,
              fontSize: 11,
              fontFamily: theme.font,
            },
          },
        ],
      };
    },
  };
}

const MOST_IN_TIP = 9;

/** What each card read at an instant, highest first, the affected ones in bold. */
function tip(
  params: unknown,
  lines: readonly {
    readonly name: string;
    readonly isIll: boolean;
    readonly said: readonly { readonly value: [number, number | null] }[];
  }[],
  words: SiblingsWords,
): string {
  const first: unknown = Array.isArray(params) ? params[0] : params;
  if (typeof first !== "object" || first === null || !("dataIndex" in first)) return "";
  const at = lines[0]?.said[Number(first.dataIndex)]?.value[0];
  if (at === undefined) return "";
  const rows = lines
    .flatMap(({ name, isIll, said }) => {
      const value = said[Number(first.dataIndex)]?.value[1] ?? null;
      return value === null ? [] : [{ name, isIll, value }];
    })
    .toSorted((a, b) => b.value - a.value)
    .slice(0, MOST_IN_TIP)
    .map(({ name, isIll, value }) => {
      const text = encodeHtml(name);
      return `<tr><th>${isIll ? `<b>${text}</b>` : text}</th><td>${encodeHtml(words.value(value))}</td></tr>`;
    });
  return `<b>${encodeHtml(words.time(at))}</b><table>${rows.join("")}</table>`;
}
