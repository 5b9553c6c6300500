import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { AriaComponent, AxisPointerComponent, GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use as register } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS, SLOT_MS } from "../../../db/model/time.ts";
import type { CardPoint } from "../../../db/model/views.ts";
import {
  CARD_DAY_PX,
  type CardDayWords,
  cardDayOption,
  gapsOf,
  lineOf,
  mainState,
  runsOf,
} from "../../../reports/charts/card-day.ts";
import { encodeHtml } from "../../../reports/charts/encode-html.ts";
import { type FleetHoursWords, fleetHoursOption, hoursOf } from "../../../reports/charts/fleet-hours.ts";
import { chartTheme } from "../../../reports/charts/theme.ts";
import { fixtureDetail, fixtureFleet } from "../../e2e/fixture-fleet.ts";

register([
  BarChart,
  CustomChart,
  LineChart,
  AriaComponent,
  AxisPointerComponent,
  GridComponent,
  TooltipComponent,
  SVGRenderer,
]);

const HOSTILE = `<img src=x onerror="alert(1)">`;
const fleet = fixtureFleet(1_000);
const day = fixtureDetail(fleet, fleet.rows[0]!);
const theme = chartTheme("light", "sans-serif");

const hourWords: FleetHoursWords = {
  state: (state) => `${HOSTILE}${state}`,
  hour: String,
  axis: "card-hours",
  cardHours: (ms) => (ms / HOUR_MS).toFixed(1),
  hole: "no record",
  summary: "a summary",
};

const dayWords: CardDayWords = {
  state: String,
  gap: String,
  event: (event) => `${event.kind} ${HOSTILE}`,
  time: String,
  ticks: [day.from + HOUR_MS],
  names: { state: "State", util: "Util", memory: "Memory", power: "Power", temperature: "Temp" },
  readings: (point) => [{ name: "holder", text: `${HOSTILE}${point.holder}` }],
  summary: "a summary",
};

describe("the fleet's hours", () => {
  test("keep an hour without a record as a hole, in every series", () => {
    const { from, to, hours } = fleet.history;
    const hole = hoursOf(from, to, hours).findIndex(({ hour }) => hour === null);
    expect(hole).toBe(13);
    const { series } = fleetHoursOption(fleet.history, hourWords, theme) as {
      series: { name: string; data: unknown[] }[];
    };
    for (const one of series) expect(one.data[hole] === null).toBe(one.name !== "no record");
  });

  test("add up to the owned card-hours of each hour", () => {
    const { series } = fleetHoursOption(fleet.history, hourWords, theme) as {
      series: { name: string; data: (number | null)[] }[];
    };
    const states = series.filter((one) => one.name !== "no record");
    for (const at of [0, 9, 23]) {
      const sum = states.reduce((total, one) => total + (one.data[at] ?? 0), 0);
      expect(sum).toBeCloseTo(1_000, 2);
    }
  });

  test("can be drawn without a browser, and say what they show", () => {
    const svg = draw(fleetHoursOption(fleet.history, hourWords, theme), 250);
    expect(svg).toContain("<svg");
    expect(svg).not.toContain("NaN");
  });

  test("put hostile words into the tooltip as text", () => {
    const html = tooltip(fleetHoursOption(fleet.history, hourWords, theme), { dataIndex: 2 });
    expect(html).toContain("&lt;img");
    expect(html).not.toContain("<img");
  });
});

describe("a card's day", () => {
  test("never lets a line cross a hole", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 3, maxLength: 40 }),
        (values) => {
          const points = values.flatMap((value, i) => (value === null && i % 2 === 0 ? [] : [point(i, value)]));
          const drawn = lineOf({ from: 0, to: values.length * SLOT_MS, points, events: [] }, (p) => p.utilRatio);
          expect(drawn.map((d) => d.value[1])).toEqual(values);
        },
      ),
    );
  });

  test("draws a reading between two silences as a dot", () => {
    const drawn = lineOf(
      { from: 0, to: 5 * SLOT_MS, points: [point(0, 1), point(1, null), point(2, 1), point(3, null)], events: [] },
      (p) => p.utilRatio,
    );
    expect(drawn.map((d) => d.symbolSize)).toEqual([4, 0, 4, 0, 0]);
  });

  test("names each hole once, with its cause", () => {
    const gaps = gapsOf(day.points).map((gap) => [gap.value, (gap.to - gap.from) / SLOT_MS]);
    expect(gaps).toEqual([
      ["source_down", 9],
      ["no_reading", 1],
      ["dapan_down", 6],
    ]);
  });

  test("shows doubt, not work, where a slot is half unknown", () => {
    expect(mainState({ ...point(0, 1), busyMs: SLOT_MS / 2, unknownMs: SLOT_MS / 2 })).toBe("unknown");
    expect(mainState({ ...point(0, 1), busyMs: SLOT_MS, unknownMs: 0 })).toBe("busy");
  });

  test("ends a stretch where a slot is missing", () => {
    const runs = runsOf([point(0, 1), point(1, 1), point(3, 1)], () => "same");
    expect(runs.map((run) => [run.from / SLOT_MS, run.to / SLOT_MS])).toEqual([
      [0, 2],
      [3, 4],
    ]);
  });

  test("can be drawn without a browser, holes and events too", () => {
    const svg = draw(cardDayOption(day, dayWords, theme), CARD_DAY_PX);
    expect(svg).toContain("<pattern"); // the hatch
    expect(svg).not.toContain("NaN");
  });

  test("puts holders and events into the tooltip as text", () => {
    const html = tooltip(cardDayOption(day, dayWords, theme), { axisValue: day.events[0]!.at });
    expect(html).toContain("xid &lt;img");
    expect(html).not.toContain("<img");
  });
});

test("text is text, whatever it says", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const html = encodeHtml(text);
      expect(html).not.toMatch(/[<>"']/);
      expect(decode(html)).toBe(text);
    }),
  );
});

function point(i: number, util: number | null): CardPoint {
  return { ...day.points[0]!, at: i * SLOT_MS, utilRatio: util };
}

function draw(option: EChartsCoreOption, height: number): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 700, height });
  chart.setOption(option);
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function tooltip(option: EChartsCoreOption, param: object): string {
  const { formatter } = option["tooltip"] as { formatter: (params: unknown) => string };
  return formatter([param]);
}

const decode = (html: string): string =>
  html.replace(
    /&(lt|gt|quot|#39|amp);/g,
    (_all, name: string) => ({ lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" })[name] ?? "",
  );
