import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { chartSvg } from "../../../reports/render/charts-svg.ts";
import { inked } from "../../../reports/render/paper-data.ts";
import { renderPdf } from "../../../reports/render/render-pdf.ts";
import { HOSTILE_NAMES, sampleDocument } from "../../fixtures/report-sample.ts";

const { resolve } = createRequire(import.meta.url);
const place = {
  template: "reports/render/report.typ",
  fonts: ["400Regular/NotoSansSC_400Regular.ttf", "600SemiBold/NotoSansSC_600SemiBold.ttf"].map((file) =>
    resolve(`@expo-google-fonts/noto-sans-sc/${file}`),
  ),
};

describe("a report on paper", () => {
  test("the same document has the same bytes", () => {
    const [one, two] = [0, 1].map(() => renderPdf(sampleDocument("zh-CN"), place));
    expect(Buffer.from(one!.bytes).equals(Buffer.from(two!.bytes))).toBe(true);
    const other = renderPdf({ ...sampleDocument("zh-CN"), madeAt: 0 }, place);
    expect(Buffer.from(one!.bytes).equals(Buffer.from(other.bytes))).toBe(false);
  });

  test("it says its title and language, and has bookmarks and links within", () => {
    const raw = Buffer.from(renderPdf(sampleDocument("en"), place).bytes).toString("latin1");
    for (const part of ["/Outlines", "/Title", "/Author", "/Lang (en)", "/Annots"]) expect(raw).toContain(part);
  });

  test("a long table goes on over pages", () => {
    const { pages } = renderPdf(sampleDocument("en", 400), place);
    expect(pages).toBeGreaterThan(8);
  });

  test("a link that is none of the web is no link", () => {
    const raw = (link: string) =>
      Buffer.from(renderPdf({ ...sampleDocument("en"), link }, place).bytes).toString("latin1");
    expect(raw("https://dapan.example/r/1")).toContain("/URI");
    expect(raw("javascript:alert(1)")).not.toContain("/URI");
  });
});

test("what would turn the direction of text, or break its line, is taken out; long words may break", () => {
  expect(inked(HOSTILE_NAMES[5])).toBe("aevil名字");
  expect(inked("a\u0000\u2028b\nc")).toBe("a b c");
  const long = "x".repeat(100);
  expect(inked(long)).toContain("\u200b");
  expect(inked(long).replaceAll("\u200b", "")).toBe(long);
});

test("names in a chart are text of the SVG, never elements of it", () => {
  const charts = sampleDocument("en").sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === "chart" ? [chartSvg(block, "en")] : [])),
  );
  expect(charts).toHaveLength(2);
  expect(charts.join("")).toContain("&lt;img src=x");
  expect(charts.join("")).not.toMatch(/<(image|script|foreignObject)|href=/);
});
