import { BarChart } from "echarts/charts";
import { AriaComponent, AxisPointerComponent, GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use as register } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import {
  COST_INKS,
  COST_STACK_PX,
  type CostLayer,
  costStackOption,
  drawnLayers,
  layerInk,
  MOST_LAYERS,
} from "../../../reports/charts/cost-stack.ts";
import { chartTheme, type Scheme, SURFACES } from "../../../reports/charts/theme.ts";

register([BarChart, AriaComponent, AxisPointerComponent, GridComponent, TooltipComponent, SVGRenderer]);

const HOSTILE = `<img src=x onerror="alert(1)">`;
const theme = chartTheme("light", "sans-serif");
const words = {
  day: (day: string) => `${HOSTILE}${day}`,
  money: (micro: string) => `${micro}${HOSTILE}`,
  axis: HOSTILE,
  total: "total",
  hole: `no record${HOSTILE}`,
  summary: "a summary",
};
const DAYS = ["2026-11-01", "2026-11-02", "2026-11-03"];
const layer = (name: string, ...byDay: (string | null)[]): CostLayer => ({ name, keys: [name], state: null, byDay });

type Series = { name: string; data: (number | null)[] };
const seriesOf = (option: EChartsCoreOption) => option["series"] as Series[];
const tooltip = (option: EChartsCoreOption, dataIndex: number): string =>
  (option["tooltip"] as { formatter: (params: unknown) => string }).formatter([{ dataIndex }]);

describe("money by day in layers", () => {
  test("is whole, however many groups there are: the rest is one layer that stands for all others", () => {
    const amount = fc.option(fc.bigInt({ min: -9n, max: 10n ** 15n }).map(String));
    const layers = fc
      .array(fc.array(amount, { minLength: 3, maxLength: 3 }), { maxLength: 60 })
      .map((all) => all.map((byDay, i) => layer(`g${i}`, ...byDay)));
    fc.assert(
      fc.property(layers, (all) => {
        const drawn = drawnLayers(all, "others");
        expect(drawn.length).toBeLessThanOrEqual(MOST_LAYERS + 1);
        expect(drawn.flatMap(({ keys }) => keys)).toEqual(all.map(({ name }) => name));
        for (const i of DAYS.keys()) {
          const said = (some: readonly CostLayer[]) => some.flatMap(({ byDay }) => byDay[i] ?? []);
          const sum = (some: readonly CostLayer[]) => said(some).reduce((total, micro) => total + BigInt(micro), 0n);
          expect(sum(drawn)).toBe(sum(all));
          expect(said(drawn).length === 0).toBe(said(all).length === 0); // a hole stays a hole
        }
      }),
    );
  });

  test("keeps a day without a line as a hatched hole, and a day that cost nothing as none", () => {
    const option = costStackOption(
      DAYS,
      [layer("a", "1000000", null, "0"), layer("b", "3000000", null, null)],
      words,
      theme,
    );
    const [a, b, hole] = seriesOf(option);
    expect(a?.data).toEqual([1, null, 0]);
    expect(b?.data).toEqual([3, null, null]);
    expect(hole?.data).toEqual([null, 4, null]); // as tall as the tallest day
    expect(tooltip(option, 1)).toContain("no record");
    expect(tooltip(option, 2)).not.toContain("no record");
    expect(tooltip(option, 9)).toBe("");
  });

  test("starts at zero, and says each layer and their total", () => {
    const option = costStackOption(DAYS, [layer("a", "1000000"), layer("b", "3000000")], words, theme);
    expect((option["yAxis"] as { min: number }).min).toBe(0);
    expect(tooltip(option, 0)).toMatch(/a<.*1000000.*b<.*3000000.*total<.*4000000/);
  });

  test("can be drawn without a browser, and puts hostile words into the tooltip as text", () => {
    const option = costStackOption(DAYS, [layer(HOSTILE, "1000000", null, "2000000")], words, theme);
    for (const i of DAYS.keys()) expect(tooltip(option, i)).not.toContain("<img");
    const chart = init(null, null, { renderer: "svg", ssr: true, width: 700, height: COST_STACK_PX });
    chart.setOption(option);
    const svg = chart.renderToSVGString();
    chart.dispose();
    expect(svg).not.toContain("<img");
    expect(svg).not.toContain("NaN");
    expect(svg).toContain("<pattern");
  });

  test("draws a state in its own ink, and all others as nobody's", () => {
    const inks = LEDGER_STATES.map((state) => JSON.stringify(layerInk({ ...layer(state), state }, 0, theme)));
    expect(new Set(inks).size).toBe(LEDGER_STATES.length);
    const others = layerInk({ ...layer("others"), keys: ["x", "y"] }, MOST_LAYERS, theme);
    expect(others).toMatchObject({ color: theme.page, borderColor: theme.muted });
  });
});

describe.each(["light", "dark"] as const satisfies readonly Scheme[])("the inks of groups, %s", (scheme) => {
  const inks = COST_INKS[scheme];

  test("are as many as layers, each plain to see on the page (3:1) and beside its neighbour (2:1)", () => {
    expect(inks.length).toBe(MOST_LAYERS + 1);
    for (const [i, ink] of inks.entries()) {
      expect(contrast(ink, SURFACES[scheme].page)).toBeGreaterThanOrEqual(3);
      if (i > 0) expect(contrast(ink, inks[i - 1]!)).toBeGreaterThanOrEqual(2);
    }
  });
});

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
