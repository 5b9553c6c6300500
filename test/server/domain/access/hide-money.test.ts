import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isMoneyKey, MONEY_KEYS, UNIT_KEYS, withoutMoney } from "../../../../server/domain/access/hide-money.ts";

/** Money by its name or by its words, in what the server answers. */
const SOURCES = [
  ...readdirSync("db/model")
    .filter((name) => /views|groups|delta|tier|patrol|report|feature|price|ledger|import/.test(name))
    .map((name) => `db/model/${name}`),
  "reports/report-value.ts",
  "reports/report-facts.ts",
];
const keys = SOURCES.flatMap((path) =>
  [...readFileSync(path, "utf8").matchAll(/readonly (\w+)\??: ([^;]+);([^\n]*)/g)].map(
    ([, key = "", type = "", note = ""]) => ({
      path,
      key,
      type,
      note,
    }),
  ),
);

/** Hidden by what stands beside them: the cases below have each of them. */
const BY_COMPANY = new Set(["before", "after", "value"]);

test("every key of a view that holds money is known to what hides it (API-05)", () => {
  const typed = keys.filter(({ key, type }) => /\bMicro(Text)?\b/.test(type) || /micro/i.test(key));
  expect(typed.length).toBeGreaterThan(100);
  const missed = typed.filter(({ key }) => !isMoneyKey(key) && !UNIT_KEYS.has(key) && !BY_COMPANY.has(key));
  expect(missed.filter(({ key }) => key !== "unitsPerCount")).toEqual([]);
});

test("ratios of money are hidden as money is, and units are not", () => {
  const words = /margin|revenue|roi\b|profit|saving|waste/i;
  const told = keys.filter(({ key, type }) => words.test(key) && /number|string/.test(type) && !/At$|From$/.test(key));
  const missed = told.filter(({ key }) => !isMoneyKey(key));
  expect(missed.map(({ path, key }) => `${path} ${key}`)).toEqual([]);
  for (const key of UNIT_KEYS) expect(isMoneyKey(key), key).toBe(false);
});

const hiddenCases: readonly (readonly [string, object, object])[] = [
  ["amounts", { costMicro: "7", okMicro: "8", poolId: 3 }, { costMicro: null, okMicro: "8", poolId: 3 }],
  ["lists of amounts", { micro: ["1", "2"], ms: [1] }, { micro: [null, null], ms: [1] }],
  [
    "lists by currency",
    { micro: [{ currency: "CNY", micro: "5" }], storedMicro: [{ currency: "CNY", micro: "6" }] },
    { micro: [{ currency: "CNY", micro: null }], storedMicro: [{ currency: "CNY", micro: null }] },
  ],
  ["ratios", { marginRatio: 0.2, roi: 3, utilisation: 0.5 }, { marginRatio: null, roi: null, utilisation: 0.5 }],
  ["days of money", { byDay: ["1", null] }, { byDay: [null, null] }],
  ["days of time", { byDay: [{ day: "2026-11-01", ownedMs: 4 }] }, { byDay: [{ day: "2026-11-01", ownedMs: 4 }] }],
  ["an import", { currency: "CNY", before: "1", after: "2" }, { currency: "CNY", before: null, after: null }],
  [
    "a line of features.yaml",
    { what: "unit_price", name: "chat", fields: [{ field: "price", before: "1", after: "2" }] },
    { what: "unit_price", name: "chat", fields: [] },
  ],
  [
    "a rule of the same file",
    { what: "rule", name: "chat", fields: [{ field: "pod", before: "a", after: "b" }] },
    { what: "rule", name: "chat", fields: [{ field: "pod", before: "a", after: "b" }] },
  ],
  [
    "a price that moved",
    { kind: "price", perDayMicro: "9", values: { cards: 2, before: "1", now: "2", ratio: 1 } },
    { kind: "price", perDayMicro: null, values: { cards: null, before: null, now: null, ratio: null } },
  ],
  [
    "evidence",
    { signal: "waste_per_day", value: 12_345, threshold: 10_000, at: 1, text: "12,345" },
    { signal: "waste_per_day", value: null, threshold: null, at: 1, text: "" },
  ],
  [
    "a threshold",
    { kind: "money", measure: "margin", threshold: 0.2 },
    { kind: "money", measure: "margin", threshold: null },
  ],
  [
    "an incident",
    { ruleId: "u-waste", isOfMoney: true, summary: { zh: "浪费 777", en: "wasted 777" } },
    {
      ruleId: "u-waste",
      isOfMoney: true,
      summary: { zh: "与金额有关，金额不可见", en: "about money; the amounts are hidden" },
    },
  ],
  [
    "the page of one",
    {
      row: { family: "money" },
      timeline: [{ at: 1, body: { costPerHour: "777" } }],
      deliveries: [{ title: "wasted 777" }],
    },
    { row: { family: "money" }, timeline: [{ at: 1, body: null }], deliveries: [{ title: "" }] },
  ],
  ["a ladder", { key: "ratio", value: 1.3, text: "7" }, { key: "ratio", value: null, text: "7" }],
  [
    "a check of cost",
    {
      item: { id: "spend", group: "cost", unit: "ratio" },
      result: { values: { idleRatio: 0.3 }, measure: 0.3, before: 0.2, named: ["a"] },
      history: [{ at: 1, measure: 4 }],
      condition: null,
    },
    {
      item: { id: "spend", group: "cost", unit: "ratio" },
      result: { values: { idleRatio: null }, measure: null, before: null, named: [] },
      history: [{ at: 1, measure: null }],
      condition: null,
    },
  ],
  [
    "a headline",
    { valueHash: "ab", headline: { zh: "花费 777", en: "cost 777" } },
    { valueHash: "ab", headline: { zh: "", en: "" } },
  ],
  [
    "a margin's change",
    { kind: "feature_margin", now: { unit: "ratio", value: 0.1 }, before: { unit: "ratio", value: 0.2 } },
    { kind: "feature_margin", now: { unit: "ratio", value: null }, before: { unit: "ratio", value: null } },
  ],
  ["an audit", { after: { amount_micro: "7", name: "a" } }, { after: { amount_micro: null, name: "a" } }],
  [
    "a wish that waits",
    { input: { prices: [{ price: { amount: "18.5" } }] } },
    { input: { prices: [{ price: { amount: null } }] } },
  ],
];
test.each(hiddenCases)("no money is left in %s", (_, answer, shown) => expect(withoutMoney(answer)).toEqual(shown));

const CANARY = "777130042";
test("whatever an answer is made of, an amount under any money key is gone, and all else is as it was", () => {
  const key = fc.constantFrom("costMicro", "micro", "powerMicroPerKwh", "amount_micro", ...MONEY_KEYS);
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(null, "text", 4, true),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.record({ plain: tie("node"), list: fc.array(tie("node"), { maxLength: 2 }) }),
      fc
        .tuple(key, fc.oneof(fc.constant(CANARY), fc.constant([CANARY, null]), tie("node")))
        .map(([k, v]) => ({ [k]: v, id: 1 })),
    ),
  })).node;
  fc.assert(
    fc.property(tree, (answer) => {
      const shown = withoutMoney(answer);
      expect(JSON.stringify(shown) ?? "").not.toContain(CANARY);
      expect(withoutMoney(shown)).toEqual(shown); // nothing is left to hide
    }),
    { numRuns: 100 },
  );
});
