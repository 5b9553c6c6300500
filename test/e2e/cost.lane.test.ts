import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import { browserSuite, chromiumOrSkip, settled } from "./lane.ts";

const chromium = chromiumOrSkip("the cost page");

describe.skipIf(chromium === null)("cost", browserSuite(90_000), () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildConsole>>;
  const running: FixtureServer[] = [];
  const open = async (story: Story, at: string) => {
    const server = await startFixture(story, built.dist);
    running.push(server);
    const opened = await openPage(browser, server.url, { colorScheme: "light", now: FIXTURE_NOW });
    await opened.page.goto(server.url + at);
    await settled(opened.page);
    return opened;
  };
  const amounts = async (page: Page, column: number) =>
    (await page.locator(`table.cost-table tbody tr td:nth-child(${column}) .proof-button`).allInnerTexts()).map(
      (text) => Math.round(Number(text.replaceAll(/[^\d.-]/g, "")) * 100),
    );
  const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);

  beforeAll(async () => {
    built = await buildConsole();
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of running) await server.close();
    built?.remove();
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
    const foot = (await page.locator("table.cost-table tfoot td").allInnerTexts()).map((text) =>
      Math.round(Number(text.replaceAll(/[^\d.-]/g, "")) * 100),
    );
    expect(sum(await amounts(page, 2))).toBe(foot[0]);
    expect(sum(await amounts(page, 4))).toBe(foot[2]);
    expect(sum(await amounts(page, 5))).toBe(foot[3]);
    await context.close();
  });

  test("opens the proof of the number that was clicked, and of nothing else", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/cost?lang=en&by=region&billing=spot");
    await page.locator("table.cost-table tbody tr").nth(1).locator("td .proof-button").nth(1).click();
    await page.waitForURL(/proof=/);
    const asked = new URLSearchParams(new URL(page.url()).searchParams.get("proof") ?? "");
    expect(asked.getAll("state")).toEqual(["free", "idle_held"]);
    expect(asked.getAll("billing")).toEqual(["spot"]);
    expect(asked.getAll("region")).toHaveLength(1);
    await page.getByRole("dialog").waitFor();
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
    await context.close();
  });
});
