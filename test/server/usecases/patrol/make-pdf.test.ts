import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { makeValue } from "../../../../reports/make-value.ts";
import { documentOf } from "../../../../reports/write-document.ts";
import { systemClock } from "../../../../server/clock.ts";
import { pdfMaker } from "../../../../server/usecases/patrol/make-pdf.ts";
import { sampleFacts } from "../../../fixtures/report-facts.ts";
import { HOSTILE_NAMES, sampleDocument } from "../../../fixtures/report-sample.ts";

const scratch = mkdtempSync(join(tmpdir(), "dapan-pdf-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A tool of poppler over a PDF; null = it is not installed. */
function poppler(tool: "pdftotext" | "pdffonts", bytes: Uint8Array): string | null {
  const file = join(scratch, "report.pdf");
  writeFileSync(file, bytes);
  try {
    return execFileSync(tool, tool === "pdftotext" ? ["-layout", file, "-"] : [file], { encoding: "utf8" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    console.warn(`skipped: ${tool} is not installed (poppler-utils)`);
    return null;
  }
}
const squeeze = (text: string): string => text.replaceAll(/[\s\u200b]+/g, "");

describe("a report as PDF", () => {
  test.each(["zh-CN", "en"] as const)(
    "has every figure of the document as text, in fonts of its own (%s)",
    async (language) => {
      const document = documentOf(makeValue(sampleFacts()), language, {
        link: "https://dapan.example.com/patrol/reports/1",
        madeAt: 0,
      });
      const { bytes, pages } = await pdfMaker(systemClock)(document);
      expect(Buffer.from(bytes.subarray(0, 5)).toString()).toBe("%PDF-");
      expect(pages).toBeGreaterThanOrEqual(3);
      expect(bytes.length).toBeLessThan(3 * 2 ** 20);
      const text = poppler("pdftotext", bytes);
      const figures = document.sections.flatMap(({ blocks }) =>
        blocks.flatMap((block) => (block.kind === "figures" ? block.items.map((item) => item.text) : [])),
      );
      if (text !== null) for (const figure of figures) expect(squeeze(text)).toContain(squeeze(figure));
      const fonts = poppler("pdffonts", bytes);
      if (fonts !== null)
        for (const line of fonts.trim().split("\n").slice(2)) expect(line).toMatch(/NotoSansSC.*\syes\s+yes\s+yes\s/); // embedded, subset, mapped to Unicode
    },
  );

  test("hostile names are text and nothing else (SCH-14)", async () => {
    const { bytes } = await pdfMaker(systemClock)(sampleDocument("en"));
    const text = poppler("pdftotext", bytes);
    if (text === null) return;
    expect(text).not.toContain("root:x:0");
    for (const name of HOSTILE_NAMES.slice(0, 3)) expect(squeeze(text)).toContain(squeeze(name).slice(0, 12));
  });
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
