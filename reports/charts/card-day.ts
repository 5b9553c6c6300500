import type { EChartsCoreOption } from "echarts/core";
import { GAP_CAUSES, type GapCause } from "../../db/model/coverage.ts";
import { CARD_STATES, type CardState } from "../../db/model/fleet.ts";
import { mainStateOf } from "../../db/model/main-state.ts";
import type { CardErrors, HolderStretch } from "../../db/model/page-views.ts";
import { SLOT_MS } from "../../db/model/time.ts";
import type { CardEventView, CardPoint } from "../../db/model/views.ts";
import { encodeHtml } from "./encode-html.ts";
import { hatch } from "./hatch.ts";
import { type ChartTheme, STATE_INK } from "./theme.ts";

/**
 * What is drawn: `[from, to)` in steps (slots unless `stepMs` says otherwise), ascending; a step that is missing was not
 * owned and stays blank. `errors` and `holders` get lanes of their own under the readings.
 */
export type CardDay = {
  readonly from: number;
  readonly to: number;
  readonly points: readonly CardPoint[];
  readonly events: readonly CardEventView[];
  readonly stepMs?: number;
  readonly errors?: { readonly stepMs: number; readonly rows: readonly CardErrors[] };
  readonly holders?: readonly HolderStretch[];
};

const stepOf = (day: CardDay): number => day.stepMs ?? SLOT_MS;

/** The words and formats of one reader. */
export type CardDayWords = {
  readonly state: (state: CardState) => string;
  readonly gap: (cause: GapCause) => string;
  readonly event: (event: CardEventView) => string;
  readonly time: (at: number) => string; // "09:41"
  readonly ticks: readonly number[]; // instants to label on the time axis
  readonly names: {
    readonly state: string;
    readonly util: string;
    readonly memory: string;
    readonly power: string;
    readonly temperature: string;
    readonly errors?: string;
    readonly holders?: string;
  };
  readonly errors?: (errors: CardErrors) => readonly { readonly name: string; readonly text: string }[];
  readonly readings: (point: CardPoint) => readonly { readonly name: string; readonly text: string }[];
  readonly summary: string;
};

/** A stretch of slots alike. */
export type Run<T> = { readonly from: number; readonly to: number; readonly value: T };

const GIB = 2 ** 30;
const LEFT = 44;
const RIGHT = 12;
const STRIP = { top: 28, height: 18 };
const PLOT = { first: 76, height: 72, step: 106 };

const ERRORS = { height: 40, step: 74 };
const HOLDERS = { height: 16, step: 50 };

/** Height of the drawing in px: the strip, four plots, the time axis. */
export const CARD_DAY_PX = PLOT.first + 3 * PLOT.step + PLOT.height + 26;
/** The same with the lanes of errors and holders. */
export const CARD_READINGS_PX = CARD_DAY_PX + ERRORS.step + HOLDERS.step;

/** The state most of a slot was spent in; unknown wins a tie, since doubt must not look like work. */
export const mainState = (point: CardPoint): CardState => mainStateOf(point);

/** Neighbouring slots of the same value as one stretch; a missing slot or a null value ends it. */
export function runsOf<T>(
  points: readonly CardPoint[],
  valueOf: (point: CardPoint) => T | null,
  stepMs: number = SLOT_MS,
): Run<T>[] {
  const runs: Run<T>[] = [];
  for (const point of points) {
    const value = valueOf(point);
    const last = runs.at(-1);
    if (value === null) continue;
    const joins = last !== undefined && last.to === point.at && last.value === value;
    if (joins) runs[runs.length - 1] = { ...last, to: point.at + stepMs };
    else runs.push({ from: point.at, to: point.at + stepMs, value });
  }
  return runs;
}

/** Stretches in which part of the time was not observed, with the cause. */
export const gapsOf = (points: readonly CardPoint[], stepMs: number = SLOT_MS): Run<GapCause>[] =>
  runsOf(points, (point) => (point.gap === "none" ? null : point.gap), stepMs);

/**
 * One reading over the day at slot middles, with null in every slot that says nothing, so that a line never crosses a hole.
 * A reading with silence on both sides gets a dot: a line of one point is invisible.
 */
export function lineOf(
  day: CardDay,
  valueOf: (point: CardPoint) => number | null,
): { value: [number, number | null]; symbolSize: number }[] {
  const byStart = new Map(day.points.map((point) => [point.at, point]));
  const said = (at: number) => {
    const point = byStart.get(at);
    return point === undefined ? null : valueOf(point);
  };
  const stepMs = stepOf(day);
  const steps = Math.max(0, Math.round((day.to - day.from) / stepMs));
  return Array.from({ length: steps }, (_, i) => {
    const at = day.from + i * stepMs;
    const value = said(at);
    const alone = value !== null && said(at - stepMs) === null && said(at + stepMs) === null;
    return { value: [at + stepMs / 2, value], symbolSize: alone ? 4 : 0 };
  });
}

