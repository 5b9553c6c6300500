import { existsSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import { axeViolations, chromiumOrSkip, settled, browserSuite } from "./lane.ts";

const chromium = chromiumOrSkip("the price book and its imports");
const REAL = path.resolve("../shared/data/prices/cloud-gpus.csv");
const QUIET = { console: [], foreign: [], csp: [], dialogs: [] };
const LOOKS = [
  { lang: "en", scheme: "light" },
  { lang: "zh", scheme: "dark" },
] as const;

const HEAD = "vendor,model,billing,basis,amount,currency,from\n";
const GOOD = "cloud-z,T4,spot,card_hour,2.5,CNY,2026-11-01\n";
const WRONG = 'cloud-z,A10,spot,card_hour,"1.234,56",CNY,2026-11-01\n';
const csv = (text: string, name = "prices.csv") => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

describe.skipIf(chromium === null)("pricing", browserSuite(90_000), () => {
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

  test.each(LOOKS)(
    "a file with a wrong row is taken only without it, in $lang and $scheme",
    async ({ lang, scheme }) => {
      const isEnglish = lang === "en";
      const { page, context, complaints } = await open({ cards: 300 }, `/pricing?tab=import&lang=${lang}`, scheme);
      await page.setInputFiles("input[type=file]", csv(HEAD + GOOD + WRONG));
      await page.locator(".import-rows tbody tr").nth(1).waitFor();
      await page.getByText(isEnglish ? /separators read differently/ : /千分位/).waitFor();
      const take = page.locator(".import-start button[type=submit]");
      await page.getByLabel(isEnglish ? "Why" : "原因").fill("contract HT-7");
      expect(await take.isDisabled()).toBe(true); // one row stands in the way
      await page.locator(".import-good input").check();
      await page.waitForFunction(
        () => document.querySelector<HTMLButtonElement>(".import-start button")?.disabled === false,
      );
      expect(await axeViolations(page)).toEqual([]);
      await page.screenshot({ path: `test/e2e/screenshots/import-rows-${lang}-${scheme}.png`, fullPage: true });
      await page.locator(".import-start input").press("Enter");
      await page.getByText(isEnglish ? /Done: 1 added/ : /完成：新增 1/).waitFor();
      await page.getByRole("button", { name: isEnglish ? "Open the price book" : "打开价格本" }).click();
      await page.locator(".book-search input").fill("cloud-z");
      await page.getByText("contract HT-7").waitFor();
      expect(complaints).toEqual(QUIET);
      await context.close();
    },
  );

  test("rows are left out one by one, and the count follows", async () => {
    const { page, context } = await open({ cards: 300 }, "/pricing?tab=import&lang=en");
    await page.setInputFiles("input[type=file]", csv(HEAD + GOOD + GOOD.replace("T4", "A10")));
    await page.getByRole("button", { name: "Take 2 entries" }).waitFor();
    await page.getByLabel("Take row 3").uncheck();
    await page.getByRole("button", { name: "Take 1 entry" }).waitFor();
    await page.getByRole("button", { name: /Not picked 1/ }).click();
    await expect.poll(() => page.locator(".import-rows tbody tr").count()).toBe(1);
    await context.close();
  });

  test("an unknown card is settled with one choice, and the rows follow", async () => {
    const { page, context } = await open({ cards: 300 }, "/pricing?tab=import&lang=en");
    await page.setInputFiles("input[type=file]", csv(HEAD + GOOD.replace("T4", "Our Card")));
    await page.getByText("Cards nobody knows here (1)").click();
    await page.getByLabel("Our Card is …").selectOption("A10");
    await page
      .locator(".import-rows")
      .getByText(/cloud-z · A10/)
      .waitFor();
    await page.getByText("Names that were settled (1)").click();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Forget Our Card" }).click();
    await page.getByText("Names that were settled").waitFor({ state: "detached" });
    await context.close();
  });

  test.each([
    ["a table nobody knows", csv("a,b\n1,2\n"), /not of a table known here: a, b/],
    ["a workbook", csv("PK\u0003\u0004rest", "prices.xlsx"), /perhaps a workbook/],
    ["a header alone", csv(HEAD), /It has no rows/],
    [
      "hostile cells",
      csv(`${HEAD}<script>window.__hacked=1</script>,T4,spot,card_hour,=1+1,CNY,\n`),
      /holds a formula, =1\+1/,
    ],
  ])("%s says what is wrong and the way out", async (_, file, says) => {
    const { page, context, complaints } = await open({ cards: 300 }, "/pricing?tab=import&lang=en");
    await page.setInputFiles("input[type=file]", file);
    await page.getByText(says).first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints).toEqual(QUIET);
    await context.close();
  });

  test("the real list asks for its currency, explains its rows, and pages through them", async () => {
    if (!existsSync(REAL)) return console.log(`skipped: no ${REAL}`);
    const { page, context } = await open({ cards: 300 }, "/pricing?tab=import&lang=en");
    await page.setInputFiles("input[type=file]", REAL);
    await page.getByText("does not say its currency").waitFor();
    await page.getByLabel("Currency of figures without one").selectOption("USD");
    await page.getByRole("button", { name: /All rows 257/ }).waitFor();
    await page.getByRole("button", { name: "Next rows" }).click();
    await page.getByText("Rows 101 to 200 of 257").waitFor();
    await page.getByRole("button", { name: /^■?\s*Refused 30/ }).click();
    await page
      .getByText(/On-demand ÷ GPUs is 0.3200, Per-GPU says 0.30/)
      .first()
      .waitFor();
    await context.close();
  });

  test("throughput and rates have their own columns", async () => {
    const { page, context } = await open({ cards: 300 }, "/pricing?tab=import&table=rates&lang=en");
    await page.setInputFiles("input[type=file]", csv("base,quote,day,rate\nEUR,CNY,2026-11-01,7.8\n", "rates.csv"));
    await page.getByText("1 EUR = 7.80 CNY from 2026-11-01").waitFor();
    await page.getByLabel("Why").fill("month end");
    await page.keyboard.press("Enter");
    await page.getByText(/Done: 1 added/).waitFor();
    await page.getByText("Throughput", { exact: true }).click();
    await page.waitForURL(/table=benchmarks/);
    const bench = "workload,card,units_per_hour,date,source\ntraining,L40S,120.5,2026-11-01,lab\n";
    await page.setInputFiles("input[type=file]", csv(bench, "bench.csv"));
    await page.getByText("L40S · Training · 120.50 an hour").waitFor();
    await context.close();
  });

  test("a price is added with the keyboard alone, after its difference was shown", async () => {
    const { page, context, complaints } = await open({ cards: 300 }, "/pricing?tab=holes&lang=en");
    await page.getByRole("button", { name: "Price it" }).first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Amount" }).fill("3,5");
    await page.keyboard.press("Enter");
    await page.getByText(/Cannot be read: .*3,5/).waitFor();
    await page.getByRole("textbox", { name: "Amount" }).fill("3.5");
    await page.keyboard.press("Enter");
    await page.getByText(/pools? changes? price/).waitFor();
    expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true); // no reason yet
    await page.getByRole("textbox", { name: "Why" }).fill("was forgotten");
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByText("Saved as revision").waitFor();
    expect({ ...complaints, console: [] }).toEqual(QUIET); // the browser notes the answer to "3,5"
    await context.close();
  });

  test("filters, the open price and the part stand in the address", async () => {
    const { page, context } = await open({ cards: 300 }, "/pricing?lang=en");
    await page.getByText("List prices", { exact: true }).click();
    await page.waitForURL(/kind=list/);
    await page.locator(".book-search input").fill("t4");
    await page.waitForURL(/q=t4/);
    await page.waitForFunction(() => {
      const rows = [...document.querySelectorAll("table.grid tbody tr:not([aria-hidden])")];
      return rows.length > 0 && rows.every((row) => row.textContent?.includes("T4")); // the rows that are left
    });
    await page.locator("table.grid").focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForURL(/price=\d+/);
    await page.reload();
    await settled(page);
    await page.getByRole("complementary", { name: "One price" }).waitFor();
    expect(await page.locator(".book-search input").inputValue()).toBe("t4");
    await page.getByRole("tab", { name: "Exchange rates" }).click();
    await page.goBack();
    await page.waitForURL(/q=t4/);
    await context.close();
  });
});
