import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Feature } from "../../../../db/model/feature.ts";
import type { WrittenFeature, WrittenRule } from "../../../../db/model/mapping-views.ts";
import { HOUR_MS } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import { pathText, type WrittenFault } from "../../../../server/domain/mapping/faults.ts";
import { readFeature } from "../../../../server/domain/mapping/written-features.ts";
import { MoneyReader } from "../../../../server/domain/mapping/written-money.ts";
import { readRules, writeHour } from "../../../../server/domain/mapping/written-rules.ts";
import { readInstant } from "../../../../server/domain/pricing/wall-clock.ts";
import "../../../tools/seed.ts";

const NOW = unixMs(Date.UTC(2026, 10, 22));
const features = new Map([
  ["chat", { isArchived: false }],
  ["old", { isArchived: true }],
]);
const rule = (over: Partial<WrittenRule> = {}): WrittenRule => ({ name: "chat", feature: "chat", match: {}, ...over });
const read = (rules: readonly WrittenRule[], zone = "Asia/Shanghai") => readRules(rules, { features, zone, now: NOW });
const told = (faults: readonly WrittenFault[]) =>
  faults.map(({ code, at, hint }) => `${code} ${pathText(at)}: ${hint}`);

describe("a rule", () => {
  test("is read with its instants in the zone, and stands for ever where it says none", () => {
    const { rules, faults } = read([rule({ from: "2026-11-01", to: "2026-11-02T09:00" }), rule({ name: "b" })]);
    expect(faults).toEqual([]);
    expect(rules.map(({ from, to }) => [from, to])).toEqual([
      [Date.UTC(2026, 9, 31, 16), Date.UTC(2026, 10, 2, 1)],
      [0, null],
    ]);
  });

  test.each<[string, WrittenRule[], string]>([
    [
      "of an unknown feature",
      [rule({ feature: "chta" })],
      "unknown_feature rules[0].feature: there is no feature of this key",
    ],
    [
      "of an archived feature that goes on",
      [rule({ feature: "old" })],
      "unknown_feature rules[0].feature: the feature is archived",
    ],
    ["with a bad pattern", [rule({ match: { pod: "a(" } })], "bad_pattern rules[0].match.pod: missing closing )"],
    ["with a bad label pattern", [rule({ match: { labels: { app: "[" } } })], "bad_pattern rules[0].match.labels.app"],
    [
      "with a label as Kubernetes writes it",
      [rule({ match: { labels: { "app.kubernetes.io/name": "x" } } })],
      'bad_value rules[0].match.labels.app.kubernetes.io/name: write it as kube-state-metrics does, with "_" for everything else: app_kubernetes_io_name',
    ],
    [
      "with a half hour",
      [rule({ from: "2026-11-01T09:30" })],
      "not_whole_hour rules[0].from: the ledger counts in whole hours of UTC; write 2026-11-01T10:00",
    ],
    ["with no date", [rule({ from: "next week" })], "bad_value rules[0].from: write a day or an hour"],
    [
      "that ends before it begins",
      [rule({ from: "2026-11-02", to: "2026-11-01" })],
      "bad_window rules[0].to: the rule ends before it begins",
    ],
    ["without a name", [rule({ name: " " })], "bad_value rules[0].name: give the rule a name"],
    ["with a name nobody can read", [rule({ name: "a\u0000b" })], "bad_value rules[0].name: it holds characters"],
    ["with a name without end", [rule({ name: "a".repeat(121) })], "too_long rules[0].name"],
    ["said twice", [rule(), rule()], "duplicate_name rules[1].name: rule 1 has this name too"],
    [
      "that overlaps itself",
      [rule({ to: "2026-11-02" }), rule({ from: "2026-11-01" })],
      "overlap rules[1].from: rule 1 of the same name holds then too",
    ],
  ])("%s is refused with place and way out", (_, rules, expected) => {
    const faults = told(read(rules).faults);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(expected);
  });

  test("of an archived feature may stand for hours that are over", () => {
    expect(read([rule({ feature: "old", to: "2026-11-01" })]).faults).toEqual([]);
  });

  test("may follow one of its name, or come before it", () => {
    expect(read([rule({ to: "2026-11-01" }), rule({ from: "2026-11-01" })]).faults).toEqual([]);
    expect(read([rule({ from: "2026-11-01" }), rule({ to: "2026-11-01" })]).faults).toEqual([]);
  });

  test("of a zone with half hours says which hour is meant", () => {
    expect(told(read([rule({ from: "2026-11-01" })], "Asia/Kolkata").faults)).toEqual([
      "not_whole_hour rules[0].from: the ledger counts in whole hours of UTC; write 2026-11-01T00:30",
    ]);
  });

  test("too many of them are refused once", () => {
    const many = Array.from({ length: 1_001 }, (_, i) => rule({ name: `r${i}` }));
    expect(told(read(many).faults)).toEqual(["too_long rules: write at most 1000"]);
  });
});

