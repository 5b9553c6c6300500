import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import { axeViolations, chromiumOrSkip, settled, browserSuite } from "./lane.ts";

const chromium = chromiumOrSkip("the ladder and the chip");
const LOOKS = [
  { lang: "en", scheme: "light" },
  { lang: "zh", scheme: "dark" },
] as const;

describe.skipIf(chromium === null)("tiers", browserSuite(90_000), () => {
  let browser: Browser;
  let dist: string;
  const running: FixtureServer[] = [];
  const open = async (story: Story, at: string, colorScheme: "light" | "dark" = "light") => {
    const server = await startFixture(story, dist);
    running.push(server);
    const opened = await openPage(browser, server.url, { colorScheme, now: FIXTURE_NOW });
    await opened.page.goto(server.url + at);
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

  test("a ladder is tried out, judged by its moves, and saved with a reason", async () => {
    const { page, context, complaints } = await open({ cards: 1_000 }, "/tiers?lang=en");
    await page.getByLabel("P2 up to").fill("2.6");
    await page.getByText(/cards in \d+ pools would move/).waitFor();
    expect(await page.locator(".tier-moves li").count()).toBeGreaterThan(0);
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.getByRole("button", { name: "Save ladder" }).isDisabled()).toBe(true); // no reason yet
    await page.getByLabel("Why do you change it?").fill("on-demand got cheaper");
    await page.keyboard.press("Enter");
    await page.getByText("on-demand got cheaper").waitFor();
    expect(await page.getByLabel("P2 up to").inputValue()).toBe("2.6");
    expect(await page.getByText("Change a number to see which cards would move.").count()).toBe(1);
    expect(complaints).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
    await context.close();
  });

  test.each([
    ["P1 up to", "9", "Not below the limit of P1."],
    ["P2 up to", "1,5", "Write a number like 1.5, with a point."],
    ["Least availability", "120", "Between 0 and 100."],
  ])("a wrong number is named where it stands, and nothing can be saved: %s %s", async (label, typed, says) => {
    const { page, context } = await open({ cards: 1_000 }, "/tiers?lang=en", "dark");
    await page.getByLabel(label).fill(typed);
    await page.getByText(says).waitFor();
    await page.getByLabel("Why do you change it?").fill("because");
    expect(await page.getByRole("button", { name: "Save ladder" }).isDisabled()).toBe(true);
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Undo changes" }).click();
    expect(await page.getByText(says).count()).toBe(0);
    await context.close();
  });

  test("a tier is set by hand and taken back, with the keyboard alone", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/tiers?lang=en");
    const rows = page.getByRole("region", { name: "Which tiers are set by hand?" }).locator("tbody tr");
    const before = await rows.count();
    await page.getByRole("button", { name: "Set a tier" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("combobox", { name: "Pool" }).selectOption({ index: 5 });
    await page.getByRole("textbox", { name: "Owner" }).fill("Ben");
    await page.getByRole("textbox", { name: "Reason" }).fill("guard window");
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByText("guard window").first().waitFor();
    expect(await rows.count()).toBe(before + 1);
    await rows.last().getByRole("button", { name: "Take back" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => !document.body.textContent.includes("guard window"));
    await context.close();
  });

  test("a benchmark is taken back, and its model counts as its data sheet says again", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/tiers?lang=en");
    const a10 = page.getByRole("region", { name: "How fast does each card count?" }).locator("tr", { hasText: "A10" });
    expect(await a10.last().textContent()).toContain("measured");
    await page.getByRole("button", { name: "Remove the benchmark of A10 by house benchmark 2026-10" }).click();
    await page.getByText("3 benchmarks").waitFor();
    expect(await a10.last().textContent()).not.toContain("measured");
    await context.close();
  });

  test("the window of the timeline and the models shown stand in the address", async () => {
    const { page, context } = await open({ cards: 1_000 }, "/tiers?lang=en");
    await page.getByText("All known").click();
    await page.waitForURL(/models=all/);
    await page.getByText("Ascend910B1").waitFor();
    await page.getByText("1 day", { exact: true }).click();
    await page.waitForURL(/days=1/);
    await page.reload();
    await settled(page);
    expect(await page.getByText("Ascend910B1").count()).toBe(1);
    await context.close();
  });

  test.each(LOOKS)("a chip says why by keyboard, in $lang and $scheme, and gives the focus back", async (look) => {
    const { page, context, complaints } = await open({ cards: 1_000 }, `/tiers?lang=${look.lang}`, look.scheme);
    const chip = page.locator(".tier-button").first();
    await chip.waitFor();
    await chip.focus();
    await page.keyboard.press("Enter");
    const why = page.getByRole("dialog");
    await why.waitFor();
    expect(await why.textContent()).toMatch(look.lang === "en" ? /What would change it/ : /什么会改变它/);
    expect(await axeViolations(page)).toEqual([]);
    await page.screenshot({ path: `test/e2e/screenshots/tier-why-${look.lang}-${look.scheme}.png` });
    await page.keyboard.press("Escape");
    await why.waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.classList.contains("tier-button"))).toBe(true);
    expect(complaints).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
    await context.close();
  });
});
