import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { AriaComponent, AxisPointerComponent, GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use as register } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FeatureDay, WaterfallStep } from "../../../db/model/ledger-views.ts";
import { indexOf } from "../../../reports/charts/axis-index.ts";
import { FEATURE_DAYS_PX, featureDaysOption, isHole } from "../../../reports/charts/feature-days.ts";
import { featureUnitsOption, isPartly } from "../../../reports/charts/feature-units.ts";
import { chartTheme } from "../../../reports/charts/theme.ts";
import { WATERFALL_PX, waterfallBars, waterfallOption } from "../../../reports/charts/waterfall.ts";

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
const theme = chartTheme("light", "sans-serif");

const day = (n: number, part: Partial<FeatureDay> = {}): FeatureDay => ({
  day: `2026-11-${String(n).padStart(2, "0")}`,
  directMicro: "80000000",
  sharedMicro: "15000000",
  otherMicro: "5000000",
  costMicro: "100000000",
  revenueMicro: "130000000",
  marginMicro: "30000000",
  marginRatio: 0.23,
  roi: 0.3,
  units: { okMicro: "7000000", failedMicro: "1000000", others: [] },
  unitCostMicro: "14285714",
  failedCostMicro: "12500000",
  estimate: {
    coverage: 1,
    listRatio: 0,
    unpricedMs: 0,
    unconverted: [],
    unitCoverage: 1,
    hasRevenue: true,
    unbookedDays: 0,
  },
  time: { ms: [1, 0, 0, 0, 0, 0], micro: ["100000000", "0", "0", "0", "0", "0"] },
  ...part,
});
const hole = (n: number): FeatureDay =>
  day(n, {
    directMicro: "0",
    sharedMicro: "0",
    otherMicro: "0",
    costMicro: "0",
    revenueMicro: null,
    marginMicro: null,
    units: null,
    estimate: {
      coverage: null,
      listRatio: null,
      unpricedMs: 0,
      unconverted: [],
      unitCoverage: null,
      hasRevenue: false,
      unbookedDays: 0,
    },
  });
const silent = (n: number): FeatureDay => day(n, { revenueMicro: null, marginMicro: null });

const dayWords = {
  day: (text: string) => `${HOSTILE}${text}`,
  money: (micro: string | null) => micro ?? "not stated",
  axis: "money",
  direct: "own",
  shared: "shared",
  other: "other",
  cost: "cost",
  revenue: "revenue",
  margin: "margin",
  hole: "no record",
  summary: "a summary",
};

type Series = { name: string; data: (number | null | { value: number | null })[] };
const seriesOf = (option: EChartsCoreOption): Map<string, Series["data"]> =>
  new Map((option["series"] as Series[]).map(({ name, data }) => [name, data]));

describe("a feature's days", () => {
  const days = [day(1), hole(2), silent(3), day(4, { marginMicro: "-20000000" })];

  test("keep a day without a record as a hole in every series, and draw no line across it", () => {
    const series = seriesOf(featureDaysOption(days, dayWords, theme));
    expect(days.map(isHole)).toEqual([false, true, false, false]);
    for (const name of ["own", "shared", "other", "revenue"]) expect(series.get(name)?.[1]).toBeNull();
    expect(series.get("no record")).toEqual([null, 130, null, null]);
    expect(series.get("revenue")).toEqual([130, null, null, 130]); // said nothing is not nothing
  });

  test("stack the parts of the cost from zero", () => {
    const series = seriesOf(featureDaysOption(days, dayWords, theme));
    const parts = ["own", "shared", "other"].map((name) => series.get(name)?.[0] as number);
    expect(parts).toEqual([80, 15, 5]);
    const { yAxis } = featureDaysOption(days, dayWords, theme) as { yAxis: { min?: number }[] };
    expect(yAxis[0]?.min).toBe(0);
    expect(yAxis[1]?.min).toBeUndefined(); // a loss hangs below
  });

  test("leave the margin out where nobody said what it earns", () => {
    const option = featureDaysOption([silent(1), hole(2)], dayWords, theme) as { grid: unknown[] };
    expect(option.grid).toHaveLength(1);
    expect(seriesOf(option as EChartsCoreOption).has("margin")).toBe(false);
  });

  test("can be drawn without a browser, and put hostile words into the tooltip as text", () => {
    const option = featureDaysOption(days, dayWords, theme);
    expect(draw(option, FEATURE_DAYS_PX)).not.toContain("NaN");
    const html = tooltip(option, { dataIndex: 2 });
    expect(html).toContain("not stated");
    expect(html).not.toContain("<img");
    expect(tooltip(option, { dataIndex: 1 })).toContain("no record");
    expect(tooltip(option, { dataIndex: 99 })).toBe("");
  });
});

