import type { EChartsCoreOption } from "echarts/core";
import type { FeatureDay } from "../../db/model/ledger-views.ts";
import type { MicroText } from "../../db/model/money.ts";
import { indexOf } from "./axis-index.ts";
import { encodeHtml } from "./encode-html.ts";
import { hatch } from "./hatch.ts";
import type { ChartTheme } from "./theme.ts";

/** The words and formats of one reader. */
export type FeatureDaysWords = {
  readonly day: (day: string) => string; // "22 Nov"
  readonly money: (micro: MicroText | null) => string; // with its currency; null = not stated
  readonly axis: string; // "¥ a day"
  readonly direct: string;
  readonly shared: string;
  readonly other: string;
  readonly cost: string;
  readonly revenue: string;
  readonly margin: string;
  readonly hole: string;
  readonly summary: string;
};

export const FEATURE_DAYS_PX = 320;
const MICRO = 1_000_000;
const COSTS = ["direct", "shared", "other"] as const;

/** A day without any card-time or cost: nothing was written for it, which is not a day that cost nothing. */
export const isHole = (day: FeatureDay): boolean =>
  day.estimate.coverage === null && day.costMicro === "0" && day.revenueMicro === null;

/** An amount as a number, for drawing only. */
const drawn = (micro: MicroText | null): number | null => (micro === null ? null : Number(micro) / MICRO);

/**
 * Cost as stacked bars and revenue as a line over them, from zero; below them what is left, gain up and loss down. A day
 * without a record is a hatched band, and no line crosses it.
 */
export function featureDaysOption(
  days: readonly FeatureDay[],
  words: FeatureDaysWords,
  theme: ChartTheme,
): EChartsCoreOption {
  const tallest = Math.max(1, ...days.flatMap((day) => [drawn(day.costMicro) ?? 0, drawn(day.revenueMicro) ?? 0]));
  const open = days.map((day) => (isHole(day) ? null : day));
  const hasMargin = days.some(({ marginMicro }) => marginMicro !== null);
  const grids = hasMargin ? [0, 1] : [0];
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: words.summary } },
    grid: [
      { left: 72, right: 12, top: 28, height: hasMargin ? 150 : 258 },
      { left: 72, right: 12, top: 214, height: 72 },
    ].slice(0, grids.length),
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    xAxis: grids.map((gridIndex) => ({
      type: "category",
      gridIndex,
      data: days.map(({ day }) => words.day(day)),
      axisTick: { show: false },
      axisLine: { onZero: false, lineStyle: { color: theme.line } },
      axisLabel: { show: gridIndex === grids.length - 1, color: theme.muted, fontSize: 11, hideOverlap: true },
    })),
    yAxis: [words.axis, words.margin].slice(0, grids.length).map((name, gridIndex) => ({
      type: "value",
      gridIndex,
      name,
      nameGap: 10,
      nameTextStyle: { color: theme.text, fontSize: 12, align: "left", padding: [0, 0, 0, -64] },
      splitNumber: gridIndex === 0 ? 4 : 2,
      axisLabel: { color: theme.muted, fontSize: 11 },
      splitLine: { lineStyle: { color: theme.line } },
      ...(gridIndex === 0 && { min: 0 }),
    })),
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      confine: true,
      className: "chart-tip",
      formatter: (params: unknown) => tip(days[indexOf(params)], words),
    },
    series: [
      ...COSTS.map((part) => ({
        type: "bar",
        name: words[part],
        stack: "cost",
        barCategoryGap: "25%",
        itemStyle: costInk(part, theme),
        data: open.map((day) => (day === null ? null : drawn(day[`${part}Micro`]))),
      })),
      {
        type: "bar",
        name: words.hole,
        stack: "cost",
        silent: true,
        itemStyle: { color: "transparent", decal: hatch(theme.state.unknown, "sparse") },
        data: open.map((day) => (day === null ? tallest : null)),
      },
      {
        type: "line",
        name: words.revenue,
        symbol: "circle",
        symbolSize: 5,
        connectNulls: false,
        lineStyle: { color: theme.text, width: 2 },
        itemStyle: { color: theme.text },
        emphasis: { disabled: true },
        data: open.map((day) => drawn(day?.revenueMicro ?? null)),
      },
      ...(hasMargin
        ? [
            {
              type: "bar",
              name: words.margin,
              xAxisIndex: 1,
              yAxisIndex: 1,
              barCategoryGap: "25%",
              data: open.map((day) => {
                const value = drawn(day?.marginMicro ?? null);
                return { value, itemStyle: { color: (value ?? 0) < 0 ? theme.state.fault : theme.state.busy } };
              }),
            },
          ]
        : []),
    ],
  };
}

/** How each part of the cost is drawn, in the bars and in the legend. */
export function costInk(part: (typeof COSTS)[number], theme: ChartTheme): Record<string, unknown> {
  if (part === "direct") return { color: theme.reading };
  if (part === "other") return { color: theme.muted };
  return { color: theme.page, borderColor: theme.reading, borderWidth: 0.5, decal: hatch(theme.reading) };
}

function tip(day: FeatureDay | undefined, words: FeatureDaysWords): string {
  if (day === undefined) return "";
  const head = `<b>${encodeHtml(words.day(day.day))}</b>`;
  if (isHole(day)) return `${head}<p>${encodeHtml(words.hole)}</p>`;
  const rows: [string, MicroText | null][] = [
    [words.direct, day.directMicro],
    [words.shared, day.sharedMicro],
    [words.other, day.otherMicro],
    [words.cost, day.costMicro],
    [words.revenue, day.revenueMicro],
    [words.margin, day.marginMicro],
  ];
  const lines = rows.map(
    ([name, micro]) => `<tr><th>${encodeHtml(name)}</th><td>${encodeHtml(words.money(micro))}</td></tr>`,
  );
  return `${head}<table>${lines.join("")}</table>`;
}