/** State, utilisation, memory, power and temperature of one card over a day, on one time axis. */
export function cardDayOption(day: CardDay, words: CardDayWords, theme: ChartTheme): EChartsCoreOption {
  const plots = [
    { name: words.names.util, max: 100, lines: [percent("utilRatio"), percent("tensorRatio")] },
    { name: words.names.memory, lines: [(p: CardPoint) => (p.memoryBytes === null ? null : p.memoryBytes / GIB)] },
    { name: words.names.power, lines: [(p: CardPoint) => p.powerWatts] },
    { name: words.names.temperature, lines: [(p: CardPoint) => p.temperatureCelsius], scale: true },
  ];
  const readings = [STRIP, ...plots.map((_, i) => ({ top: PLOT.first + i * PLOT.step, height: PLOT.height }))];
  const lanes = day.errors === undefined ? [] : laneGrids();
  const grids = [...readings, ...lanes];
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    aria: { enabled: true, label: { description: words.summary } },
    axisPointer: { link: [{ xAxisIndex: "all" }], lineStyle: { color: theme.muted } },
    tooltip: {
      trigger: "axis",
      confine: true,
      className: "chart-tip",
      formatter: (params: unknown) => tip(day, axisValueOf(params), words),
    },
    grid: grids.map((grid) => ({ left: LEFT, right: RIGHT, outerBoundsMode: "none", ...grid })),
    xAxis: grids.map((_, i) => timeAxis(i, i === grids.length - 1, day, words, theme)),
    yAxis: [
      stripAxis(0, words.names.state, theme),
      ...plots.map((plot, i) => valueAxis(i + 1, plot, theme)),
      ...(lanes.length === 0
        ? []
        : [
            valueAxis(readings.length, { name: words.names.errors ?? "", whole: true }, theme),
            stripAxis(readings.length + 1, words.names.holders ?? "", theme),
          ]),
    ],
    series: [
      ...readings.map((_, i) => gapBands(day, i, theme)),
      ...(lanes.length === 0
        ? []
        : [errorBars(day, readings.length, theme), holderLane(day, readings.length + 1, theme)]),
      stateStrip(day, theme),
      ...plots.flatMap((plot, i) => plot.lines.map((valueOf, n) => line(day, valueOf, i + 1, n, plot.name, theme))),
      ...grids.map((_, i) => eventLines(day, i, theme)),
    ],
  };
}

const percent =
  (field: "utilRatio" | "tensorRatio") =>
  (point: CardPoint): number | null => {
    const ratio = point[field];
    return ratio === null ? null : ratio * 100;
  };

/** Where the lanes under the readings stand. */
function laneGrids(): { top: number; height: number }[] {
  const below = PLOT.first + 4 * PLOT.step;
  return [
    { top: below, height: ERRORS.height },
    { top: below + ERRORS.step, height: HOLDERS.height },
  ];
}

/** Errors of a step: everything that counts as one, added up; the tip says which. */
export const errorCount = (errors: CardErrors): number =>
  errors.eccCorrected + errors.eccUncorrected + errors.rowsRemapped + errors.xids;

function errorBars(day: CardDay, grid: number, theme: ChartTheme): object {
  const stepMs = day.errors?.stepMs ?? SLOT_MS;
  const rows = day.errors?.rows ?? [];
  return {
    type: "custom",
    xAxisIndex: grid,
    yAxisIndex: grid,
    silent: true,
    z: 2,
    encode: { x: 0, y: 1 },
    data: rows.map((row) => [row.at, errorCount(row), row.at + stepMs, row.eccUncorrected + row.xids]),
    renderItem: (box: Box, place: Place) => {
      const { x, y, width, height } = box.coordSys;
      const [left = x, top = y] = place.coord([place.value(0), place.value(1)]);
      const right = place.coord([place.value(2), 0])[0] ?? left;
      const [from, to] = [Math.max(x, left), Math.min(x + width, right)];
      if (place.value(1) === 0 || to <= x) return null;
      const shape = { x: from, y: top, width: Math.max(2, to - from - 1), height: Math.max(1, y + height - top) };
      return { type: "rect", shape, style: { fill: place.value(3) > 0 ? theme.state.fault : theme.muted } };
    },
  };
}