describe("a feature's units", () => {
  const words = {
    day: dayWords.day,
    units: (micro: string | null) => micro ?? "not counted",
    axis: "units",
    ok: "ok",
    failed: "failed",
    missing: (ratio: number | null) => `counted ${ratio} ${HOSTILE}`,
    missingName: "missing",
    summary: "a summary",
  };
  const partly = day(2, { estimate: { ...day(2).estimate, unitCoverage: 0.5 } });

  test("stand before a hatched band on each day that was not wholly counted", () => {
    const days = [day(1), partly, hole(3)];
    expect(days.map(isPartly)).toEqual([false, true, true]);
    const series = seriesOf(featureUnitsOption(days, words, theme));
    expect(series.get("ok")).toEqual([7, 7, null]);
    expect(series.get("failed")).toEqual([1, 1, null]);
    expect(series.get("missing")).toEqual([null, 8, 8]);
  });

  test("say in the tooltip how much was counted, as text", () => {
    const html = tooltip(featureUnitsOption([partly], words, theme), { dataIndex: 0 });
    expect(html).toContain("counted 0.5 &lt;img");
    expect(html).not.toContain("<img");
  });
});

describe("the waterfall", () => {
  const step = (name: WaterfallStep["step"], micro: bigint | null): WaterfallStep => ({
    step: name,
    micro: micro === null ? null : String(micro),
  });
  const NAMES = ["list", "discount", "idle", "fault", "unknown", "overflow", "other", "revenue"] as const;
  const words = {
    name: (name: string) => `${HOSTILE}${name}`,
    says: String,
    money: String,
    label: String,
    axis: "money",
    notKnown: "not known",
    summary: "a summary",
  };

  test("begins each step where the one before ended, and ends at the margin", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })), { minLength: 8, maxLength: 8 }),
        (amounts) => {
          const margin = amounts.reduce<bigint>((sum, one) => sum + (one ?? 0n), 0n);
          const steps = [...NAMES.map((name, i) => step(name, amounts[i] ?? null)), step("margin", margin)];
          const bars = waterfallBars(steps);
          bars.slice(1, -1).forEach((bar, i) => expect(bar.from).toBe(bars[i]!.to));
          for (const bar of bars.slice(0, -1)) expect(bar.to - bar.from).toBe(BigInt(bar.micro ?? 0));
          expect(bars[0]!.from).toBe(0n);
          expect([bars.at(-1)!.from, bars.at(-1)!.to]).toEqual([0n, bars.at(-2)!.to]);
        },
      ),
    );
  });

  test("can be drawn without a browser: what is not known is hatched, hostile words are text", () => {
    const steps = [
      step("list", -150_000_000n),
      step("discount", 50_000_000n),
      step("idle", -10_000_000n),
      step("fault", -1n),
      step("unknown", 0n),
      step("overflow", null),
      step("other", -5_000_000n),
      step("revenue", 90_000_000n),
      step("margin", -25_000_001n),
    ];
    const option = waterfallOption(steps, words, theme);
    const svg = draw(option, WATERFALL_PX);
    expect(svg).toContain("<pattern");
    expect(svg).toContain("not known");
    expect(svg).not.toContain("NaN");
    expect(tooltip(option, { dataIndex: 5 })).toContain("not known");
    expect(tooltip(option, { dataIndex: 0 })).not.toContain("<img");
  });
});

test("a place of the axis is a number, or none", () => {
  expect([{ dataIndex: 3 }, [{ dataIndex: 0 }], {}, null, [], { dataIndex: "1" }].map(indexOf)).toEqual([
    3, 0, -1, -1, -1, -1,
  ]);
});

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
