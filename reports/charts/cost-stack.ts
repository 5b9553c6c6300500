import type { EChartsCoreOption } from "echarts/core";
import type { CardState } from "../../db/model/fleet.ts";
import { type Micro, microOf, type MicroText, microText } from "../../db/model/money.ts";
import { indexOf } from "./axis-index.ts";
import { encodeHtml } from "./encode-html.ts";
import { inkOf } from "./fleet-hours.ts";
import { hatch } from "./hatch.ts";
import type { ChartTheme, Scheme } from "./theme.ts";

/** One layer of the stack: money by day, null where no line is. */
export type CostLayer = {
  readonly name: string;
  readonly keys: readonly string[]; // the groups it stands for: one, or all others
  readonly state: CardState | null; // a state is drawn in its own ink
  readonly byDay: readonly (MicroText | null)[];
};

export type CostStackWords = {
  readonly day: (day: string) => string;
  readonly money: (micro: MicroText) => string;
  readonly axis: string;
  readonly total: string;
  readonly hole: string;
  readonly summary: string;
};

export const COST_STACK_PX = 300;
/** More layers than these cannot be told apart; the rest is one layer of its own. */
export const MOST_LAYERS = 7;
const MICRO = 1_000_000;

/** Hues of groups, which are no status: two strengths of four hues, told apart in grey too; each 3:1 on the page. */
export const COST_INKS: Readonly<Record<Scheme, readonly string[]>> = {
  light: ["#1a5fb4", "#6a97cf", "#0f6b5c", "#46a08c", "#6b3fa0", "#a484cb", "#7a5a1e", "#b18d47"],
  dark: ["#78b4ff", "#4173b3", "#63d3bd", "#3a8577", "#c3a2f0", "#7f5fb0", "#e6c67a", "#8d7138"],
};

/** The ink of a layer by its place, in the bars and in the legend. */
export function layerInk(layer: CostLayer, place: number, theme: ChartTheme): Record<string, unknown> {
  if (layer.state !== null) return inkOf(layer.state, theme);
  const ink = layer.keys.length > 1 ? undefined : COST_INKS[theme.scheme][place];
  return ink === undefined ? { color: theme.page, borderColor: theme.muted, borderWidth: 1 } : { color: ink };
}

/** The layers that are drawn: the first MOST_LAYERS, and one of all others. Nothing is left out of the sum. */
export function drawnLayers(layers: readonly CostLayer[], others: string): readonly CostLayer[] {
  if (layers.length <= MOST_LAYERS + 1) return layers;
  const rest = layers.slice(MOST_LAYERS);
  const days = rest[0]?.byDay.length ?? 0;
  const byDay = Array.from({ length: days }, (_, i) => sumOf(rest.map((layer) => layer.byDay[i] ?? null)));
  const keys = rest.flatMap((layer) => layer.keys);
  return [...layers.slice(0, MOST_LAYERS), { name: others, keys, state: null, byDay }];
}

function sumOf(amounts: readonly (MicroText | null)[]): MicroText | null {
  const said = amounts.filter((amount) => amount !== null);
  return said.length === 0 ? null : microText(said.reduce((sum, amount): Micro => sum + microOf(amount), 0n));
}

/** Money by day, stacked; a day without any line is a hatched band. */
export function costStackOption(
  days: readonly string[],
  layers: readonly CostLayer[],
  words: CostStackWords,
  theme: ChartTheme,
): EChartsCoreOption {
  const totals = days.map((_, i) => sumOf(layers.map((layer) => layer.byDay[i] ?? null)));
  const tallest = Math.max(1, ...totals.map((micro) => drawn(micro) ?? 0));
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: words.summary } },
    grid: { left: 8, right: 12, top: 28, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: {
      type: "category",
      data: days.map(words.day),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: { color: theme.muted, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: "value",
      name: words.axis,
      nameGap: 10,
      nameTextStyle: { color: theme.text, fontSize: 12, align: "left", padding: [0, 0, 0, -8] },
      min: 0,
      splitNumber: 4,
      axisLabel: { color: theme.muted, fontSize: 11 },
      splitLine: { lineStyle: { color: theme.line } },
    },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      confine: true,
      className: "chart-tip",
      formatter: (params: unknown) => tip(indexOf(params), days, layers, totals, words),
    },
    series: [
      ...layers.map((layer, place) => ({
        type: "bar",
        name: layer.name,
        stack: "cost",
        barCategoryGap: "22%",
        itemStyle: layerInk(layer, place, theme),
        data: layer.byDay.map(drawn),
      })),
      {
        type: "bar",
        name: words.hole,
        stack: "cost",
        silent: true,
        itemStyle: { color: "transparent", decal: hatch(theme.state.unknown, "sparse") },
        data: totals.map((micro) => (micro === null ? tallest : null)),
      },
    ],
  };
}

/** An amount as a number, for drawing only. */
const drawn = (micro: MicroText | null): number | null => (micro === null ? null : Number(micro) / MICRO);

function tip(
  i: number,
  days: readonly string[],
  layers: readonly CostLayer[],
  totals: readonly (MicroText | null)[],
  words: CostStackWords,
): string {
  const day = days[i];
  if (day === undefined) return "";
  const head = `<b>${encodeHtml(words.day(day))}</b>`;
  const total = totals[i] ?? null;
  if (total === null) return `${head}<p>${encodeHtml(words.hole)}</p>`;
  const rows = layers.flatMap((layer) => {
    const micro = layer.byDay[i] ?? null;
    return micro === null || micro === "0" ? [] : [[layer.name, micro] as const];
  });
  const line = ([name, micro]: readonly [string, MicroText]) =>
    `<tr><th>${encodeHtml(name)}</th><td>${encodeHtml(words.money(micro))}</td></tr>`;
  return `${head}<table>${[...rows, [words.total, total] as const].map(line).join("")}</table>`;
}
