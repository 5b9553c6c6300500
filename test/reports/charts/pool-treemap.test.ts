import { describe, expect, test } from "vitest";
import { areaOf, poolTreemapOption, wasteShare } from "../../../reports/charts/pool-treemap.ts";
import { RAMP_EDGES, RAMPS, rampColour, textOn } from "../../../reports/charts/ramp.ts";
import { chartTheme } from "../../../reports/charts/theme.ts";
import { fixtureFleet } from "../../e2e/fixture-fleet.ts";
import { fixtureBoard } from "../../e2e/fixtures/board.ts";

const { pools } = fixtureBoard(fixtureFleet(1_000));
const words = {
  name: (_level: string, value: string) => value || "not said",
  pool: () => "pool",
  figure: () => "P0",
  lines: () => [["<b>name</b>", `<img src=x onerror="1">`]] as const,
  summary: "summary",
};
type Node = { path: string[]; poolId: number | null; value: number; children?: Node[] };
type Series = { data: Node[] };
const optionOf = (size: "cards" | "cost", narrowed = 0) =>
  poolTreemapOption(pools, { size, colour: "waste", narrowed }, words, chartTheme("light", "x")) as unknown as {
    series: Series[];
    tooltip: { formatter: (params: unknown) => string };
  };
const leaves = (nodes: readonly Node[]): Node[] =>
  nodes.flatMap((node) => (node.children ? leaves(node.children) : [node]));

function contrast(a: string, b: string): number {
  const light = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [light(a), light(b)].toSorted((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

describe("the treemap of pools", () => {
  test("draws every pool once, its areas adding up to the cards", () => {
    const found = leaves(optionOf("cards").series[0]!.data);
    expect(found.map((node) => node.poolId).toSorted((a, b) => a! - b!)).toEqual(pools.map((pool) => pool.id));
    expect(found.reduce((sum, node) => sum + node.value, 0)).toBe(1_000);
  });

  test("by cost leaves out what has no price, instead of drawing it as free", () => {
    const unpriced = pools.filter((pool) => pool.money.unpricedMs > 0).map((pool) => pool.id);
    expect(unpriced.length).toBeGreaterThan(0);
    const found = leaves(optionOf("cost").series[0]!.data).map((node) => node.poolId);
    expect(found.filter((id) => unpriced.includes(id ?? 0))).toEqual([]);
  });

  test("hands the renderer no text that begins with what every object has by birth", () => {
    const born = ["__proto__", "__proto__ A10", "constructor", "toString", "hasOwnProperty"];
    const odd = pools.map((pool, i) => {
      const name = born[i % born.length]!;
      return { ...pool, vendor: name, region: i % 3 === 0 ? name : pool.region, model: name };
    });
    type Drawn = {
      name: string;
      label?: { formatter(): string };
      upperLabel?: { formatter(): string };
      children?: Drawn[];
    };
    const drawn = (nodes: readonly Drawn[]): string[] =>
      nodes.flatMap(({ name, label, upperLabel, children }) => [
        name,
        ...[label, upperLabel].flatMap((one) => one?.formatter().split("\n") ?? []),
        ...drawn(children ?? []),
      ]);
    for (const narrowed of [0, 1, 2, 3]) {
      const option = poolTreemapOption(
        odd,
        { size: "cards", colour: "tier", narrowed },
        words,
        chartTheme("dark", "x"),
      );
      const texts = drawn((option as unknown as { series: { data: Drawn[] }[] }).series[0]!.data);
      if (narrowed < 3) expect(texts.some((text) => text.endsWith("__proto__"))).toBe(true);
      const measured = texts.flatMap((text) => Array.from(text, (_, at) => text.slice(0, at + 1))); // it cuts from the end
      expect(measured.filter((text) => text in {})).toEqual([]);
    }
  });

  test("every area says its whole path, frames above it or not", () => {
    for (const narrowed of [0, 1, 2, 3])
      for (const node of leaves(optionOf("cards", narrowed).series[0]!.data)) {
        const pool = pools.find((one) => one.id === node.poolId)!;
        expect(node.path).toEqual([pool.vendor, pool.region, pool.model]);
        expect(areaOf({ data: node })).toBe(node);
      }
    expect(areaOf({})).toBeNull();
  });

  test("puts foreign text into its tooltip as text", () => {
    const { tooltip, series } = optionOf("cards");
    const html = tooltip.formatter({ data: leaves(series[0]!.data)[0] });
    expect(html).not.toContain("<img");
    expect(html).toContain("&lt;img");
  });

  test("knows no share of waste where nothing is priced", () => {
    expect(wasteShare({ money: { costMicro: "0", idleMicro: "0", sunkIdleMicro: "0", unpricedMs: 5 } })).toBeNull();
    expect(wasteShare({ money: { costMicro: "10", idleMicro: "5", sunkIdleMicro: "0", unpricedMs: 0 } })).toBe(0.5);
  });
});

test("text on every step of every ramp has a contrast of 4.5 at least", () => {
  for (const ramp of Object.values(RAMPS))
    for (const steps of Object.values(ramp))
      for (const fill of steps) expect([fill, contrast(fill, textOn(fill)) >= 4.5]).toEqual([fill, true]);
});

test("a share on an edge belongs to the step it opens", () => {
  for (const ramp of ["utilisation", "waste"] as const) {
    const steps = RAMPS[ramp].light;
    RAMP_EDGES[ramp].forEach((edge, i) => {
      expect(rampColour(ramp, "light", edge)).toBe(steps[i + 1]);
      expect(rampColour(ramp, "light", edge - 0.001)).toBe(steps[i]);
    });
    expect(rampColour(ramp, "light", 7)).toBe(steps.at(-1));
  }
});
