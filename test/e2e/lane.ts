import axe from "axe-core";
import type { Page } from "playwright-core";
import { findChromium } from "../services/chromium.ts";

/** Where Chromium is; null after printing why the lane is skipped. With DAPAN_REQUIRE_LANES=1 a reason is an error. */
export function chromiumOrSkip(lane: string): string | null {
  const found = findChromium();
  if ("path" in found) return found.path;
  if (process.env["DAPAN_REQUIRE_LANES"] === "1") throw new Error(found.missing);
  console.log(`skipped ${lane}: ${found.missing}`);
  return null;
}

/**
 * Options of a browser suite. A browser beside the other lane, on two cores, may miss a moment: what fails is tried once
 * more on a new page, and what fails twice is wrong.
 */
export const browserSuite = (timeout: number) => ({ timeout, retry: 1 });

/** What axe-core finds against WCAG 2.2 AA, one line each: the rule and the first offender. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source); // through the debugger, so the page's CSP stays as it is
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run: (root: Document, options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
      };
    };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.map(({ id, nodes }) => `${id} × ${nodes.length}: ${nodes[0]?.html.slice(0, 200)}`);
  });
}

/** Waits until the page has nothing left to load and has drawn what it has. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector("h1");
  await page.waitForFunction(() => document.querySelector(".loading") === null, undefined, { timeout: 20_000 });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}
