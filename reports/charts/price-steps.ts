import type { EChartsCoreOption } from "echarts/core";
import type { PriceLine } from "../../db/model/page-views.ts";
import type { Tier } from "../../db/model/tier.ts";
import { encodeHtml } from "./encode-html.ts";
import { hatch } from "./hatch.ts";
import type { ChartTheme } from "./theme.ts";

export type PriceSteps = {
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly lines: readonly PriceLine[]; // ascending, tiling [from, to)
  readonly tiers: readonly { readonly at: number; readonly tier: Tier }[]; // changes
};

/** The words and formats of one reader. */
export type PriceStepsWords = {
  readonly axis: string; // "¥ per card-hour"
  readonly unpriced: string;
  readonly list: string;
  readonly price: (line: PriceLine) => string;
  readonly tier: (tier: Tier) => string;
  readonly day: (at: number) => string;
  readonly dateTime: (at: number) => string;
  readonly ticks: readonly number[];
  readonly now: string;
  readonly summary: string;
};

export const PRICE_STEPS_PX = 240;
const MICRO = 1_000_000;

/**
 * The price of a card-hour as a step line from zero; unpriced time is a hatched band, a list price is dashed, what lies
 * ahead of now is behind a line, and changes of tier stand on top.
 */
export function priceStepsOption(steps: PriceSteps, words: PriceStepsWords, theme: ChartTheme): EChartsCoreOption {
  const { from, to, lines } = steps;
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: words.summary } },
    grid: { left: 56, right: 12, top: 56, bottom: 24, outerBoundsMode: "none" },
    xAxis: {
      type: "value", // not "time": that axis knows the browser's zone only
      min: from,
      max: to,
      axisLine: { onZero: false, lineStyle: { color: theme.line } },
      axisTick: { customValues: [...words.ticks], lineStyle: { color: theme.line } },
      axisLabel: { customValues: [...words.ticks], color: theme.muted, fontSize: 11, formatter: words.day },
      splitLine: { show: false },
      axisPointer: { show: true, label: { show: false } },
    },
    yAxis: {
      type: "value",
      name: words.axis,
      nameGap: 30,
      nameTextStyle: { color: theme.text, fontSize: 12, align: "left", padding: [0, 0, 0, -52] },
      min: 0,
      ...(lines.every((line) => line.hourlyMicro === null) && { max: 1 }), // an axis of nothing still has a height
      splitNumber: 3,
      axisLabel: { color: theme.muted, fontSize: 11 },
      splitLine: { lineStyle: { color: theme.line } },
    },
    tooltip: {
      trigger: "axis",
      confine: true,
      className: "chart-tip",
      formatter: (params: unknown) => tip(steps, axisValueOf(params), words),
    },
    series: [unpricedBands(steps, theme), ...stepLines(lines, theme), marks(steps, words, theme), reach(steps)],
  };
}

/** A price as a number for drawing only. */
const drawn = (line: PriceLine): number | null => (line.hourlyMicro === null ? null : Number(line.hourlyMicro) / MICRO);

/** One series for real prices, one for list prices; neither draws through the other's time, nor through none. */
function stepLines(lines: readonly PriceLine[], theme: ChartTheme): object[] {
  return [false, true].map((isList) => ({
    type: "line",
    name: isList ? "list" : "price",
    step: "end",
    symbol: "none",
    connectNulls: false,
    lineStyle: { color: theme.reading, width: 2, type: isList ? [5, 4] : "solid" },
    itemStyle: { color: theme.reading },
    emphasis: { disabled: true },
    data: lines.flatMap((line) => {
      const value = line.price?.isList === isList ? drawn(line) : null;
      return [
        [line.from, value],
        [line.to, value],
      ];
    }),
  }));
}

