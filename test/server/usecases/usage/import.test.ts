import { rmSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { createImports } from "../../../../server/usecases/pricing/imports-port.ts";
import { applyUsage, previewUsage } from "../../../../server/usecases/usage/import-usage.ts";
import { freshDataDir, open } from "../../../db/databases.ts";
import { NO_FEATURES } from "../../api/stage.ts";
import { configOf, freshFeatures, stageUsage, YAML } from "./usage-stage.ts";

let dataDir = "";
let db: Database;
beforeAll(async () => {
  dataDir = await freshDataDir();
  db = await open({ dataDir });
});
afterAll(async () => {
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(async () => void (await freshFeatures(db, ["chat", "draw"])));

const PAGE = { show: "all", offset: 0, limit: 100 } as const;
const NOTE = { who: "console", why: "units of November" } as const;

function staged(yaml = YAML) {
  const { usage, clock } = stageUsage(db, { yaml });
  const config = configOf(yaml);
  const imports = createImports(clock);
  const features = { ...NO_FEATURES, list: () => ["chat", "draw"].map((key) => ({ key }) as never) };
  const deps = {
    usage,
    clock,
    imports,
    features,
    config: { current: () => config, faults: () => [], onChange: () => () => undefined },
  };
  const keep = (text: string, currency: string | null = null) => ({
    upload: imports.keep("november.csv", Buffer.from(text)).id,
    currency,
  });
  return {
    usage,
    preview: (text: string, page: Parameters<typeof previewUsage>[2] = PAGE, currency: string | null = null) =>
      previewUsage(deps, keep(text, currency), page),
    apply: (text: string, currency: string | null = null, why: string = NOTE.why, prices = true, moneyWaits = false) =>
      applyUsage(deps, keep(text, currency), { ...NOTE, why }, { prices, moneyWaits }),
  };
}
const count = async (table: string) => (await db.query(`SELECT * FROM ${table}`)).length;

describe("a file of units and revenue", () => {
  const FILE =
    "feature,day,ok,failed,revenue,currency\nchat,2026-11-20,100,3,2.50,CNY\nchat,2026-11-21,50,,1,CNY\ndraw,2026-11-20,7,,,\n";

  test("says money only for who may set prices, and is refused whole", async () => {
    const { apply } = staged();
    const costs = "feature,kind,per_day,currency,from\nchat,other,2,CNY,2026-11-01\n";
    for (const text of [FILE, costs])
      await expect(apply(text, null, NOTE.why, false)).rejects.toThrow(/^row 2 says money.*"prices\.write"/);
    expect(await count("usage_line")).toBe(0);
    await apply("feature,day,ok\nchat,2026-11-20,100\n", null, NOTE.why, false);
    expect(await count("usage_line")).toBe(1);
  });

  test("says no money past a second person, whom units alone do not wait for", async () => {
    const { apply } = staged();
    const refund = "feature,day,ok,refund,currency\nchat,2026-11-20,1,,CNY\nchat,2026-11-21,1,2,CNY\n";
    const costs = "feature,kind,per_day,currency,from\nchat,other,2,CNY,2026-11-01\n";
    for (const [text, row] of [
      [FILE, 2],
      [refund, 3],
      [costs, 2],
    ] as const)
      await expect(apply(text, null, NOTE.why, true, true)).rejects.toThrow(
        new RegExp(`^row ${row} says money.*waits for a second person`),
      );
    expect([await count("usage_line"), await count("other_cost")]).toEqual([0, 0]);
    await apply("feature,day,ok\nchat,2026-11-20,100\n", null, NOTE.why, true, true);
    expect(await count("usage_line")).toBe(1);
  });

  test("shows what each row says and what it changes, and writes nothing", async () => {
    const { preview } = staged();
    const shown = await preview(FILE);
    expect(shown).toMatchObject({
      fileName: "november.csv",
      table: "usage",
      rowCount: 3,
      wrongCount: 0,
      mayApply: true,
    });
    expect(shown.rows[0]).toMatchObject({
      row: 2,
      feature: "chat",
      okMicro: "100000000",
      failedMicro: "3000000",
      faults: [],
    });
    expect(shown.effects).toEqual([
      {
        feature: "chat",
        source: "csv",
        okBeforeMicro: null,
        okAfterMicro: "150000000",
        money: [{ currency: "CNY", before: "0", after: "3500000" }],
        added: 4,
        replaced: 0,
        unchanged: 0,
      },
      {
        feature: "draw",
        source: "csv",
        okBeforeMicro: null,
        okAfterMicro: "7000000",
        money: [],
        added: 1,
        replaced: 0,
        unchanged: 0,
      },
    ]);
    expect([await count("usage_line"), await count("revenue_line"), await count("usage_source")]).toEqual([0, 0, 0]);
  });

  test("is taken in one revision that names it, and does as the preview said; a second time it changes nothing", async () => {
    const { preview, apply } = staged();
    const applied = await apply(FILE);
    expect(applied).toMatchObject({ added: 5, replaced: 0, unchanged: 0 });
    const acts = await db.query<{ why: string; source: string }>("SELECT why, source FROM revision WHERE id = $1", [
      applied.revisionId,
    ]);
    expect(acts).toEqual([{ why: "units of November", source: "november.csv" }]);
    expect(await apply(FILE)).toEqual({ revisionId: null, added: 0, replaced: 0, unchanged: 5 });
    const corrected = FILE.replace(",50,", ",60,");
    const { effects } = await preview(corrected);
    expect(effects[0]).toMatchObject({
      okBeforeMicro: "150000000",
      okAfterMicro: "160000000",
      added: 1,
      replaced: 1,
      unchanged: 3,
    });
    expect(await apply(corrected)).toMatchObject({ added: 1, replaced: 1, unchanged: 4 });
  });

  test("with one wrong row is refused whole, in words that name row and column", async () => {
    const { preview, apply } = staged();
    const wrong = FILE.replace("50,,1,CNY", '"1,234.5",,1,CNY');
    await expect(apply(wrong)).rejects.toThrow(
      /1 cannot be taken and nothing was stored\. The first: row 3, column ok: "1,234\.5" has thousands separators/,
    );
    const shown = await preview(wrong, { ...PAGE, show: "wrong" });
    expect(shown).toMatchObject({ mayApply: false, wrongCount: 1, total: 1, effects: [] });
    expect(await count("usage_line")).toBe(0);
  });

  test.each([
    ["an unknown feature", "feature,day,ok\nchta,2026-11-20,5\n", [[2, "feature", "feature_unknown", null]]],
    ["negative units", "feature,day,ok\nchat,2026-11-20,-5\n", [[2, "ok", "negative", null]]],
    [
      "rows that overlap",
      "feature,from,to,ok\nchat,2026-11-19,2026-11-21,5\ndraw,2026-11-19,2026-11-20,1\nchat,2026-11-20,2026-11-22,5\n",
      [
        [2, "from", "overlap", 4],
        [4, "from", "overlap", 2],
      ],
    ],
    [
      "a day twice",
      "功能,日期,产量\nchat,2026-11-20,5\n\nchat,2026-11-20,6\n",
      [
        [2, "日期", "overlap", 4],
        [4, "日期", "overlap", 2],
      ],
    ],
    ["tomorrow", "feature,day,ok\nchat,2026-11-20,5\nchat,2026-11-23,5\n", [[3, "day", "future", null]]],
    ["nothing", "feature,day,ok\nchat,2026-11-20,\n", [[2, "", "nothing_said", null]]],
    ["failed alone", "feature,day,ok,failed\nchat,2026-11-20,,5\n", [[2, "failed", "failed_alone", null]]],
  ])("that says %s is told where", async (_, text, expected) => {
    const { preview, apply } = staged();
    const { rows } = await preview(text);
    expect(rows.flatMap(({ faults }) => faults.map((f) => [f.row, f.field, f.code, f.other]))).toEqual(expected);
    await expect(apply(text)).rejects.toThrow(/nothing was stored/);
  });

  test("that says a part of what another file said is told of which time", async () => {
    const { preview, apply } = staged();
    await apply("feature,from,to,ok\nchat,2026-11-01,2026-11-11,100\n");
    const { rows } = await preview("feature,day,ok\nchat,2026-11-05,5\n");
    expect(rows[0]?.faults).toMatchObject([
      { row: 2, field: "day", code: "overlap_kept", expected: "2026-10-31T16:00:00.000Z – 2026-11-10T16:00:00.000Z" },
    ]);
  });

  test("needs a reason and rows", async () => {
    const { preview, apply } = staged();
    await expect(apply(FILE, null, " ")).rejects.toThrow(/why/);
    expect((await preview("feature,day,ok\n")).fault).toMatchObject({ key: "empty" });
    expect((await preview("a,b\n1,2\n")).fault).toMatchObject({ key: "header", read: "a, b" });
    await expect(apply("a,b\n1,2\n")).rejects.toThrow(/cannot be read/);
    await expect(preview(FILE, PAGE, "RMB")).rejects.toThrow(/"RMB" is not one/);
  });

  test("takes the currency beside it where its rows have none", async () => {
    const { apply, usage } = staged();
    await apply("feature,day,revenue,refund\nchat,2026-11-20,5,1\n", "USD");
    const [row] = await db.query<{ n: number }>("SELECT count(*)::int AS n FROM revenue_line WHERE currency = 'USD'");
    expect(row?.n).toBe(2);
    expect(await usage.sources("chat")).toEqual([]); // it said nothing of units: no source counts
  });
});

test("a file of other costs is taken the same way", async () => {
  const { preview, apply, usage } = staged();
  const file =
    "feature,kind,per_day,currency,from,to,note\nchat,storage,12.5,CNY,2026-11-01,,\ndraw,third_party,3,USD,2026-11-01,2026-12-01,search\n";
  expect(await preview(file)).toMatchObject({ table: "other_costs", mayApply: true, effects: [] });
  expect(await apply(file)).toMatchObject({ added: 2, replaced: 0 });
  expect(await apply(file)).toMatchObject({ revisionId: null, unchanged: 2 });
  expect((await usage.otherCostRows(null)).map((c) => [c.feature, c.kind, c.perDayMicro, c.note])).toEqual([
    ["chat", "storage", "12500000", ""],
    ["draw", "third_party", "3000000", "search"],
  ]);
  const wrong = `${file}chat,storage,5,CNY,2026-11-15,,\nnope,storage,5,CNY,2026-11-15,,\n`;
  const shown = await preview(wrong);
  expect(shown.rows.flatMap(({ faults }) => faults.map((f) => [f.row, f.code, f.other]))).toEqual([
    [2, "overlap", 4],
    [4, "overlap", 2],
    [5, "feature_unknown", null],
  ]);
});