/** Who held the card when: one bar a stretch, alternating so that neighbours are told apart; names stand in the tip. */
function holderLane(day: CardDay, grid: number, theme: ChartTheme): object {
  const stretches = day.holders ?? [];
  return {
    type: "custom",
    xAxisIndex: grid,
    yAxisIndex: grid,
    silent: true,
    z: 2,
    encode: { x: 0, y: 3 }, // y is null: a band must not stretch the value axis
    data: stretches.map((stretch, i) => [stretch.from, stretch.to, i, null]),
    renderItem: (box: Box, place: Place) => {
      const shape = bandShape(box, place);
      const holder = stretches[place.value(2)]?.holder ?? "";
      const name = holder.slice(holder.indexOf("/") + 1);
      const isWide = shape.width > 40;
      return {
        type: "group",
        children: [
          { type: "rect", shape, style: { fill: theme.page, stroke: theme.reading, lineWidth: 1 } },
          ...(isWide
            ? [
                {
                  type: "text",
                  style: {
                    x: shape.x + 4,
                    y: shape.y + shape.height / 2,
                    text: name,
                    width: shape.width - 8,
                    overflow: "truncate",
                    verticalAlign: "middle",
                    fill: theme.text,
                    fontSize: 11,
                    fontFamily: theme.font,
                  },
                },
              ]
            : []),
        ],
      };
    },
  };
}

function timeAxis(i: number, labelled: boolean, day: CardDay, words: CardDayWords, theme: ChartTheme): object {
  const ticks = [...words.ticks];
  return {
    gridIndex: i,
    type: "value", // not "time": that axis knows the browser's zone only
    min: day.from,
    max: day.to,
    axisLine: { onZero: false, lineStyle: { color: theme.line } },
    axisTick: { show: labelled, customValues: ticks, lineStyle: { color: theme.line } },
    axisLabel: { show: labelled, customValues: ticks, color: theme.muted, fontSize: 11, formatter: words.time },
    splitLine: { show: false },
    axisPointer: { show: true, label: { show: false } },
  };
}

function stripAxis(gridIndex: number, name: string, theme: ChartTheme): object {
  return {
    gridIndex,
    type: "value",
    min: 0,
    max: 1,
    name,
    ...axisName(theme),
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { show: false },
    splitLine: { show: false },
    axisPointer: { show: false },
  };
}

function valueAxis(
  i: number,
  plot: { name: string; max?: number; scale?: boolean; whole?: boolean },
  theme: ChartTheme,
): object {
  return {
    gridIndex: i,
    type: "value",
    name: plot.name,
    ...axisName(theme),
    ...(plot.max === undefined ? {} : { max: plot.max }),
    ...(plot.scale === true ? { scale: true } : { min: 0 }),
    ...(plot.whole === true && { minInterval: 1, max: (range: { max: number }) => Math.max(1, range.max) }),
    splitNumber: 2,
    axisLabel: { color: theme.muted, fontSize: 11 },
    splitLine: { lineStyle: { color: theme.line } },
    axisPointer: { show: false },
  };
}

function axisName(theme: ChartTheme): object {
  return {
    nameGap: 8,
    nameTextStyle: { color: theme.text, fontSize: 12, align: "left", padding: [0, 0, 0, -LEFT + 4] },
  };
}

function line(
  day: CardDay,
  valueOf: (point: CardPoint) => number | null,
  grid: number,
  n: number,
  name: string,
  theme: ChartTheme,
): object {
  const color = n === 0 ? theme.reading : theme.muted;
  return {
    type: "line",
    name: `${name} ${n}`,
    xAxisIndex: grid,
    yAxisIndex: grid,
    data: lineOf(day, valueOf),
    connectNulls: false,
    symbol: "circle",
    lineStyle: { color, width: 1.5, type: n === 0 ? "solid" : [4, 3] },
    itemStyle: { color },
    emphasis: { disabled: true },
  };
}

/** What a custom series is given to place a shape; the part of ECharts' API that is used here. */
type Place = { readonly value: (dimension: number) => number; readonly coord: (point: [number, number]) => number[] };
type Box = {
  readonly coordSys: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
};

/** A rectangle over the whole height of a grid between two instants. */
function bandShape(box: Box, place: Place): { x: number; y: number; width: number; height: number } {
  const { x, y, width, height } = box.coordSys;
  const left = Math.max(x, place.coord([place.value(0), 0])[0] ?? x);
  const right = Math.min(x + width, place.coord([place.value(1), 0])[0] ?? x);
  return { x: left, y, width: Math.max(1, right - left), height };
}

/**
 * Slots with a gap, as they are. A wider step is a hole only where most of it was not observed: else a second's silence
 * would hatch a day; how much was observed stands in the tip.
 */
function blindPoints(day: CardDay): readonly CardPoint[] {
  if (stepOf(day) === SLOT_MS) return day.points;
  return day.points.filter((p) => {
    const ownedMs = p.busyMs + p.idleHeldMs + p.freeMs + p.startingMs + p.faultMs + p.unknownMs;
    return p.observedMs * 2 < ownedMs;
  });
}

