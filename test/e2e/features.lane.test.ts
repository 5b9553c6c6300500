import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import { axeViolations, browserSuite, chromiumOrSkip, settled } from "./lane.ts";

const chromium = chromiumOrSkip("features and their proofs");

describe.skipIf(chromium === null)("features", browserSuite(90_000), () => {
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
  const rowsOf = (page: Page) => page.locator("table.features tbody tr[data-row]");
  const cell = async (page: Page, row: number, column: number) =>
    (await rowsOf(page).nth(row).locator("td, th").nth(column).innerText()).trim();
  const amount = (text: string) => Number(text.replaceAll(/[^\d.-]/g, ""));

  beforeAll(async () => {
    dist = await buildConsole();
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of running) await server.close();
  });

  test("are sorted by any column, the order stands in the address and outlives a reload", async () => {
    const { page, context, complaints } = await open({ cards: 1_000 }, "/features?lang=en");
    expect(await cell(page, 0, 0)).toBe("Vision pretraining"); // the dearest
    await page.getByRole("button", { name: "Margin, ¥" }).click();
    await page.waitForURL(/sort=-margin/);
    expect(await cell(page, 0, 0)).toBe("Chat assist");
    await page.getByRole("button", { name: "Margin, ¥" }).click();
    await page.waitForURL(/sort=margin/);
    expect(await cell(page, 0, 0)).toBe("Photo restore"); // loses most
    expect(amount(await cell(page, 0, 7))).toBeLessThan(0);
    await page.reload();
    await settled(page);
    expect(await cell(page, 0, 0)).toBe("Photo restore");
    expect(await page.locator("th[aria-sort=ascending]").innerText()).toContain("Margin");
    expect(complaints).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
    await context.close();
  });

  test("are found by name in the palette, from any page, with the keyboard alone", async () => {
    const { page, context, complaints } = await open({ cards: 1_000 }, "/sources?lang=en");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("photo re", { delay: 1 });
    await page.getByRole("button", { name: /Photo restore/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/features\/photo-restore/);
    await page.getByRole("heading", { level: 1, name: "Photo restore" }).waitFor();
    expect(complaints).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
    await context.close();
  });

  test("are narrowed by text and team, and what is shown adds up to the total under it", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/features?lang=en");
    const costs = async () => {
      const texts = await page.locator("table.features tbody td:nth-child(3) .proof-button").allInnerTexts();
      return texts.reduce((sum, text) => sum + Math.round(amount(text) * 100 || 0), 0);
    };
    const total = async () => {
      const said = await page.locator("table.features tfoot td").nth(1).innerText();
      return Math.round(amount(said.split(/\s+/).at(-1) ?? "") * 100); // what makes it an estimate stands before it
    };
    expect(await costs()).toBe(await total());
    await page.keyboard.press("/");
    await page.keyboard.type("as");
    await page.waitForURL(/q=as/);
    await page.getByText("Total of these").waitFor();
    expect(await rowsOf(page).count()).toBe(3); // the assistants
    expect(await costs()).toBe(await total());
    await page.getByLabel("Filter by name or team").fill("");
    await page.locator(".filters").getByRole("button", { name: "Team" }).click();
    await page.getByRole("checkbox", { name: /research/ }).check();
    await page.waitForURL(/team=research/);
    await page.keyboard.press("Escape");
    expect(await rowsOf(page).count()).toBe(2);
    await page.getByLabel("Filter by name or team").fill("nobody is called so");
    await page.getByText("No feature matches").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.waitForURL((at) => !at.search.includes("team") && !at.search.includes("q="));
    expect(await rowsOf(page).count()).toBe(12);
    await context.close();
  });

  test("stand under the days and choices of the address, in words", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/features?lang=en");
    const before = await cell(page, 0, 2);
    await page.getByLabel("Idle, fault, unknown").selectOption("spread");
    await page.waitForURL(/policy=spread/);
    await page.getByText("is spread over features by use").waitFor();
    await page.getByLabel("Own cost is").selectOption("usage");
    await page.waitForURL(/basis=usage/);
    await page.getByText("the card-time it was busy").waitFor();
    await page.waitForFunction(
      (was) => !document.querySelector("table.features tbody tr[data-row]")?.textContent.includes(was),
      before,
    );
    await page.getByText("7 days", { exact: true }).click();
    await page.waitForURL(/days=7/);
    await page.getByText("Dates", { exact: true }).click();
    await page.getByLabel("First day").fill("2026-11-01");
    await page.getByLabel("Last day").fill("2026-11-03");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.waitForURL(/from=2026-11-01&to=2026-11-03/);
    await page.getByRole("link", { name: "Chat assist" }).click();
    await page.waitForURL(/features\/chat-assist\?.*from=2026-11-01/);
    await page.getByRole("heading", { name: "Chat assist" }).waitFor();
    await settled(page);
    expect(page.url()).toMatch(/basis=usage&policy=spread/);
    await context.close();
  });

  test("open the proof of a figure by keyboard, recompute it, and give the focus back", async () => {
    const { page, context, complaints } = await open({ cards: 1_000 }, "/features?lang=en&sort=name");
    const figure = rowsOf(page).filter({ hasText: "Chat assist" }).locator(".proof-button").first();
    const shown = await figure.innerText();
    await figure.focus();
    await page.keyboard.press("Enter");
    const panel = page.getByRole("dialog");
    await panel.getByText("Sum of the ledger lines").waitFor();
    await page.waitForURL(/proof=/);
    expect(await page.evaluate(() => document.activeElement?.classList.contains("proof"))).toBe(true);
    await panel.getByText("How it is made").waitFor();
    expect(await panel.locator("tr[aria-current] td").innerText()).toBe(shown); // the very figure that was clicked
    await panel
      .getByText(/#4\d ann/)
      .first()
      .waitFor(); // the price's revision, who and why
    await panel
      .getByRole("link", { name: /namespace prod/ })
      .first()
      .waitFor(); // the rule
    await panel.getByRole("button", { name: "Recompute" }).click();
    await panel.getByText("Equal to the last micro-unit over 1,147 pool-hours.").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    const asked = page.url();
    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(shown);
    await page.goto(asked); // a proof can be sent to somebody
    await page.getByRole("dialog").getByText("How it is made").waitFor();
    expect(complaints).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
    await context.close();
  });

  test("say where a recomputed sum differs, and Back closes the proof", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/features/photo-restore?lang=en&days-as=table");
    await page.locator(".feature-figures .proof-button").first().click();
    const panel = page.getByRole("dialog");
    await panel.getByRole("button", { name: "Recompute" }).click();
    await panel.getByText("Not equal over 1,147 pool-hours.").waitFor();
    await panel.getByText("It differs here:").waitFor();
    expect(await panel.locator(".proof-result").innerText()).toContain("¥0.004211");
    await panel.getByText("contract 2026-17").first().waitFor(); // what changed after the hour was closed
    await page.goBack();
    await panel.waitFor({ state: "detached" });
    await page.getByRole("region", { name: "What did it cost and earn, day by day?" }).locator("button").nth(1).click();
    await page.waitForURL(
      /proof=.*from%253D2026-10-24%2526to%253D2026-10-24|proof=.*from%3D2026-10-24%26to%3D2026-10-24/,
    );
    await context.close();
  });

  test("can be two hundred: few rows exist, and the keys walk through all of them", async () => {
    const { page, context } = await open({ cards: 10_000 }, "/features?lang=en&sort=name");
    expect(await page.locator("table.features").getAttribute("aria-rowcount")).toBe("206");
    expect(await rowsOf(page).count()).toBeLessThan(60);
    await page.keyboard.press("j");
    for (let i = 0; i < 45; i++) await page.keyboard.press("j");
    await page.waitForFunction(() => document.activeElement?.closest("tr")?.getAttribute("data-row") === "45");
    await page.keyboard.press("k");
    await page.waitForFunction(() => document.activeElement?.closest("tr")?.getAttribute("data-row") === "44");
    const name = await page.evaluate(() => document.activeElement?.textContent ?? "");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/features\//);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("f");
    await page.waitForURL(/\/features(\?|$)/);
    await context.close();
  });

  test("are a file with whole micro-units, and a feature nobody named says so", async () => {
    const { page, context } = await open({ cards: 1_000, mood: "hostile" }, "/features?lang=en");
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download CSV" }).click();
    const file = readFileSync((await (await waiting).path()) ?? "", "utf8");
    expect(file.split("\r\n")[0]).toContain("cost_micro,revenue_micro,margin_micro");
    expect(file).toContain(",'=1+1,");
    expect(file.trim().split("\r\n")).toHaveLength(1 + 12 + 4);
    await page.goto(`${new URL(page.url()).origin}/features/nobody?lang=en`);
    await page.getByText("No such feature.").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await context.close();
  });
});