/** The axis pointer needs points all over the axis, also where nothing is drawn. */
function reach({ from, to }: PriceSteps): object {
  const points = 120;
  return {
    type: "line",
    name: "reach",
    silent: true,
    symbol: "none",
    lineStyle: { opacity: 0 },
    data: Array.from({ length: points + 1 }, (_, i) => [from + ((to - from) * i) / points, 0]),
  };
}

type Place = { readonly value: (dimension: number) => number; readonly coord: (point: [number, number]) => number[] };
type Box = {
  readonly coordSys: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
};

function unpricedBands({ lines }: PriceSteps, theme: ChartTheme): object {
  return {
    type: "custom",
    silent: true,
    z: 1,
    encode: { x: 0, y: 2 }, // y is null: a band must not stretch the value axis
    data: lines.filter((line) => line.hourlyMicro === null).map((line) => [line.from, line.to, null]),
    renderItem: (box: Box, place: Place) => {
      const { x, y, width, height } = box.coordSys;
      const left = Math.max(x, place.coord([place.value(0), 0])[0] ?? x);
      const right = Math.min(x + width, place.coord([place.value(1), 0])[0] ?? x);
      const shape = { x: left, y, width: Math.max(1, right - left), height };
      return { type: "rect", shape, style: { fill: "transparent", decal: hatch(theme.state.unknown, "sparse") } };
    },
  };
}

/** Now, and the changes of tier: a stem with its name on top. */
function marks({ now, tiers, from, to }: PriceSteps, words: PriceStepsWords, theme: ChartTheme): object {
  const shown = tiers.filter(({ at }) => at >= from && at < to);
  const rows = [...shown.map(({ at, tier }) => ({ at, text: words.tier(tier) })), { at: now, text: words.now }];
  return {
    type: "custom",
    silent: true,
    z: 3,
    encode: { x: 0, y: 2 },
    data: rows.map(({ at }, i) => [at, i, null]),
    renderItem: (box: Box, place: Place) => {
      const { y, height } = box.coordSys;
      const x = place.coord([place.value(0), 0])[0] ?? 0;
      const isNow = place.value(1) === rows.length - 1;
      const color = isNow ? theme.text : theme.muted;
      return {
        type: "group",
        children: [
          {
            type: "line",
            shape: { x1: x, x2: x, y1: isNow ? y - 16 : y, y2: y + height },
            style: { stroke: color, lineWidth: 1, ...(isNow ? {} : { lineDash: [2, 3] }) },
          },
          {
            type: "text",
            style: {
              x,
              y: isNow ? y - 18 : y - 4, // two rows: a tier may change just now
              text: rows[place.value(1)]?.text ?? "",
              align: "center",
              verticalAlign: "bottom",
              fill: color,
              fontSize: 11,
              fontFamily: theme.font,
            },
          },
        ],
      };
    },
  };
}

function tip({ lines, tiers }: PriceSteps, at: number | null, words: PriceStepsWords): string {
  const line = at === null ? undefined : lines.find((one) => at >= one.from && at < one.to);
  if (at === null || line === undefined) return "";
  const tier = tiers.filter((change) => change.at <= at).toSorted((a, b) => b.at - a.at)[0];
  const price = line.hourlyMicro === null ? words.unpriced : words.price(line);
  const rows = [
    `<tr><th>${encodeHtml(words.axis)}</th><td>${encodeHtml(price)}</td></tr>`,
    ...(line.price?.isList === true ? [`<tr><th></th><td>${encodeHtml(words.list)}</td></tr>`] : []),
    ...(tier === undefined ? [] : [`<tr><th></th><td>${encodeHtml(words.tier(tier.tier))}</td></tr>`]),
  ];
  return `<b>${encodeHtml(words.dateTime(at))}</b><table>${rows.join("")}</table>`;
}

function axisValueOf(params: unknown): number | null {
  const first: unknown = Array.isArray(params) ? params[0] : params;
  if (typeof first !== "object" || first === null || !("axisValue" in first)) return null;
  return typeof first.axisValue === "number" ? first.axisValue : null;
}
