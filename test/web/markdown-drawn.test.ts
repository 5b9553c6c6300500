import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Markdown } from "../../web/parts/Markdown.tsx";

const drawn = (text: string): string => renderToStaticMarkup(createElement(Markdown, { text }));
const MARKUP = `<img src=x onerror="window.__x=1"><script>1</script>`;
const IMAGE = "![seen](https://evil.example/pixel.png)";

test.each(["", "# ", "- ", "1. ", "**", "`", "```\n", "| a |\n|---|\n| ", "> "])(
  "markup and images in a runbook are text, after %j too (WEB-04)",
  (mark) => {
    const page = drawn(`${mark}${MARKUP} ${IMAGE}\n`);
    expect(page).toContain("&lt;img");
    expect(page).not.toMatch(/<(?:img|script|iframe|picture|svg)/i);
  },
);

test("what a link opens cannot reach back to this page (WEB-07)", () => {
  expect(drawn("[docs](https://docs.nvidia.com/)")).toBe(
    `<div class="markdown"><p><a href="https://docs.nvidia.com/" target="_blank" rel="noopener noreferrer">docs</a></p></div>`,
  );
});
