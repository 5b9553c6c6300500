import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckItem, CheckResult } from "../../db/model/patrol.ts";
import type { ReportBlock, ReportDocument } from "../../db/model/report-document.ts";
import { REPORT_KINDS } from "../../db/model/report.ts";
import { DAY_MS, MINUTE_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { lastPeriod } from "../../server/domain/patrol/periods.ts";
import { decodeArchive, encodeArchive } from "../../web/lib/archive-url.ts";
import { checkSentence, measureText } from "../../web/lib/check-text.ts";
import { decodeCoverage, encodeCoverage } from "../../web/lib/coverage-url.ts";
import { dayAt } from "../../web/lib/day-range.ts";
import { makeFormat } from "../../web/lib/format.ts";
import { lastPeriodName } from "../../web/lib/last-period.ts";
import { countOf, reportDiff } from "../../web/lib/report-diff.ts";
import { wallInstant, wallText } from "../../web/lib/wall-time.ts";
import { calendarFrom, calendarWeeks } from "../../web/panels/patrol/coverage-days.ts";
import { sampleDocument } from "../fixtures/report-sample.ts";

describe("a report against another", () => {
  const en = sampleDocument("en");
  const withBlocks = (blocks: readonly ReportBlock[]): ReportDocument => ({
    ...en,
    sections: [{ id: "one", title: "One", blocks }],
  });
  const table = (rows: readonly (readonly string[])[]): ReportBlock => ({
    kind: "table",
    id: "t",
    title: "T",
    columns: [
      { id: "what", label: "What", align: "left", kind: "text" },
      { id: "n", label: "N", align: "right", kind: "number" },
    ],
    rows: rows.map((row) => row.map((text) => ({ text, value: text }))),
    total: null,
    note: "",
  });

  test("that says the same has no difference", () => {
    expect(reportDiff(en, sampleDocument("en"))).toEqual([]);
  });

  test("shows each figure, sentence and cell that differs, and nothing else", () => {
    const before = withBlocks([
      table([
        ["a", "1"],
        ["b", "2"],
        ["c", "3"],
      ]),
      { kind: "text", text: "old", tone: "ok" },
    ]);
    const after = withBlocks([
      table([
        ["b", "2"],
        ["a", "9"],
        ["d", "4"],
      ]),
      { kind: "text", text: "new", tone: "ok" },
    ]);
    const [section, ...rest] = reportDiff(before, after);
    expect(rest).toEqual([]);
    expect(section?.tables[0]?.rows).toEqual([
      { kind: "changed", name: "a", cells: [{ name: "N", before: "1", after: "9" }] },
      { kind: "added", name: "d" },
      { kind: "removed", name: "c" },
    ]);
    expect(section?.texts).toEqual([
      { name: "", before: null, after: "new" },
      { name: "", before: "old", after: null },
    ]);
    expect(countOf(section!)).toBe(5);
  });

  test("keeps rows of one name apart", () => {
    const of = (...numbers: string[]) => withBlocks([table(numbers.map((n) => ["a", n]))]);
    expect(reportDiff(of("1", "2"), of("9", "2"))[0]?.tables[0]?.rows).toEqual([
      { kind: "changed", name: "a", cells: [{ name: "N", before: "1", after: "9" }] },
    ]);
    expect(reportDiff(of("1", "2"), of("1"))[0]?.tables[0]?.rows).toEqual([{ kind: "removed", name: "a" }]);
  });

  test("tells columns of one label apart, and leaves out what itself compares", () => {
    const column = (id: string) => ({ id, label: "L", align: "right", kind: "number" }) as const;
    const of = (...texts: string[]): ReportBlock => ({
      kind: "table",
      id: "t",
      title: "T",
      columns: [{ id: "what", label: "What", align: "left", kind: "text" }, column("n"), column("m"), column("change")],
      rows: [["a", ...texts].map((text) => ({ text, value: text }))],
      total: null,
      note: "",
    });
    expect(reportDiff(withBlocks([of("1", "2", "x")]), withBlocks([of("1", "3", "y")]))[0]?.tables[0]?.rows).toEqual([
      { kind: "changed", name: "a", cells: [{ name: "L (3)", before: "2", after: "3" }] },
    ]);
  });

  test("names sections that came and went", () => {
    const gone = { ...en, sections: en.sections.slice(1) };
    expect(reportDiff(en, gone).map(({ id }) => id)).toEqual(["summary"]);
    expect(reportDiff(gone, en).map(({ id }) => id)).toEqual(["summary"]);
  });
});

test("the period a form begins with is the server's last one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2000, 0, 15), max: Date.UTC(2035, 0, 1) }),
      fc.constantFrom("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Chatham"),
      fc.constantFrom(...REPORT_KINDS),
      (at, zone, kind) => {
        expect(lastPeriodName(kind, dayAt(at, zone))).toBe(lastPeriod(kind, zone, unixMs(at)).name);
      },
    ),
  );
});

