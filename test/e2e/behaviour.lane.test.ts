import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { FIRST_ROUTE_BYTES, firstRoute, sumOf } from "../web/budget.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import { chromiumOrSkip, settled, browserSuite } from "./lane.ts";

const chromium = chromiumOrSkip("how the console behaves");

describe.skipIf(chromium === null)("the console", browserSuite(150_000), () => {
  let browser: Browser;
  let dist: string;
  const running: FixtureServer[] = [];

  const serve = async (story: Story): Promise<FixtureServer> => {
    const server = await startFixture(story, dist);
    running.push(server);
    return server;
  };
  const open = async (url: string, at: string) => {
    const opened = await openPage(browser, url, { colorScheme: "light", now: FIXTURE_NOW });
    await opened.page.goto(url + at);
    await settled(opened.page);
    return opened;
  };

  beforeAll(async () => {
    dist = await buildConsole();
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of running) await server.close();
  });

  test(`opens within ${FIRST_ROUTE_BYTES / 1024} KiB of gzip, charts not among them`, () => {
    const weights = firstRoute(dist);
    console.log(`first route: ${(sumOf(weights) / 1024).toFixed(1)} KiB gzip in ${weights.length} files`);
    expect(sumOf(weights)).toBeLessThanOrEqual(FIRST_ROUTE_BYTES);
    expect(weights.some(({ file }) => file.includes("echarts"))).toBe(false);
  });

  test("can be walked without a mouse: filter, move, open, follow, close, jump, find", async () => {
    const { url } = await serve({ cards: 1_000 });
    const { page, context } = await open(url, "/board?lang=en");
    await page.keyboard.press("/");
    expect(await focused(page)).toBe("Filter cards by UUID, node, holder, place");
    await page.keyboard.type("gpu-zone-a-0001");
    await page.waitForURL(/q=gpu-zone-a-0001/);
    await page.keyboard.press("Enter"); // leaves the field for the table
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Cards");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".drawer");
    const first = new URL(page.url()).searchParams.get("card");
    expect(await page.evaluate(() => document.activeElement?.classList.contains("drawer"))).toBe(true);
    await page.keyboard.press("j");
    await page.waitForFunction((old) => new URLSearchParams(location.search).get("card") !== old, first);
    await page.keyboard.press("Escape");
    await page.waitForSelector(".drawer", { state: "detached" });
    expect(await focused(page)).toBe("Cards"); // where it came from
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForURL(/\/sources/);
    await page.keyboard.press("g");
    await page.keyboard.press("b");
    await page.waitForURL(/\/board/);
    await page.keyboard.press("Control+k");
    await page.waitForFunction(() => document.activeElement?.getAttribute("placeholder")?.startsWith("Page, incident"));
    await page.keyboard.type("gpu-zone-b-0002");
    await page
      .getByRole("button", { name: /gpu-zone-b-0002/ })
      .first()
      .waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/node=gpu-zone-b-0002/);
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor({ state: "detached" });
    await context.close();
  });

  test("moves over the wall, through time and to a saved view with the keyboard alone", async () => {
    const { url } = await serve({ cards: 1_000 });
    const { page, context } = await open(url, "/board?lang=en");
    const wall = page.getByRole("application");
    expect(await wall.getAttribute("aria-label")).toMatch(/^Wall of 1,000 cards: Fault 14/);
    const mark = page.locator(".wall-legend .mark").first();
    expect(await mark.evaluate((node) => getComputedStyle(node).borderTopWidth)).toBe("0px"); // a shape, not a shape in a box
    await wall.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.locator(".wall-tip").waitFor();
    const said = await page.locator(".wall-frame [role=status]").textContent();
    expect(said).toMatch(/on gpu-zone-.*utilisation/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/card=GPU-/);
    await page.keyboard.press("Escape");
    await page.locator(".drawer").waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("application");

    const slider = page.getByRole("slider");
    await slider.focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("PageDown");
    await page.waitForURL(/at=2026-11-21T00%3A35Z/);
    await page.getByText("not now").waitFor();
    expect(await slider.getAttribute("aria-valuetext")).toContain("21 Nov");
    await slider.press("PageUp");
    await slider.press("PageUp");
    await page.waitForURL((at) => !at.search.includes("at="));

    await page.getByRole("button", { name: "Narrow the board to vendor-a", exact: true }).press("Enter");
    await page.waitForURL(/vendor=vendor-a/);
    await page.getByRole("button", { name: "Saved views" }).press("Enter");
    await page.getByPlaceholder("Name of this view").pressSequentially("Morning <b>a</b>");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Morning <b>a</b>" }).waitFor(); // the button says which view it is
    await page.getByRole("button", { name: "Show all cards" }).press("Enter");
    await page.waitForURL((at) => !at.search.includes("vendor"));
    await page.getByRole("button", { name: "Saved views" }).press("Enter");
    await page.getByRole("button", { name: "Morning <b>a</b>", exact: true }).press("Enter");
    await page.waitForURL(/vendor=vendor-a/);
    await page.getByRole("button", { name: "Morning <b>a</b>" }).press("Enter");
    await page.getByRole("button", { name: "Delete Morning <b>a</b>" }).press("Enter");
    await page.getByRole("button", { name: "Delete", exact: true }).press("Enter");
    await page.getByText("No view is saved yet").waitFor();
    await page.keyboard.press("Escape");

    await page.getByRole("tab", { name: "Table" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(/tab=cards/);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Cards");
    await context.close();
  });

  test("shows the same totals in the strip and in the totals row, whatever is asked", async () => {
    const { url } = await serve({ cards: 1_000 });
    for (const asked of [
      "",
      "&vendor=vendor-a",
      "&by=tier&model=A10&at=2026-11-21T14:05Z",
      "&tier=P0&by=billing&by=model",
    ]) {
      const { page, context } = await open(url, `/board?lang=en${asked}`);
      const kpis = await page.locator(".kpi strong").allTextContents();
      const totals = await page.locator(".pivot tfoot td").allTextContents();
      expect(totals.slice(0, 4)).toEqual(kpis.slice(0, 4));
      const cost = await page.locator(".kpi strong").nth(4).getAttribute("title");
      expect(totals.some((text) => cost === null || text.includes(cost))).toBe(true);
      await context.close();
    }
  });

  test("drills into the treemap with a click, and back with the breadcrumb", async () => {
    const { url } = await serve({ cards: 1_000 });
    const { page, context } = await openPage(browser, url, { colorScheme: "light" }); // its clock runs: charts draw by it
    await page.goto(`${url}/board?lang=en`);
    await settled(page);
    await page.locator(".map-chart canvas").first().waitFor();
    for (const facet of ["vendor", "region"]) {
      // An area is there once it is drawn: until then a click meets an empty canvas.
      for (let tries = 0; tries < 8 && !page.url().includes(`${facet}=`); tries++) {
        await page
          .locator(".map-chart canvas")
          .first()
          .click({ position: { x: 40, y: 60 } });
        await page.waitForTimeout(500);
      }
      expect(page.url()).toContain(`${facet}=`);
    }
    expect(await page.locator(".crumbs li").count()).toBeGreaterThanOrEqual(3);
    await page.getByRole("button", { name: "All vendors" }).click();
    await page.waitForURL((at) => !at.search.includes("vendor"));
    await context.close();
  });

  test("lets its keys sleep while an input method composes, in fields, and when switched off", async () => {
    const { url } = await serve({ cards: 1_000 });
    const { page, context } = await open(url, "/board?lang=en");
    const fire = (init: { key: string; isComposing: boolean }) =>
      page.evaluate(
        (i) => void window.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...i })),
        init,
      );
    await fire({ key: "?", isComposing: true });
    await page.getByPlaceholder("Filter cards").pressSequentially("?gs");
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(page.url()).toContain("/board");
    const isInField = async () => {
      await page.keyboard.press("Escape"); // the first may come before the field has taken in what was typed
      return await page.evaluate(() => document.activeElement instanceof HTMLInputElement);
    };
    await expect.poll(isInField, { timeout: 15_000 }).toBe(false);
    await page.keyboard.press("?");
    await page.getByLabel("Single-letter shortcuts").uncheck({ force: true });
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("g");
    await page.keyboard.press("s");
    await page.waitForTimeout(200);
    expect(page.url()).toContain("/board");
    await context.close();
  });

  test("keeps its whole view in the address: reload and Back show the same", async () => {
    const { url } = await serve({ cards: 1_000 });
    const { page, context } = await open(url, "/board?lang=en");
    const steps: (() => Promise<unknown>)[] = [
      () => page.getByRole("button", { name: "Narrow the board to vendor-b", exact: true }).click(),
      () => page.locator(".legend-state").last().click(),
      () => page.getByRole("button", { name: "Util 24 h" }).click(),
      () => page.locator(".level select").nth(1).selectOption("tier"),
      () => page.getByText("Waste", { exact: true }).first().click(),
      () => page.getByText("Node", { exact: true }).first().click(),
      () => page.getByText("Last week", { exact: true }).click(),
      () => page.getByRole("button", { name: /^−1 h/ }).click(),
      () => page.getByText("As known now", { exact: true }).click(),
      () => page.getByRole("button", { name: "Back to now" }).click(),
      () => page.getByRole("tab", { name: "Cards" }).click(),
      () => page.locator(".panel-cards tbody tr[id]").nth(3).click(),
      () => page.locator(".drawer").getByText("Table", { exact: true }).click(),
    ];
    const seen: { href: string; picture: string }[] = [{ href: page.url(), picture: await picture(page) }];
    for (const step of steps) {
      const before = page.url();
      await step();
      await page.waitForFunction((old) => location.href !== old, before);
      await settled(page);
      seen.push({ href: page.url(), picture: await picture(page) });
    }
    for (const { href, picture: wanted } of seen) {
      await page.goto(href);
      await settled(page);
      expect(await picture(page)).toBe(wanted);
    }
    await page.reload();
    await settled(page);
    expect(await picture(page)).toBe(seen.at(-1)?.picture);
    await page.goto(`${url}/board?lang=en`);
    await settled(page);
    await page.getByRole("button", { name: "Narrow the board to vendor-b", exact: true }).click();
    await page.waitForURL(/vendor=vendor-b/);
    await page.goBack();
    await page.waitForURL((at) => !at.search.includes("vendor"));
    expect(await picture(page)).toBe(seen[0]?.picture);
    await context.close();
  });

  test("downloads what the table shows: the CSV link carries the same filters", async () => {
    const { url } = await serve({ cards: 1_000 });
    const { page, context } = await open(
      url,
      "/board?lang=en&vendor=vendor-a&state=busy&q=gpu&sort=-power&by=model&tab=cards",
    );
    const href = await page.getByRole("link", { name: "Download CSV" }).getAttribute("href");
    expect(href).toBe("/api/cards.csv?q=gpu&state=busy&vendor=vendor-a&sort=-power");
    await context.close();
  });

  test("remembers theme and language, and starts in them before the first paint", async () => {
    const { url } = await serve({ cards: 1 });
    const { page, context } = await open(url, "/board?lang=zh");
    const scheme = () => page.evaluate(() => document.documentElement.dataset["mantineColorScheme"]);
    for (const wanted of ["light", "dark"]) {
      await page.getByRole("button", { name: /^主题/ }).click();
      expect(await scheme()).toBe(wanted);
    }
    await page.addInitScript(() => {
      document.addEventListener("DOMContentLoaded", () => {
        Object.assign(window, { early: document.documentElement.dataset["mantineColorScheme"] });
      });
    });
    await page.goto(`${url}/board`); // no language said
    await settled(page);
    expect(await page.evaluate(() => (window as unknown as { early: string }).early)).toBe("dark");
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
    await context.close();
  });

  test("says since when, once the live connection is lost, and keeps the figures", async () => {
    const server = await serve({ cards: 1_000, churn: 10 });
    const { page, context } = await open(server.url, "/board?lang=en");
    await page.locator(".live-live").first().waitFor();
    await server.close();
    await page.getByText("The live connection is lost").waitFor({ timeout: 15_000 });
    expect(await page.getByText("Stale: nothing newer than 22 Nov").count()).toBe(1);
    expect(await page.locator(".kpi strong").first().textContent()).toBe("1,000");
    await context.close();
  });

  test("shows hostile names as text, in tooltips too", async () => {
    const { url } = await serve({ cards: 1_000, mood: "hostile" });
    const { page, context, complaints } = await open(url, "/board?lang=en&tab=cards");
    await page.locator(".map-chart canvas").first().waitFor();
    await page
      .locator(".map-chart canvas")
      .first()
      .hover({ position: { x: 200, y: 120 } });
    await page.locator(".chart-tip").first().waitFor();
    await page.locator(".wall").hover({ position: { x: 8, y: 26 } });
    await page.locator(".wall-tip").waitFor();
    await page.locator(".panel-cards tbody tr[id]").last().click();
    await page.locator(".drawer canvas").waitFor();
    await page.locator(".drawer canvas").hover({ position: { x: 120, y: 130 } });
    await page
      .locator(".drawer .chart-tip")
      .getByText("aigc/")
      .or(page.locator(".drawer .chart-tip"))
      .first()
      .waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("script");
    await page.waitForTimeout(300);
    expect(await page.evaluate(() => "__hacked" in window)).toBe(false);
    expect(complaints).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
    await context.close();
  });

  /** The goal is 1.5 s on a quiet machine: the figure is printed. A gate beside other work fails at twice that. */
  test("paints 10,000 cards (LCP, median of three)", async () => {
    const { url } = await serve({ cards: 10_000 });
    const paints: number[] = [];
    for (let round = 0; round < 3; round++) {
      const { page, context } = await openPage(browser, url, { colorScheme: "light" });
      await page.addInitScript(watchSlowness);
      await page.goto(`${url}/board?lang=en`);
      await settled(page);
      await page.waitForTimeout(1_500);
      paints.push(await page.evaluate(() => (window as unknown as Watched).slow.paint));
      await context.close();
    }
    const median = paints.toSorted((a, b) => a - b)[1] ?? 0;
    console.log(`10,000 cards: LCP ${paints.map(Math.round).join(", ")} ms (goal 1,500 on a quiet machine)`);
    expect(median).toBeGreaterThan(0);
    expect(median).toBeLessThanOrEqual(3_000);
  });

  test("is not fooled by a wrong clock of the reader's: live figures are not called stale", async () => {
    const { url } = await serve({ cards: 1 });
    const { page, context } = await openPage(browser, url, { now: FIXTURE_NOW + 26 * 3_600_000 });
    await page.goto(`${url}/board?lang=en`);
    await settled(page);
    await page.waitForTimeout(300);
    expect(await page.getByText("Stale:").count()).toBe(0);
    await context.close();
  });

  test("answers each act on 10,000 cards within 200 ms (INP p75) while they change", async () => {
    const { url } = await serve({ cards: 10_000, churn: 700 });
    const opened = await openPage(browser, url, { colorScheme: "light" });
    const { page, context } = opened;
    await page.addInitScript(watchSlowness);
    await page.goto(`${url}/board?lang=en`);
    await settled(page);
    await page.waitForTimeout(1_500);
    await page.evaluate(() => ((window as unknown as Watched).slow.tasks.length = 0)); // loading is not interaction
    await page.waitForTimeout(6_000); // live changes alone
    const quiet = await page.evaluate(() => (window as unknown as Watched).slow.tasks.slice());
    for (let round = 0; round < 4; round++) {
      await page.getByRole("button", { name: "Util 24 h" }).click(); // sort
      await page.getByText("Node", { exact: true }).first().click(); // regroup ten thousand marks
      await page.getByText("Pool", { exact: true }).first().click();
      await page.locator(".legend-state").nth(round).click();
      await page.locator(".legend-state").nth(round).click();
      await page.getByText("Waste", { exact: true }).first().click();
      await page.getByText("Tier", { exact: true }).nth(1).click();
      await page
        .locator(".level select")
        .nth(1)
        .selectOption(round % 2 === 0 ? "tier" : "model");
      await page.getByRole("button", { name: "Narrow the board to vendor-b", exact: true }).click();
      await page.getByRole("button", { name: "Show all cards" }).click();
      await page.getByPlaceholder("Filter cards").pressSequentially("zone-a");
      await page.getByPlaceholder("Filter cards").fill("");
      await page.waitForTimeout(300);
      await page.locator(".wall").click({ position: { x: 12, y: 30 } });
      await page.keyboard.press("j");
      await page.keyboard.press("Escape");
      await page.getByRole("tab", { name: "Cards" }).click();
      await page.getByRole("tab", { name: "Table" }).click();
      await page.getByRole("button", { name: /^Theme/ }).click();
    }
    await page.waitForTimeout(500);
    const { events } = await page.evaluate(() => (window as unknown as Watched).slow);
    const worst = events.toSorted((a, b) => a - b);
    const p75 = worst[Math.floor(worst.length * 0.75)] ?? 0;
    console.log(
      `10,000 cards: ${worst.length} acts, INP p75 ${p75} ms, worst ${worst.at(-1) ?? 0} ms; ` +
        `long tasks in 6 s of live changes: ${quiet.length === 0 ? "none" : quiet.map(Math.round).join(", ")} ms`,
    );
    expect(Math.max(0, ...quiet)).toBeLessThanOrEqual(120); // the wall's own share of a live change is part of these
    expect(worst.length).toBeGreaterThan(10);
    expect(p75).toBeLessThanOrEqual(200);
    expect(opened.complaints.console).toEqual([]);
    await context.close();
  });
});