function gapBands(day: CardDay, grid: number, theme: ChartTheme): object {
  return {
    type: "custom",
    encode: { x: 0, y: 3 }, // y is null: a band must not stretch the value axis
    xAxisIndex: grid,
    yAxisIndex: grid,
    silent: true,
    z: 1,
    data: gapsOf(blindPoints(day), stepOf(day)).map((gap) => [gap.from, gap.to, GAP_CAUSES.indexOf(gap.value), null]),
    renderItem: (box: Box, place: Place) => ({
      type: "rect",
      shape: bandShape(box, place),
      style: { fill: "transparent", decal: hatch(theme.state.unknown, grid === 0 ? "dense" : "sparse") },
    }),
  };
}

function stateStrip(day: CardDay, theme: ChartTheme): object {
  const runs = runsOf(day.points, mainState, stepOf(day)).filter((run) => run.value !== "unknown"); // its hatch is the gap band
  return {
    type: "custom",
    encode: { x: 0, y: 3 }, // y is null: a band must not stretch the value axis
    xAxisIndex: 0,
    yAxisIndex: 0,
    silent: true,
    z: 2,
    data: runs.map((run) => [run.from, run.to, CARD_STATES.indexOf(run.value), null]),
    renderItem: (box: Box, place: Place) => {
      const state = CARD_STATES[place.value(2)] ?? "unknown";
      return { type: "rect", shape: bandShape(box, place), style: stripInk(state, theme) };
    },
  };
}

function stripInk(state: CardState, theme: ChartTheme): object {
  const color = theme.state[state];
  switch (STATE_INK[state].fill) {
    case "solid":
      return { fill: color };
    case "hollow":
      return { fill: theme.page, stroke: color, lineWidth: 1 };
    case "hatch":
      return { fill: theme.page, stroke: color, lineWidth: 1, decal: hatch(color) };
  }
}

/** Events that speak of harm; the others are only noted. */
const HARM: ReadonlySet<CardEventView["kind"]> = new Set([
  "xid",
  "ecc_uncorrected",
  "row_remap",
  "remap_failed",
  "npu_fault",
]);

function eventLines(day: CardDay, grid: number, theme: ChartTheme): object {
  const within = day.events.filter((event) => event.at >= day.from && event.at < day.to);
  return {
    type: "custom",
    encode: { x: 0, y: 3 }, // y is null: a band must not stretch the value axis
    xAxisIndex: grid,
    yAxisIndex: grid,
    silent: true,
    z: 3,
    data: within.map((event) => [event.at, HARM.has(event.kind) ? 1 : 0, null, null]),
    renderItem: (box: Box, place: Place) => {
      const { y, height } = box.coordSys;
      const x = place.coord([place.value(0), 0])[0] ?? 0;
      const color = place.value(1) === 1 ? theme.state.fault : theme.muted;
      const stem = {
        type: "line",
        shape: { x1: x, x2: x, y1: y, y2: y + height },
        style: { stroke: color, lineWidth: 1 },
      };
      if (grid !== 0) return stem;
      const points = [
        [x, y + 1],
        [x - 5, y - 8],
        [x + 5, y - 8],
      ];
      const flag = { type: "polygon", shape: { points }, style: { fill: color, stroke: theme.page, lineWidth: 1 } };
      return { type: "group", children: [stem, flag] };
    },
  };
}

function tip(day: CardDay, at: number | null, words: CardDayWords): string {
  if (at === null) return "";
  const stepMs = stepOf(day);
  const point = day.points.find((p) => at >= p.at && at < p.at + stepMs);
  if (point === undefined) return "";
  const rows = words
    .readings(point)
    .map(({ name, text }) => `<tr><th>${encodeHtml(name)}</th><td>${encodeHtml(text)}</td></tr>`);
  const errors = day.errors?.rows.find((row) => at >= row.at && at < row.at + (day.errors?.stepMs ?? 0));
  if (errors !== undefined)
    for (const { name, text } of words.errors?.(errors) ?? [])
      rows.push(`<tr><th>${encodeHtml(name)}</th><td>${encodeHtml(text)}</td></tr>`);
  const gap = point.gap === "none" ? "" : `<p>${encodeHtml(words.gap(point.gap))}</p>`;
  const events = day.events
    .filter((event) => event.at >= point.at && event.at < point.at + stepMs)
    .map((event) => `<p>${encodeHtml(words.event(event))}</p>`);
  const head = `<b>${encodeHtml(words.time(point.at))} · ${encodeHtml(words.state(mainState(point)))}</b>`;
  return `${head}<table>${rows.join("")}</table>${gap}${events.join("")}`;
}

function axisValueOf(params: unknown): number | null {
  const first: unknown = Array.isArray(params) ? params[0] : params;
  if (typeof first !== "object" || first === null || !("axisValue" in first)) return null;
  return typeof first.axisValue === "number" ? first.axisValue : null;
}
