import type { EChartsCoreOption } from "echarts/core";
import type { CardState } from "../../db/model/fleet.ts";
import { HOUR_MS } from "../../db/model/time.ts";
import type { FleetHour } from "../../db/model/views.ts";
import { encodeHtml } from "./encode-html.ts";
import { hatch } from "./hatch.ts";
import { type ChartTheme, STATE_INK, STATE_ORDER } from "./theme.ts";

/** The words and formats of one reader; a builder knows no language and no zone. */
export type FleetHoursWords = {
  readonly state: (state: CardState) => string;
  readonly hour: (at: number) => string; // "09:00"
  readonly isTick?: (at: number) => boolean; // which hours are named on the axis; left out = as many as fit
  readonly axis: string; // "card-hours"
  readonly cardHours: (ms: number) => string;
  readonly hole: string; // "No record of this hour"
  readonly summary: string; // what a reader who sees no chart is told
};

const MS_OF: Readonly<Record<CardState, keyof FleetHour & `${string}Ms`>> = {
  busy: "busyMs",
  idle_held: "idleHeldMs",
  free: "freeMs",
  starting: "startingMs",
  fault: "faultMs",
  unknown: "unknownMs",
};

/** Card-milliseconds of a state in an hour. */
export const stateMs = (hour: FleetHour, state: CardState): number => hour[MS_OF[state]];

/**
 * Every hour of `[from, to)`, in order; null where the hour has no record. A hole stays a hole.
 */
export function hoursOf(
  from: number,
  to: number,
  hours: readonly FleetHour[],
): { at: number; hour: FleetHour | null }[] {
  const byStart = new Map(hours.map((hour) => [hour.at, hour]));
  const slots = Math.max(0, Math.round((to - from) / HOUR_MS));
  return Array.from({ length: slots }, (_, i) => {
    const at = from + i * HOUR_MS;
    return { at, hour: byStart.get(at) ?? null };
  });
}

/** Stacked bars of card-hours by state, one bar an hour, unknown time hatched, an unrecorded hour as an empty hatched band. */
export function fleetHoursOption(
  { from, to, hours }: { from: number; to: number; hours: readonly FleetHour[] },
  words: FleetHoursWords,
  theme: ChartTheme,
): EChartsCoreOption {
  const slots = hoursOf(from, to, hours);
  const tallest = Math.max(
    1,
    ...hours.map((hour) => STATE_ORDER.reduce((sum, s) => sum + stateMs(hour, s), 0) / HOUR_MS),
  );
  const states = STATE_ORDER.filter((state) => hours.some((hour) => stateMs(hour, state) > 0));
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: words.summary } },
    grid: { left: 8, right: 8, top: 28, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: {
      type: "category",
      data: slots.map(({ at }) => words.hour(at)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: theme.line } },
      axisLabel: {
        color: theme.muted,
        fontSize: 11,
        ...(words.isTick && { interval: (i: number) => words.isTick?.(slots[i]?.at ?? 0) ?? false }),
      },
    },
    yAxis: {
      type: "value",
      name: words.axis,
      nameGap: 12,
      nameTextStyle: { color: theme.muted, fontSize: 11, align: "left", padding: [0, 0, 0, -8] },
      min: 0,
      minInterval: 1,
      splitNumber: 4,
      axisLabel: { color: theme.muted, fontSize: 11 },
      splitLine: { lineStyle: { color: theme.line } },
    },
    tooltip: {
      trigger: "axis",
      axisPointer: { type: "shadow" },
      confine: true,
      className: "chart-tip",
      formatter: (params: unknown) => tip(slots[indexOf(params)], words),
    },
    series: [
      ...states.map((state) => ({
        type: "bar",
        name: words.state(state),
        stack: "hours",
        barCategoryGap: "18%",
        itemStyle: inkOf(state, theme),
        data: slots.map(({ hour }) => (hour === null ? null : stateMs(hour, state) / HOUR_MS)),
      })),
      {
        type: "bar",
        name: words.hole,
        stack: "hours",
        silent: true,
        itemStyle: { color: "transparent", decal: hatch(theme.state.unknown, "sparse") },
        data: slots.map(({ hour }) => (hour === null ? tallest : null)),
      },
    ],
  };
}

/** How a state is drawn, in bars and legends alike. */
export function inkOf(state: CardState, theme: ChartTheme): Record<string, unknown> {
  const color = theme.state[state];
  switch (STATE_INK[state].fill) {
    case "solid":
      return { color };
    case "hollow":
      return { color: theme.page, borderColor: color, borderWidth: 1 };
    case "hatch":
      return { color: theme.page, borderColor: color, borderWidth: 0.5, decal: hatch(color) };
  }
}

function tip(slot: { at: number; hour: FleetHour | null } | undefined, words: FleetHoursWords): string {
  if (slot === undefined) return "";
  const head = `<b>${encodeHtml(words.hour(slot.at))}</b>`;
  const { hour } = slot;
  if (hour === null) return `${head}<p>${encodeHtml(words.hole)}</p>`;
  const lines = STATE_ORDER.map((state) => ({ state, ms: stateMs(hour, state) }))
    .filter(({ ms }) => ms > 0)
    .sort((a, b) => b.ms - a.ms)
    .map(
      ({ state, ms }) =>
        `<tr><th>${encodeHtml(words.state(state))}</th><td>${encodeHtml(words.cardHours(ms))} ${encodeHtml(words.axis)}</td></tr>`,
    );
  return `${head}<table>${lines.join("")}</table>`;
}

function indexOf(params: unknown): number {
  const first: unknown = Array.isArray(params) ? params[0] : params;
  if (typeof first !== "object" || first === null || !("dataIndex" in first)) return -1;
  return typeof first.dataIndex === "number" ? first.dataIndex : -1;
}