type Watched = { readonly slow: { readonly events: number[]; readonly tasks: number[]; paint: number } };

/** Runs in the page: the length of each interaction (event timing) and of each long task, in ms. */
function watchSlowness(): void {
  const slow: Watched["slow"] = { events: [], tasks: [], paint: 0 };
  Object.assign(window, { slow });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { interactionId?: number })[])
      if ((entry.interactionId ?? 0) > 0) slow.events.push(entry.duration);
  }).observe({ type: "event", durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) slow.tasks.push(entry.duration);
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) slow.paint = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
}

const focused = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? null);

/** The view once it stands still: rows follow the filters a moment later, so that typing is never held up. */
async function picture(page: Page): Promise<string> {
  let before = "";
  for (let now = await pictureNow(page); now !== before; now = await pictureNow(page)) {
    before = now;
    await page.waitForTimeout(150);
  }
  return before;
}

/** What a reader would call the same view: figures, lines, the first rows, the open card. */
function pictureNow(page: Page): Promise<string> {
  return page.evaluate(() => {
    const texts = (selector: string, most: number) =>
      [...document.querySelectorAll(selector)].slice(0, most).map((node) => node.textContent);
    return JSON.stringify([
      texts(".kpi strong", 20),
      texts(".pivot tbody th", 20),
      texts(".level select option:checked", 3),
      texts(".past-notice", 1),
      texts(".panel-wall .panel-note", 1),
      texts(".map-legend li", 6),
      texts(".panel-cards .panel-note", 1),
      texts("thead th[aria-sort$=ending]", 3),
      texts(".drawer h2", 1),
      document.querySelectorAll(".drawer table").length,
    ]);
  });
}
