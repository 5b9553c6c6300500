import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Block, blocksOf, type Inline } from "../../web/lib/markdown.ts";

const inlinesIn = (blocks: readonly Block[]): Inline[] =>
  blocks.flatMap((block) => {
    switch (block.kind) {
      case "heading":
      case "paragraph":
        return block.text;
      case "list":
        return block.items.flat();
      case "code":
        return [];
      case "table":
        return [...block.head, ...block.rows.flat()].flat();
    }
  });

describe("a runbook", () => {
  test("is read into headings, paragraphs, lists, code and tables", () => {
    const blocks = blocksOf(
      "# Dropped\n\nLook at **XID 79** and\n`dmesg`.\n\n1. first\n   goes on\n2. second\n\n```sh\n# no heading\n```\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n",
    );
    expect(blocks.map(({ kind }) => kind)).toEqual(["heading", "paragraph", "list", "code", "table"]);
    expect(blocks[1]).toEqual({
      kind: "paragraph",
      text: [
        { kind: "text", text: "Look at " },
        { kind: "bold", text: "XID 79" },
        { kind: "text", text: " and " },
        { kind: "code", text: "dmesg" },
        { kind: "text", text: "." },
      ],
    });
    expect(blocks[2]).toMatchObject({ ordered: true, items: [[{ text: "first goes on" }], [{ text: "second" }]] });
    expect(blocks[3]).toEqual({ kind: "code", text: "# no heading" });
    expect(blocks[4]).toMatchObject({ rows: [[[{ text: "1" }], [{ text: "2" }]]] });
  });

  test("links to https alone; any other address stays text as it was written", () => {
    const hrefs = ["javascript:alert(1)", "data:text/html,x", "http://a", "//a", "/x", "JaVaScRiPt:x", "https:x"];
    for (const href of hrefs) {
      const found = inlinesIn(blocksOf(`see [name](${href}) here`));
      expect(found.filter(({ kind }) => kind === "link")).toEqual([]);
      expect(found.map(({ text }) => text).join("")).toContain("[name](");
    }
    expect(inlinesIn(blocksOf("[n](https://docs.nvidia.com/)"))).toEqual([
      { kind: "link", text: "n", href: "https://docs.nvidia.com/" },
    ]);
  });

  test("can be any text, and no word of a paragraph is lost", () => {
    const marks = fc.constantFrom(
      "#",
      "- ",
      "1. ",
      "```",
      "|",
      "---",
      "\n",
      "**",
      "`",
      "[",
      "](",
      ")",
      "a",
      "<b>",
      " ",
    );
    fc.assert(
      fc.property(fc.array(marks, { maxLength: 60 }), (parts) => {
        for (const inline of inlinesIn(blocksOf(parts.join(""))))
          if (inline.kind === "link") expect(inline.href).toMatch(/^https:\/\//);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z<>&"' ]{1,40}$/), (text) => {
        const said = inlinesIn(blocksOf(text)).map((inline) => inline.text);
        expect(said.join("")).toBe(text.trim());
      }),
    );
  });

  test("cannot make a page slow", () => {
    for (const text of ["[".repeat(200_000), `|${"-".repeat(200_000)}x`, "`".repeat(200_000), "- \n".repeat(100_000)])
      expect(blocksOf(text).length).toBeLessThan(5_000);
  }, 2_000);
});
