import { readFileSync } from "node:fs";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import { axeViolations, browserSuite, chromiumOrSkip, settled } from "./lane.ts";

const chromium = chromiumOrSkip("the cost page");

describe.skipIf(chromium === null)("cost", browserSuite(90_000), () => {
  let browser: Browser;
  let dist: string;
  const running: FixtureServer[] = [];
  const open = async (story: Story, at: string) => {
    const server = await startFixture(story, dist);
    running.push(server);
    const opened = await openPage(browser, server.url, { colorScheme: "light", now: FIXTURE_NOW });
    await opened.page.goto(server.url + at);
    await settled(opened.page);
    return opened;
  };
  const cents = async (figures: Locator) =>
    (await figures.allInnerTexts()).map((text) => Math.round(Number(text.replaceAll(/[^\d.-]/g, "")) * 100));
  const amounts = (page: Page, column: number) =>
    cents(page.locator(`table.cost-table tbody tr td:nth-child(${column}) .proof-button`));
  const asked = (page: Page) => new URLSearchParams(new URL(page.url()).searchParams.get("proof") ?? "");
  const fileOf = async (page: Page, panel: RegExp) => {
    const waiting = page.waitForEvent("download");
    await page.getByRole("region", { name: panel }).getByRole("button", { name: "Download CSV" }).first().click();
    return readFileSync((await (await waiting).path()) ?? "", "utf8")
      .trim()
      .split("\r\n");
  };
  const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);

  beforeAll(async () => {
    dist = await buildConsole();
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of running) await server.close();
  });

  test("is grouped and narrowed by anything; the address says so, and Back takes it back", async () => {
    const { page, context, complaints } = await open({ cards: 1_000 }, "/cost?lang=en");
    await page.getByLabel("By", { exact: true }).selectOption("region");
    await page.waitForURL(/by=region/);
    await settled(page);
    await page.locator(".cost-name", { hasText: "cn-nanjing" }).click();
    await page.waitForURL(/region=cn-nanjing/);
    await expect.poll(() => page.locator("table.cost-table tbody tr").count()).toBe(1);
    await page.goBack();
    await expect.poll(() => page.locator("table.cost-table tbody tr").count()).toBe(5);
    expect(complaints).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
    await context.close();
  });

  test("shows lines that add up to the total under them, in every column", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/cost?lang=en&by=region");
    const foot = await cents(page.locator("table.cost-table tfoot .proof-button"));
    expect(sum(await amounts(page, 2))).toBe(foot[0]);
    expect(sum(await amounts(page, 4))).toBe(foot[1]);
    expect(sum(await amounts(page, 5))).toBe(foot[2]);
    await context.close();
  });

  test("opens the proof of the number that was clicked, and of nothing else", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/cost?lang=en&by=region&billing=spot");
    await page.locator("table.cost-table tbody tr").nth(1).locator("td .proof-button").nth(1).click();
    await page.waitForURL(/proof=/);
    expect(asked(page).getAll("state")).toEqual(["free", "idle_held"]);
    expect(asked(page).getAll("billing")).toEqual(["spot"]);
    expect(asked(page).getAll("region")).toHaveLength(1);
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.locator("table.cost-table tfoot .proof-button").nth(2).click(); // a total has its proof too
    await page.waitForURL(/proof=.*fault/);
    expect(asked(page).getAll("state")).toEqual(["fault", "unknown"]);
    expect(asked(page).getAll("region")).toEqual([]);
    expect(await axeViolations(page)).toEqual([]);
    await context.close();
  });

  test("asks for no proof of a state it is not narrowed to", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/cost?lang=en&by=region&state=busy");
    const row = page.locator("table.cost-table tbody tr").first();
    expect(await row.locator("td").nth(2).innerText()).toBe("0.00");
    expect(await row.locator(".proof-button").count()).toBe(1); // its cost only
    expect(await page.locator(".kpis .proof-button").count()).toBe(1);
    await context.close();
  });

  test("can be hundreds of pools: few rows exist, all are reached, and all are in the file", async () => {
    const { page, context, complaints } = await open({ cards: 10_000 }, "/cost?lang=en&by=pool&sort=cost");
    const table = page.locator("table.cost-table");
    expect(await table.getAttribute("aria-rowcount")).toBe("671");
    expect(await table.locator("tbody tr").count()).toBeLessThan(60);
    await page.getByRole("region", { name: "By pool" }).last().focus();
    await page.keyboard.press("End");
    await page.locator('tr[aria-rowindex="670"]').waitFor();
    expect(await fileOf(page, /^By pool$/)).toHaveLength(1 + 669);
    expect(complaints).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
    await context.close();
  });

  test("shows its days as a table too, where holes are holes and days add up", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/cost?lang=en&by=region");
    const panel = page.getByRole("region", { name: "What did card-time cost" }).first();
    await panel.getByText("Table", { exact: true }).click();
    await page.waitForURL(/days-as=table/);
    const days = panel.locator("table.cost-days");
    expect(await days.locator("tbody tr").count()).toBe(30);
    expect(await days.locator(".unknown-cell").count()).toBe(5);
    const totals = await cents(days.locator("tbody td:last-child .proof-button"));
    expect(sum(totals)).toBe((await cents(days.locator("tfoot .proof-button")))[0]);
    expect(await fileOf(page, /^What did card-time cost/)).toHaveLength(1 + 30 * 5);
    await days.locator("tbody tr").nth(10).locator(".proof-button").nth(1).click();
    await page.waitForURL(/proof=/);
    expect([asked(page).get("from"), asked(page).get("to")]).toEqual(["2026-11-03", "2026-11-03"]);
    expect(asked(page).getAll("region")).toHaveLength(1);
    expect(await axeViolations(page)).toEqual([]);
    await context.close();
  });

  test("turns to two dimensions, whose choice outlives a reload", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/cost?lang=en");
    await page.getByRole("tab", { name: "Pivot" }).click();
    await page.getByLabel("Columns", { exact: true }).selectOption("billing");
    await page.waitForURL(/columns=billing/);
    await page.reload();
    await settled(page);
    expect(await page.locator("table.cost-pivot thead th").count()).toBe(7);
    expect(await page.locator("table.cost-pivot thead").innerText()).toContain("Monthly");
    const total = (await cents(page.locator("table.cost-pivot tfoot td:last-child .proof-button")))[0];
    expect(sum(await cents(page.locator("table.cost-pivot tbody td:last-child .proof-button")))).toBe(total);
    expect(sum(await cents(page.locator("table.cost-pivot tfoot td:not(:last-child) .proof-button")))).toBe(total);
    await page.locator("table.cost-pivot tbody tr").first().locator(".proof-button").nth(1).click();
    await page.waitForURL(/proof=/);
    expect(asked(page).getAll("vendor")).toEqual(["cloud-a"]);
    expect(asked(page).getAll("billing")).toEqual(["reserved"]);
    expect(await axeViolations(page)).toEqual([]);
    await context.close();
  });

  test("puts the columns nobody can read beside each other into one, with its proof", async () => {
    const { page, context } = await open({ cards: 10_000 }, "/cost?lang=en&tab=pivot&by=vendor&columns=feature");
    const pivot = page.locator("table.cost-pivot");
    expect(await pivot.locator("thead th").count()).toBe(1 + 20 + 1 + 1);
    await pivot.getByText("182 others").waitFor({ state: "attached" });
    expect(await fileOf(page, /^Vendor by feature/)).toHaveLength(1 + 4 * 202);
    await pivot.locator("tfoot .proof-button").nth(20).click();
    await page.getByRole("dialog").waitFor();
    await context.close();
  });

  test("is reached by its key, by the palette and from the menu, and sorted by keyboard", async () => {
    const { page, context, complaints } = await open({ cards: 1_000 }, "/features?lang=en");
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.waitForURL(/\/cost(\?|$)/);
    await settled(page);
    await page.goBack();
    await page.waitForURL(/\/features/);
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("cost");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/cost(\?|$)/);
    await settled(page);
    expect(await page.locator("nav [aria-current=page]").innerText()).toContain("Cost");
    await page.getByRole("button", { name: "Card-hours" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(/sort=-hours/);
    expect(await page.locator("th[aria-sort=descending]").innerText()).toContain("Card-hours");
    await page.getByRole("tab", { name: "Over time" }).focus();
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(/tab=pivot/);
    await page.locator("table.cost-pivot").waitFor();
    expect(complaints).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
    await context.close();
  });
});
