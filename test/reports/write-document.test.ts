import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LANGUAGES, type Language } from "../../db/model/channel.ts";
import { decimalMoney, MICRO, parseMoney } from "../../db/model/money.ts";
import type { ReportDocument, ReportTable } from "../../db/model/report-document.ts";
import { REPORT_KINDS } from "../../db/model/report.ts";
import { chatDigest, plainText } from "../../reports/digest.ts";
import { makeValue } from "../../reports/make-value.ts";
import type { ReportValue } from "../../reports/report-value.ts";
import { documentOf } from "../../reports/write-document.ts";
import { EN } from "../../reports/words/en.ts";
import { ZH } from "../../reports/words/zh.ts";
import { withoutMoney } from "../../server/domain/access/hide-money.ts";
import { sampleFacts } from "../fixtures/report-facts.ts";
import { HOSTILE_NAMES, sampleDocument } from "../fixtures/report-sample.ts";
import "../tools/seed.ts";

/** `DAPAN_GOLDEN=write` writes them anew; a change to them is a change of what people read. */
const GOLDEN = path.resolve("test/golden/reports");
const FRAME = { link: "https://dapan.example/patrol/reports/7", madeAt: Date.UTC(2026, 10, 16, 1, 7) };

function golden(file: string, text: string): void {
  const at = path.join(GOLDEN, file);
  if (process.env["DAPAN_GOLDEN"] === "write" || !existsSync(at)) {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(at, text);
    if (process.env["DAPAN_GOLDEN"] !== "write") throw new Error(`${at} was not there and is written now: look at it`);
  }
  expect(text).toBe(readFileSync(at, "utf8"));
}

const tables = ({ sections }: ReportDocument): ReportTable[] =>
  sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === "table" ? block : [])));
const table = (document: ReportDocument, id: string): ReportTable => tables(document).find((one) => one.id === id)!;

const value = makeValue(sampleFacts());

describe("golden files", () => {
  test("the value of a weekly report", () => golden("weekly.value.json", `${JSON.stringify(value, null, 1)}\n`));
  for (const kind of REPORT_KINDS)
    for (const language of LANGUAGES)
      test(`${kind} in ${language}, as text and as a digest`, () => {
        const document = documentOf(makeValue(sampleFacts({ kind })), language, FRAME);
        const { title, lines, link } = chatDigest(document);
        golden(`${kind}.${language}.txt`, plainText(document));
        golden(`${kind}.${language}.digest.txt`, [title, ...lines, `${link?.label}: ${link?.url}`, ""].join("\n"));
      });
});