test("a minute of a wall clock and back is the same minute, where clocks do not change", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2020, 0, 1) / MINUTE_MS, max: Date.UTC(2030, 0, 1) / MINUTE_MS }),
      fc.constantFrom("UTC", "Asia/Shanghai", "Asia/Kathmandu"),
      (minute, zone) => {
        expect(wallInstant(wallText(minute * MINUTE_MS, zone), zone)).toBe(minute * MINUTE_MS);
      },
    ),
  );
  expect(wallInstant("2026-07-01T00:00", "America/New_York")).toBe(Date.UTC(2026, 6, 1, 4));
  expect(wallInstant("2026-13-01T00:00", "UTC")).toBeNull();
  expect(wallInstant("tomorrow", "UTC")).toBeNull();
});

describe("the calendar of coverage", () => {
  const today = "2026-11-22"; // a Sunday
  test("has 13 whole weeks from Monday to today, each day once", () => {
    const days = calendarWeeks({ byDay: [] }, today).flat();
    expect(days).toHaveLength(91);
    expect(new Set(days.map((day) => day?.day)).size).toBe(91);
    expect(days[0]?.day).toBe("2026-08-24");
    expect(calendarFrom(today)).toBe("2026-08-24");
    expect(days.at(-1)?.day).toBe(today);
    expect(calendarWeeks({ byDay: [] }, "2026-11-18").at(-1)?.slice(3)).toEqual([null, null, null, null]);
  });

  test("calls no day whole that misses a minute, and none poor that was not ours", () => {
    const weeks = calendarWeeks(
      {
        byDay: [
          { day: "2026-11-21", ownedMs: 1e13, observedMs: 1e13 - MINUTE_MS },
          { day: "2026-11-20", ownedMs: DAY_MS, observedMs: DAY_MS },
          { day: "2026-11-19", ownedMs: DAY_MS, observedMs: DAY_MS / 2 },
        ],
      },
      today,
    );
    expect(weeks.at(-1)?.map((day) => day?.level)).toEqual(["none", "none", "none", "poor", "whole", "high", "open"]);
  });
});

describe("what a check found", () => {
  const item: CheckItem = {
    id: "x",
    group: "cards",
    title: { zh: "题", en: "title" },
    unit: "ratio",
    sentences: {
      found: { zh: "{costMicro}，{busyRatio}，{name}，{none}", en: "{costMicro} {busyRatio} {name} {none}" },
    },
    advice: { zh: "", en: "" },
    source: "",
  };
  const found: CheckResult = {
    id: "x",
    verdict: "bad",
    because: "found",
    values: { costMicro: "1234500000", busyRatio: 0.5, name: "{costMicro}<b>", none: null },
    measure: 0.25,
    before: null,
    named: [],
  };
  const by = {
    format: makeFormat("en", "UTC"),
    lang: "en",
    currency: "CNY",
    t: ((key: string) => key) as never,
  } as const;

  test("is filled once: a name cannot fill itself in", () => {
    expect(checkSentence({ item, result: found }, by)).toBe("¥1,234.50 50.0% {costMicro}<b> –");
  });
  test("is a dash where it is not known, and nothing where no sentence fits", () => {
    expect(measureText(null, { ...item, unit: "ratio" }, by)).toBe("–");
    expect(measureText(0.25, { ...item, unit: "ratio" }, by)).toBe("25.0%");
    expect(checkSentence({ item, result: { ...found, because: "toString" } }, by)).toBe("");
  });
});

test("addresses of coverage and the archive survive the way there and back, whatever stands in them", () => {
  fc.assert(
    fc.property(fc.webQueryParameters(), (text) => {
      const params = new URLSearchParams(text);
      const coverage = decodeCoverage(params);
      expect(decodeCoverage(encodeCoverage(coverage))).toEqual(coverage);
      const archive = decodeArchive(params);
      expect(decodeArchive(encodeArchive(archive))).toEqual(
        archive.kinds.length === 3 ? { ...archive, kinds: [] } : archive,
      );
    }),
  );
  const said = new URLSearchParams(
    "day=2026-11-20&vendor=a&vendor=b&region=%3Cb%3E&kind=daily&schedule=3&superseded=1&q=x",
  );
  expect(decodeCoverage(said).scope).toMatchObject({ vendors: ["a", "b"], regions: ["<b>"] });
  expect(decodeArchive(said)).toEqual({ q: "x", kinds: ["daily"], definitionId: 3, withSuperseded: true });
  expect(decodeCoverage(new URLSearchParams("day=2026-13-40")).day).toBe("");
});
