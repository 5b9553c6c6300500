import type { EChartsCoreOption } from "echarts/core";
import type { WaterfallStep } from "../../db/model/ledger-views.ts";
import type { MicroText } from "../../db/model/money.ts";
import { indexOf } from "./axis-index.ts";
import { encodeHtml } from "./encode-html.ts";
import { hatch } from "./hatch.ts";
import type { ChartTheme } from "./theme.ts";

/** The words and formats of one reader. */
export type WaterfallWords = {
  readonly name: (step: WaterfallStep["step"]) => string;
  readonly says: (step: WaterfallStep["step"]) => string;
  readonly money: (micro: MicroText | bigint) => string; // whole, with its sign and currency
  readonly label: (micro: MicroText) => string; // short, with its sign
  readonly axis: string;
  readonly notKnown: string;
  readonly summary: string;
};

export const WATERFALL_PX = 300;

/** A step from where the money stood before to where it stands after; the last one is what is left, from zero. */
export type WaterfallBar = WaterfallStep & { readonly from: bigint; readonly to: bigint };

/** Where each bar begins and ends. A step that is not known moves nothing. */
export function waterfallBars(steps: readonly WaterfallStep[]): WaterfallBar[] {
  let stood = 0n;
  return steps.map((step) => {
    if (step.step === "margin") return { ...step, from: 0n, to: step.micro === null ? 0n : BigInt(step.micro) };
    const from = stood;
    stood += step.micro === null ? 0n : BigInt(step.micro);
    return { ...step, from, to: stood };
  });
}

const MICRO = 1_000_000;
const drawn = (micro: bigint): number => Number(micro) / MICRO;

const LABEL_PX = 44; // narrower places have their amount in the tooltip and in the table

type Box = { readonly coordSys: { readonly y: number; readonly height: number } };
type Place = {
  readonly value: (dimension: number) => number;
  readonly coord: (point: [number, number]) => [number, number];
  readonly size: (extent: [number, number]) => [number, number];
};

/**
 * Money that goes out hangs down, money that comes in stands up; each step begins where the one before ended, and the last
 * is what is left. What is not known is a hatched place without an amount.
 */
export function waterfallOption(
  steps: readonly WaterfallStep[],
  words: WaterfallWords,
  theme: ChartTheme,
): EChartsCoreOption {
  const bars = waterfallBars(steps);
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: words.summary } },
    grid: { left: 72, right: 12, top: 40, bottom: 30 },
    xAxis: {
      type: "category",
      data: bars.map(({ step }) => words.name(step)),
      axisTick: { show: false },
      axisLine: { onZero: true, lineStyle: { color: theme.muted } },
      axisLabel: { color: theme.text, fontSize: 11, interval: 0, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      name: words.axis,
      nameGap: 14,
      nameTextStyle: { color: theme.text, fontSize: 12, align: "left", padding: [0, 0, 0, -64] },
      boundaryGap: ["9%", "9%"], // room for the amounts beyond the bars
      splitNumber: 4,
      axisLabel: { color: theme.muted, fontSize: 11 },
      splitLine: { lineStyle: { color: theme.line } },
    },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      confine: true,
      className: "chart-tip",
      formatter: (params: unknown) => tip(bars[indexOf(params)], words),
    },
    series: [
      {
        type: "custom",
        encode: { x: 0, y: [1, 2] },
        data: bars.map(({ from, to }, i) => [i, drawn(from), drawn(to)]),
        renderItem: (box: Box, place: Place) => drawBar(bars, box, place, words, theme),
      },
    ],
  };
}

function drawBar(
  bars: readonly WaterfallBar[],
  box: Box,
  place: Place,
  words: WaterfallWords,
  theme: ChartTheme,
): Record<string, unknown> {
  const i = place.value(0);
  const bar = bars[i];
  const [x, start] = place.coord([i, place.value(1)]);
  const [, end] = place.coord([i, place.value(2)]);
  const [band] = place.size([1, 0]);
  const width = band * 0.62;
  const hasRoom = band >= LABEL_PX;
  const left = x - width / 2;
  const text = (y: number, says: string, verticalAlign: "top" | "bottom") => ({
    type: "text",
    style: {
      x,
      y,
      text: says,
      align: "center",
      verticalAlign,
      fill: theme.text,
      fontSize: 11,
      fontFamily: theme.font,
    },
  });
  if (bar === undefined) return { type: "group", children: [] };
  if (bar.micro === null) {
    const { y, height } = box.coordSys;
    const style = { fill: "transparent", decal: hatch(theme.state.unknown, "sparse") };
    return {
      type: "group",
      children: [
        { type: "rect", shape: { x: left, y, width, height }, style },
        ...(hasRoom ? [text(y - 2, words.notKnown, "bottom")] : []),
      ],
    };
  }
  const isOut = bar.to < bar.from;
  const top = Math.min(start, end);
  const height = Math.max(1, Math.abs(end - start));
  const style = inkOf(bar, theme);
  const next = i + 1 < bars.length - 1; // the last bar begins at zero again
  return {
    type: "group",
    children: [
      { type: "rect", shape: { x: left, y: top, width, height }, style },
      ...(next
        ? [
            {
              type: "line",
              shape: { x1: left + width, x2: left + band, y1: end, y2: end },
              style: { stroke: theme.muted, lineWidth: 1, lineDash: [2, 3] },
            },
          ]
        : []),
      ...(hasRoom
        ? [
            isOut
              ? text(top + height + 3, words.label(bar.micro), "top")
              : text(top - 3, words.label(bar.micro), "bottom"),
          ]
        : []),
    ],
  };
}

/** What was not worked for is the colour of its state; what is left says gain or loss. */
function inkOf(bar: WaterfallBar, theme: ChartTheme): Record<string, unknown> {
  switch (bar.step) {
    case "idle":
      return { fill: theme.state.idle_held };
    case "fault":
      return { fill: theme.state.fault };
    case "unknown":
      return { fill: theme.page, stroke: theme.state.unknown, decal: hatch(theme.state.unknown) };
    case "margin":
      return { fill: bar.to < 0n ? theme.state.fault : theme.state.busy };
    case "revenue":
      return { fill: theme.text };
    case "discount":
      return { fill: theme.page, stroke: theme.reading, lineWidth: 1.5 };
    case "list":
    case "overflow":
    case "other":
      return { fill: bar.step === "other" ? theme.muted : theme.reading };
  }
}

function tip(bar: WaterfallBar | undefined, words: WaterfallWords): string {
  if (bar === undefined) return "";
  const amount = bar.micro === null ? words.notKnown : words.money(bar.micro);
  return `<b>${encodeHtml(words.name(bar.step))}</b><p>${encodeHtml(words.says(bar.step))}</p><p><b>${encodeHtml(amount)}</b></p>`;
}