test("an hour is written so that it reads back, in zones with half hours and in hours that come twice", () => {
  const zone = fc.constantFrom("UTC", "Asia/Shanghai", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe");
  fc.assert(
    fc.property(fc.integer({ min: 24 * 366, max: 24 * 366 * 80 }), zone, (hour, zone) => {
      const at = unixMs(hour * HOUR_MS);
      expect(readInstant(writeHour(at, zone), zone)).toBe(at);
    }),
    { numRuns: 500 },
  );
  const twice = unixMs(Date.UTC(2026, 10, 1, 6)); // 01:00 in New York for the second time
  expect(writeHour(twice, "America/New_York")).toBe("2026-11-01T06:00:00.000Z");
});

describe("a feature", () => {
  const before: Feature = {
    id: 1,
    key: "chat",
    name: "Chat",
    team: "assistant",
    kind: "training",
    unit: "1k tokens",
    unitSource: "",
    owns: [],
    archivedAt: null,
  };
  const one = (written: WrittenFeature, known?: Feature) => {
    const faults: WrittenFault[] = [];
    return { terms: readFeature(written, known, NOW, [], faults), faults: told(faults) };
  };

  test("keeps what is not said, and is called by its key where it has no name", () => {
    expect(one({ key: "chat", team: "" }, before).terms).toMatchObject({ name: "Chat", team: "", kind: "training" });
    expect(one({ key: "new" }).terms).toMatchObject({ name: "new", team: "", kind: "inference", archivedAt: null });
    expect(one({ key: "chat", archived: true }, before).terms.archivedAt).toBe(NOW);
    expect(one({ key: "chat", archived: false }, { ...before, archivedAt: NOW }).terms.archivedAt).toBeNull();
  });

  test.each<[WrittenFeature, string]>([
    [{ key: "Chat" }, "bad_key key"],
    [{ key: "unattributed" }, "the ledger calls card-time without a feature so"],
    [{ key: "__proto__" }, "bad_key key"],
    [{ key: "a", name: "x".repeat(121) }, "too_long name"],
    [{ key: "a", kind: "gaming" as "other" }, "bad_value kind: write one of inference"],
    [{ key: "a", owns: [{}] }, "bad_value owns[0]: it would own every pool"],
    [{ key: "a", owns: [{ billing: "weekly" as "spot" }] }, "bad_value owns[0].billing"],
    [{ key: "a", team: "\u0007" }, "bad_value team"],
  ])("that is wrong is refused: %o", (written, expected) => {
    expect(one(written).faults.join()).toContain(expected);
  });
});

describe("money", () => {
  const reader = () =>
    new MoneyReader({
      features: new Set(["chat"]),
      zone: "Asia/Shanghai",
      currencyFault: (code) => (code === "CNY" ? null : "CNY"),
    });
  const price = (over: object) => ({ feature: "chat", price: "0.02", currency: "CNY", ...over });

  test("is read without a float in between", () => {
    const rows = reader().unitPrices([price({ price: "1234567890123.123456", from: "2026-11-01" })]);
    expect(rows).toMatchObject([
      { perUnitMicro: 1_234_567_890_123_123_456n, from: Date.UTC(2026, 9, 31, 16), to: null },
    ]);
  });

  test.each([
    [{ price: "1,234.5" }, "unitPrices[0].price: write a plain decimal"],
    [{ price: "=1+1" }, "unitPrices[0].price: write a plain decimal"],
    [{ price: "1e3" }, "unitPrices[0].price"],
    [{ price: "-1" }, "unitPrices[0].price: write it without a minus"],
    [{ price: "0.1234567" }, "unitPrices[0].price"],
    [{ currency: "RMB" }, "unitPrices[0].currency: did you mean CNY?"],
    [{ feature: "chta" }, "unknown_feature unitPrices[0].feature"],
    [{ from: "9:15" }, "bad_value unitPrices[0].from: write a day or an hour"],
    [{ from: "2026-11-02", to: "2026-11-01" }, "bad_window unitPrices[0].to"],
  ])("that cannot be read is refused: %o", (over, expected) => {
    const read = reader();
    read.unitPrices([price(over)]);
    expect(told(read.faults).join()).toContain(expected);
  });

  test("may begin at any minute, as on the page", () => {
    const read = reader();
    expect(read.unitPrices([price({ from: "2026-11-01T09:15" })])).toMatchObject([
      { from: Date.UTC(2026, 10, 1, 1, 15) },
    ]);
    expect(read.faults).toEqual([]);
  });

  test("of one feature holds once at a time", () => {
    const read = reader();
    read.unitPrices([price({ from: "2026-11-01" }), price({ to: "2026-11-02" })]);
    expect(told(read.faults)).toEqual([
      "overlap unitPrices[0].from: entry 2 says something of the same time; end one where the other begins",
    ]);
  });

  test("of a day counts in whole days of the zone", () => {
    const cost = { feature: "chat", kind: "storage", perDay: "120", currency: "CNY", from: "2026-11-01T09:00" };
    const read = reader();
    read.otherCosts([cost, { ...cost, kind: "rent", from: "2026-11-01" }]);
    expect(told(read.faults)).toEqual([
      "bad_value otherCosts[0].from: it counts in whole days; write 2026-11-01",
      "bad_value otherCosts[1].kind: write one of storage, traffic, third_party, other",
    ]);
  });

  test("that went back is written as what was paid, and kept below zero", () => {
    const line = {
      feature: "chat",
      kind: "refund",
      amount: "12.5",
      currency: "CNY",
      from: "2026-11-01",
      to: "2026-11-02",
    };
    expect(reader().revenue([line])).toMatchObject([
      { kind: "refund", amountMicro: -12_500_000n, source: "features.yaml" },
    ]);
    const read = reader();
    read.revenue([{ ...line, to: "2026-12-31" }]);
    expect(told(read.faults).join()).toContain("at most a month at once");
  });
});