describe("a document", () => {
  test("both languages have the same sections, tables, rows and figures", () => {
    for (const kind of REPORT_KINDS) {
      const own = makeValue(sampleFacts({ kind }));
      const [zh, en] = LANGUAGES.map((language) => documentOf(own, language, FRAME)) as [
        ReportDocument,
        ReportDocument,
      ];
      expect(zh.sections.map(({ id }) => id)).toEqual(en.sections.map(({ id }) => id));
      expect(tables(zh).map(({ id }) => id)).toEqual(tables(en).map(({ id }) => id));
      const figures = (document: ReportDocument): unknown[] =>
        tables(document).map(({ columns, rows }) =>
          rows.map((row) => row.map(({ value: figure }, i) => (columns[i]?.kind === "text" ? null : figure))),
        );
      expect(figures(zh)).toEqual(figures(en));
    }
  });

  test("tables are rectangles with ids that can name a file, each once", () => {
    for (const kind of REPORT_KINDS) {
      const all = tables(documentOf(makeValue(sampleFacts({ kind, cards: 3000 })), "en", FRAME));
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
      for (const { id, columns, rows, total } of all) {
        expect(id).toMatch(/^[a-z0-9-]+$/);
        expect(new Set(columns.map((one) => one.id)).size, id).toBe(columns.length);
        for (const row of total === null ? rows : [...rows, total]) expect(row, id).toHaveLength(columns.length);
      }
    }
  });

  test("money in a table is the exact amount of the value, and sums to the total", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 1e6 }), (cards, seed) => {
        const own = makeValue(sampleFacts({ cards, seed }));
        const { rows, total } = table(documentOf(own, "en", FRAME), "by-vendor");
        expect(rows.map((row) => row[3]?.value)).toEqual(
          own.fleet.groups.vendor.map(({ costMicro }) => decimalMoney(BigInt(costMicro ?? "0"))),
        );
        expect(total?.[3]?.value).toBe(decimalMoney(BigInt(own.fleet.total.costMicro ?? "0")));
      }),
      { numRuns: 30 },
    );
  });

  test("what a cell shows is its value rounded, and a dash or nothing stands for what is not known and for nothing else", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 1e6 }), (cards, seed) => {
        for (const kind of REPORT_KINDS)
          for (const { id, columns, rows, total } of tables(
            documentOf(makeValue(sampleFacts({ kind, cards, seed })), "en", FRAME),
          ))
            for (const row of total === null ? rows : [...rows, total])
              for (const [i, cell] of row.entries()) {
                const column = columns[i]!;
                if (column.kind === "text") continue;
                expect(cell.value === null, `${id} ${column.id}`).toBe(cell.text === "–" || cell.text === "");
                if (column.kind !== "money" || cell.value === null) continue;
                const micro = parseMoney(String(cell.value))!;
                if (micro >= MICRO || micro === 0n) expect(cell.text.replaceAll(",", "")).toBe(decimalMoney(micro, 2));
              }
      }),
      { numRuns: 20 },
    );
  });

  test("the headline, the cover, the table and the digest say one cost", () => {
    for (const language of LANGUAGES) {
      const document = documentOf(value, language, FRAME);
      const cost = document.sections[0]!.blocks.flatMap((block) => (block.kind === "figures" ? block.items : []))[0]!
        .text;
      expect(cost).toMatch(/^¥[\d,]+\.\d\d$/);
      expect(document.headline).toContain(cost);
      expect(document.digest[0]).toBe(document.headline);
      expect(`¥${String(table(document, "by-vendor").total?.[3]?.text)}`).toBe(cost);
      expect(plainText(document)).toContain(cost);
    }
  });

  test("no figure of a fleet that was never there is written as 0 where it is not known", () => {
    const document = documentOf(makeValue(sampleFacts({ cards: 0 })), "en", FRAME);
    const figures = document.sections[0]!.blocks.flatMap((block) => (block.kind === "figures" ? block.items : []));
    expect(figures.filter(({ text }) => text !== "–").map(({ label }) => label)).toEqual(["Incidents"]);
    expect(document.headline).toBe("No card of this scope was ours in this period.");
    expect(plainText(document)).not.toMatch(/¥0|NaN|Infinity|undefined|null/);
  });

  test("nothing reads NaN, Infinity, undefined or a key of ours", () => {
    for (const kind of REPORT_KINDS)
      for (const language of LANGUAGES) {
        const text = plainText(documentOf(makeValue(sampleFacts({ kind, cards: 400 })), language, FRAME));
        expect(text).not.toMatch(/NaN|Infinity|undefined|\bnull\b|\{\w+\}|on_demand|idle_held|source_down/);
      }
  });

  test("the digest is a dozen lines at most, and has what a check found", () => {
    for (const language of LANGUAGES) {
      const { digest } = documentOf(value, language, FRAME);
      expect(digest.length).toBeLessThanOrEqual(12);
      expect(digest.some((line) => line.includes("¥123.46"))).toBe(true);
    }
  });

  test("a revision says which of the cover's figures are others than before", () => {
    const before: ReportValue = {
      ...value,
      figures: value.figures.map((one) =>
        one.id === "coverage" ? { ...one, now: { unit: "ratio", value: 0.5 } } : one,
      ),
    };
    const document = documentOf(value, "en", { ...FRAME, revision: 2, before });
    expect(document.supersedes).toBe("This replaces revision 1. Changed since: Coverage 50.00 % → 85.84 %.");
  });

  test("a period that is not over says so before any figure is believed", () => {
    const early = { ...value, through: (value.period.to - 3_600_000) as typeof value.through };
    expect(plainText(documentOf(early, "en", FRAME))).toContain(
      "Not complete: slots are closed up to 2026-11-15 23:00",
    );
  });
});

describe("hostile names", () => {
  const spoil = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, "");
  test("stand in the document as text, without what turns or hides the text around them", () => {
    const said = JSON.stringify(documentOf(makeValue(sampleFacts({ cards: 400 })), "en", FRAME));
    for (const name of HOSTILE_NAMES) expect(said).toContain(JSON.stringify(spoil(name)).slice(1, -1));
    expect(said).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b]/);
  });
});

