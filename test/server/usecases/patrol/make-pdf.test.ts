import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { LANGUAGES } from "../../../../db/model/channel.ts";
import type { ReportDocument } from "../../../../db/model/report-document.ts";
import { makeValue } from "../../../../reports/make-value.ts";
import { inked } from "../../../../reports/render/paper-data.ts";
import { documentOf } from "../../../../reports/write-document.ts";
import { systemClock } from "../../../../server/clock.ts";
import { pdfMaker } from "../../../../server/usecases/patrol/make-pdf.ts";
import { sampleFacts } from "../../../fixtures/report-facts.ts";
import { sampleDocument } from "../../../fixtures/report-sample.ts";
import { inflated, poppler, squeezed } from "../../../tools/pdf-looks.ts";

const scratch = mkdtempSync(join(tmpdir(), "dapan-pdf-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A document says it once; a page may break it over lines. */
function textsOf({ title, facts, sections }: ReportDocument): string[] {
  return [
    title,
    ...facts.map(({ text }) => text),
    ...sections.flatMap((section) => [
      section.title,
      ...section.blocks.flatMap((block) => {
        if (block.kind === "figures") return block.items.flatMap(({ label, text, delta }) => [label, text, delta]);
        if (block.kind === "text") return [block.text];
        if (block.kind === "list") return block.items.map(({ text }) => text);
        if (block.kind === "chart") return [block.title];
        const lines = [block.columns.map(({ label }) => ({ text: label })), ...block.rows, block.total ?? []];
        return [block.title, ...lines.flatMap((line) => line.map(({ text }) => text)), block.note];
      }),
    ]),
  ];
}

const A4 = { width: 595.28, height: 841.89 };
type Word = { readonly x: number; readonly y: number; readonly right: number; readonly bottom: number };
/** Words of each page, where they stand, in points. */
const wordsOf = (boxes: string): Word[][] =>
  boxes
    .split("<page ")
    .slice(1)
    .map((page) =>
      [...page.matchAll(/<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)"/g)].map(
        ([, x, y, right, bottom]) => ({ x: Number(x), y: Number(y), right: Number(right), bottom: Number(bottom) }),
      ),
    );

describe.each(LANGUAGES)("a weekly report as PDF (%s)", (language) => {
  const about = { link: "https://dapan.example.com/patrol/reports/1", madeAt: Date.UTC(2026, 10, 16, 1, 7) };

  test.each([
    [0, 1, 3],
    [50, 4, 7],
    [10_000, 12, 20],
  ])(
    "of %d cards has every text of the value, in fonts of its own, on pages that are full",
    async (cards, least, most) => {
      const document = documentOf(makeValue(sampleFacts({ cards })), language, about);
      const { bytes, pages } = await pdfMaker(systemClock)(document);
      expect(pages).toBeGreaterThanOrEqual(least);
      expect(pages).toBeLessThanOrEqual(most);
      expect(bytes.length).toBeLessThan(3 * 2 ** 20);

      const open = inflated(bytes);
      expect(open.match(/\/Type ?\/Outlines/g)).toHaveLength(1);
      const marks = open.match(/\/Dest\b|\/Title\b/g) ?? [];
      expect(marks.length).toBeGreaterThanOrEqual(document.sections.length); // a bookmark for each section
      for (const part of [`/Lang (${language === "en" ? "en" : "zh"}`, "/Author", "/CreationDate (D:20261116010700"])
        expect(open).toContain(part);

      const text = poppler("pdftotext", bytes, "-raw");
      const paper = text === null ? null : squeezed(text);
      if (paper !== null) for (const said of textsOf(document)) expect(paper).toContain(squeezed(inked(said)));
      const info = poppler("pdfinfo", bytes);
      if (info !== null) {
        expect(info).toMatch(new RegExp(`^Title:\\s+${document.title}$`, "m"));
        expect(info).toMatch(new RegExp(`^Pages:\\s+${pages}$`, "m"));
        expect(info).toMatch(/^Page size:\s+595\.\d+ x 841\.\d+ pts \(A4\)$/m);
      }
      const fonts = poppler("pdffonts", bytes);
      if (fonts !== null) {
        const lines = fonts.trim().split("\n").slice(2);
        expect(lines.length).toBeGreaterThan(0);
        for (const line of lines) expect(line).toMatch(/NotoSansSC.*\syes\s+yes\s+yes\s/); // embedded, subset, mapped to Unicode
      }
      const boxes = poppler("pdftotext", bytes, "-bbox");
      const laid = boxes === null ? [] : wordsOf(boxes);
      for (const [at, words] of laid.entries()) {
        for (const { x, y, right, bottom } of words) {
          expect(Math.min(x, y), `page ${at + 1}`).toBeGreaterThan(20);
          expect(right).toBeLessThan(A4.width - 20);
          expect(bottom).toBeLessThan(A4.height - 20);
        }
        if (at === laid.length - 1) continue;
        const body = words.filter(({ y }) => y > 60 && y < A4.height - 60); // without header and footer
        const lowest = Math.max(...body.map(({ bottom }) => bottom));
        expect(lowest, `page ${at + 1} of ${laid.length} ends early`).toBeGreaterThan(A4.height / 2);
      }
    },
  );
});

describe("the renderer is held within limits (SCH-06)", () => {
  const limits = { timeMs: 1_500, memoryMib: 200, outputMib: 1 };
  const program = (code: string) => ({ file: process.execPath, args: ["-e", code] });
  const document = sampleDocument("en");
  const make = (code: string) => pdfMaker(systemClock, limits, program(code))(document);

  test("one that hangs, eats memory, floods or crashes is ended and named", async () => {
    await expect(make("setTimeout(() => {}, 60000)")).rejects.toThrow("longer than 1.5 s");
    await expect(make("const a = []; setInterval(() => a.push(Buffer.alloc(5e7, 1)), 20)")).rejects.toThrow(
      "more than 200 MiB",
    );
    await expect(make("const w = () => process.stdout.write(Buffer.alloc(65536), w); w()")).rejects.toThrow(
      "larger than 1 MiB",
    );
    await expect(make("process.kill(process.pid, 'SIGSEGV')")).rejects.toThrow("ended with a signal");
    await expect(make("process.stderr.write('no such font'); process.exitCode = 1")).rejects.toThrow("no such font");
  });

  test("a failure is tried once more", async () => {
    const mark = JSON.stringify(join(scratch, "tried"));
    const once = `const fs = require("fs"); if (fs.existsSync(${mark})) process.stdout.write("7\\n%"); else { fs.writeFileSync(${mark}, ""); process.exitCode = 1 }`;
    expect((await make(once)).pages).toBe(7);
  });

  test("it is given nothing of our environment", async () => {
    process.env["DAPAN_CANARY"] = "c4n4ry";
    const said = make("process.stderr.write(JSON.stringify(process.env)); process.exitCode = 1");
    await expect(said).rejects.toThrow(/: \{"MALLOC_ARENA_MAX":"1"\}$/);
    delete process.env["DAPAN_CANARY"];
  });
});
