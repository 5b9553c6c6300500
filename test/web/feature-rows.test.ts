import { describe, expect, test } from "vitest";
import type { FeaturesView } from "../../db/model/ledger-views.ts";
import { csvText } from "../../web/lib/csv.ts";
import { FEATURE_SORTS } from "../../web/lib/features-url.ts";
import { costChanges, featureLines, shownTable, utilisationOf } from "../../web/panels/features/feature-rows.ts";
import { featuresCsv } from "../../web/panels/features/features-csv.ts";
import { fixtureFeatures } from "../e2e/fixtures/features.ts";
import { unveiled } from "../../db/model/money.ts";

const RANGE = { from: "2026-10-24", to: "2026-11-23" };
const PLAIN = { search: "", teams: [], sort: "cost", descending: true } as const;
const APART = { basis: "allocation", policy: "apart" } as const;
const story = { cards: 1_000 };
const view = fixtureFeatures(story, RANGE, APART);
const none = new Map<number, number>();
const NOW_KNOWN = ["cost", "name"] as const;

describe("the features table", () => {
  test.each(FEATURE_SORTS)("by %s has what is not known last, whichever way it is turned", (sort) => {
    const keyOf = {
      change: () => null,
      unitCost: (row: FeaturesView["features"][number]) => row.unitCostMicro,
      units: (row: FeaturesView["features"][number]) => row.units,
      revenue: (row: FeaturesView["features"][number]) => row.revenueMicro,
      margin: (row: FeaturesView["features"][number]) => row.marginMicro,
      roi: (row: FeaturesView["features"][number]) => row.roi,
      utilisation: (row: FeaturesView["features"][number]) => row.utilisation,
      coverage: (row: FeaturesView["features"][number]) => row.estimate.coverage,
    };
    const of = (NOW_KNOWN as readonly string[]).includes(sort) || sort === "team" ? () => 0 : keyOf[sort as "roi"];
    for (const descending of [true, false]) {
      const lines = featureLines(view.features, none, { ...PLAIN, sort, descending });
      const known = lines.map((line) => of(line) !== null);
      expect(known).toEqual(known.toSorted((a, b) => Number(b) - Number(a)));
      expect(lines.length).toBe(view.features.length);
    }
  });

  test("sorts money as money: a loss stands below a gain", () => {
    const margins = featureLines(view.features, none, { ...PLAIN, sort: "margin" }).flatMap(({ marginMicro }) =>
      marginMicro === null ? [] : [BigInt(marginMicro)],
    );
    expect(margins.some((margin) => margin < 0n)).toBe(true);
    expect(margins).toEqual(margins.toSorted((a, b) => (a < b ? 1 : -1)));
  });

  test("is narrowed by text and by team, and by nobody's team", () => {
    const names = (part: object) => featureLines(view.features, none, { ...PLAIN, ...part }).map(({ name }) => name);
    expect(names({ search: " PHOTO " })).toEqual(["Photo restore"]);
    expect(names({ teams: [""] })).toEqual(["Moderation"]);
    expect(names({ teams: ["research"], search: "note" })).toEqual(["Notebooks"]);
    expect(names({ search: "<img" })).toEqual([]);
  });

  test.each(["apart", "spread", "owner"] as const)("adds up to its total as shown, policy %s", (policy) => {
    const now = fixtureFeatures(story, RANGE, { basis: "allocation", policy });
    const lines = featureLines(now.features, none, PLAIN);
    const shown = shownTable(lines, now.loose, 10_000n);
    const sum = (parts: readonly (bigint | null)[]) => parts.reduce<bigint>((all, part) => all + (part ?? 0n), 0n);
    expect(sum([...shown.features.map(({ cost }) => cost), ...shown.loose])).toBe(shown.total.cost);
    expect(sum(shown.features.map(({ revenue }) => revenue))).toBe(shown.total.revenue);
    const off = (shown.total.cost ?? 0n) - unveiled(now.total.costMicro);
    expect(off <= 5_000n && off >= -5_000n).toBe(true);
    for (const { cost, revenue, margin } of [...shown.features, shown.total])
      expect(margin).toBe(revenue === null || cost === null ? null : revenue - cost);
  });

  test("compares whole days with as many before, and nothing where the ledger did not speak for all of them", () => {
    const before = fixtureFeatures(story, { from: "2026-09-25", to: "2026-10-24" }, APART);
    const changes = costChanges(view, before, 29);
    const chat = view.features[0]!;
    const is = chat.costByDay.slice(0, 29).reduce((sum, micro) => sum + Number(micro ?? 0), 0);
    const was = before.features[0]!.costByDay.reduce((sum, micro) => sum + Number(micro ?? 0), 0);
    expect(changes.get(chat.id)).toBeCloseTo((is - was) / was, 5);
    const young = fixtureFeatures(story, { from: "2026-05-20", to: "2026-06-18" }, APART);
    expect(costChanges(view, young, 29).size).toBe(0);
    expect(costChanges(view, undefined, 29).size).toBe(0);
  });

  test("says the use of what was held, and none of nothing", () => {
    expect(utilisationOf([])).toBeNull();
    expect(utilisationOf([{ time: { ms: [30, 60, 10, 5, 5, 5], micro: [] } }])).toBeCloseTo(0.3);
  });

  test("is a file with the same columns in every row, whole money and empty cells for what is not known", () => {
    const hostile = fixtureFeatures({ cards: 1_000, mood: "hostile" }, RANGE, APART);
    const rows = featuresCsv(hostile, featureLines(hostile.features, none, PLAIN), hostile.loose);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
    const costAt = rows[0]!.indexOf("cost_micro");
    const total = rows.slice(1).reduce((sum, row) => sum + BigInt(row[costAt] ?? 0), 0n);
    expect(total).toBe(unveiled(hostile.total.costMicro));
    const text = csvText(rows);
    expect(text).toContain("'=1+1");
    expect(text).not.toContain("NaN");
    expect(rows.some((row) => row[rows[0]!.indexOf("revenue_micro")] === null)).toBe(true);
  });
});