test("the sample of the renderers has every kind of block in both languages", () => {
  for (const language of LANGUAGES satisfies readonly Language[]) {
    const kinds = sampleDocument(language).sections.flatMap(({ blocks }) => blocks.map(({ kind }) => kind));
    expect(new Set(kinds)).toEqual(new Set(["figures", "text", "list", "chart", "table"]));
  }
});

describe("what a reader stumbles over", () => {
  /** A price of a unit has four significant digits, whatever its size. */
  const OF_ANY_SIZE = new Set(["feature-units"]);

  test("figures of a column have the same count of decimals, so that points stand in line", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 7, 50, 331),
        fc.constantFrom(...REPORT_KINDS),
        fc.nat(1e6),
        (cards, kind, seed) => {
          const document = documentOf(makeValue(sampleFacts({ cards, kind, seed })), "en", FRAME);
          for (const { id, columns, rows, total } of tables(document).filter((one) => !OF_ANY_SIZE.has(one.id)))
            for (const [i, { align, kind: of }] of columns.entries()) {
              if (of === "text" || align === "left") continue;
              const shown = [...rows, ...(total === null ? [] : [total])].map((row) => row[i]!.text);
              const decimals = shown.flatMap((text) => /^-?[\d,]+(\.\d+)?(?: %)?$/.exec(text)?.slice(0, 2) ?? []);
              const counts = decimals.flatMap((_, at) => (at % 2 === 1 ? [(decimals[at] ?? "").length] : []));
              expect(new Set(counts).size, `${id}: ${columns[i]!.label}: ${shown.join(" | ")}`).toBeLessThan(2);
            }
        },
      ),
      { numRuns: 25 },
    );
  });

  test("one is one in English", () => {
    const one = { subject: "x", now: "1", before: "2", delta: "" };
    const said = [
      EN.change.cards_came(one),
      EN.change.cards_went(one),
      EN.change.new_rule(one),
      EN.more("1"),
      EN.digestChecks("1"),
      EN.digestReclaim("¥1.00", "1"),
      EN.checkSummary({ bad: 0, unknown: 0, warn: 1, ok: 0 }),
    ];
    for (const text of said) expect(text).not.toMatch(/\b1 (?:new |more )?(?:(?!is\b)\w+s|are)\b/);
    expect(EN.change.cards_came({ ...one, now: "2" })).toBe("2 new cards in x");
  });

  test("of nothing missing no causes are listed", () => {
    for (const words of [EN, ZH])
      expect(words.certificate("100.00 %", "504,000", "0")).not.toMatch(/0 missing|缺失的 0/);
  });
});

describe("for who may not see money", () => {
  test.each(LANGUAGES)(
    "what follows from money stands as hidden, not as unknown, and nothing of it is drawn (%s)",
    (language) => {
      const hidden = documentOf(withoutMoney(value), language, { ...FRAME, showsMoney: false });
      const whole = documentOf(value, language, FRAME);
      for (const { id, columns, rows, total } of tables(hidden))
        for (const [at, { kind, id: column }] of columns.entries())
          if (kind === "money" || column === "change" || column === "marginRatio")
            for (const row of total === null ? rows : [...rows, total])
              expect([id, column, row[at]?.text || "•••"]).toEqual([id, column, "•••"]); // "" says nothing
      const said = JSON.stringify(hidden);
      expect(said).not.toMatch(/[¥￥$€] ?\d/);
      expect(hidden.headline).not.toContain("–");
      const figure = (id: "margin" | "cost") => {
        const { label } = (language === "en" ? EN : ZH).figure[id];
        return hidden.sections.flatMap(({ blocks }) =>
          blocks.flatMap((block) => (block.kind === "figures" ? block.items.filter((one) => one.label === label) : [])),
        );
      };
      for (const one of [...figure("margin"), ...figure("cost")]) expect(one.text).toBe("•••");
      const charts = ({ sections }: ReportDocument) =>
        sections.flatMap(({ blocks }) => blocks.flatMap((block) => (block.kind === "chart" ? block.id : [])));
      expect(charts(whole)).toContain("cost-by-day");
      expect(charts(hidden)).not.toContain("cost-by-day");
    },
  );
});
