import type { EChartsCoreOption } from "echarts/core";
import type { FeatureDay } from "../../db/model/ledger-views.ts";
import type { MicroText } from "../../db/model/money.ts";
import { indexOf } from "./axis-index.ts";
import { encodeHtml } from "./encode-html.ts";
import { hatch } from "./hatch.ts";
import type { ChartTheme } from "./theme.ts";

/** The words and formats of one reader. */
export type FeatureUnitsWords = {
  readonly day: (day: string) => string;
  readonly units: (micro: MicroText | null) => string;
  readonly axis: string;
  readonly ok: string;
  readonly failed: string;
  readonly missing: (ratio: number | null) => string; // of a day whose hours were not all counted
  readonly missingName: string;
  readonly summary: string;
};

export const FEATURE_UNITS_PX = 220;
const MICRO = 1_000_000;

/** Not every hour of the day was counted: what is drawn is less than what came out. */
export const isPartly = (day: FeatureDay): boolean => (day.estimate.unitCoverage ?? 0) < 1;

const drawn = (micro: MicroText | null | undefined): number | null => (micro == null ? null : Number(micro) / MICRO);

/** Produced and failed units a day from zero; a day that was not wholly counted stands before a hatched band. */
export function featureUnitsOption(
  days: readonly FeatureDay[],
  words: FeatureUnitsWords,
  theme: ChartTheme,
): EChartsCoreOption {
  const tallest = Math.max(
    1,
    ...days.map(({ units }) => (drawn(units?.okMicro) ?? 0) + (drawn(units?.failedMicro) ?? 0)),
  );
  const bar = (name: string, color: string, of: (day: FeatureDay) => number | null) => ({
    type: "bar",
    name,
    stack: "units",
    z: 3,
    barCategoryGap: "25%",
    itemStyle: { color },
    data: days.map(of),
  });
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: words.summary } },
    grid: { left: 72, right: 12, top: 28, bottom: 26 },
    xAxis: {
      type: "category",
      data: days.map(({ day }) => words.day(day)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      name: words.axis,
      nameGap: 10,
      nameTextStyle: {
        color: theme.text,
        fontSize: 12,
        align: "left",
        padding: [0, 0, 0, -64],
        width: 320,
        overflow: "truncate",
      },
      min: 0,
      splitNumber: 3,
      axisLabel: { color: theme.muted, fontSize: 11 },
      splitLine: { lineStyle: { color: theme.line } },
    },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      confine: true,
      className: "chart-tip",
      formatter: (params: unknown) => tip(days[indexOf(params)], words),
    },
    series: [
      bar(words.ok, theme.reading, ({ units }) => drawn(units?.okMicro)),
      bar(words.failed, theme.state.fault, ({ units }) => drawn(units?.failedMicro)),
      {
        type: "bar",
        name: words.missingName,
        silent: true,
        z: 1,
        barGap: "-100%",
        barCategoryGap: "25%",
        itemStyle: { color: "transparent", decal: hatch(theme.state.unknown, "sparse") },
        data: days.map((day) => (isPartly(day) ? tallest : null)),
      },
    ],
  };
}

function tip(day: FeatureDay | undefined, words: FeatureUnitsWords): string {
  if (day === undefined) return "";
  const rows = [
    [words.ok, words.units(day.units?.okMicro ?? null)],
    [words.failed, words.units(day.units?.failedMicro ?? null)],
  ].map(([name = "", text = ""]) => `<tr><th>${encodeHtml(name)}</th><td>${encodeHtml(text)}</td></tr>`);
  const missing = isPartly(day) ? `<p>${encodeHtml(words.missing(day.estimate.unitCoverage))}</p>` : "";
  return `<b>${encodeHtml(words.day(day.day))}</b><table>${rows.join("")}</table>${missing}`;
}
