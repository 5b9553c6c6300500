import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW, fixtureFleet } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import { axeViolations, browserSuite, chromiumOrSkip, settled } from "./lane.ts";

const chromium = chromiumOrSkip("incidents");
const CLEAN = { console: [], foreign: [], csp: [], dialogs: [] };

describe.skipIf(chromium === null)("incidents", browserSuite(90_000), () => {
  let browser: Browser;
  let dist: string;
  const running: FixtureServer[] = [];
  const open = async (story: Story, at: string) => {
    const server = await startFixture(story, dist);
    running.push(server);
    const opened = await openPage(browser, server.url, { colorScheme: "light", now: FIXTURE_NOW });
    await opened.page.goto(server.url + at);
    await settled(opened.page);
    return { ...opened, url: server.url };
  };
  const rowsOf = (page: Page) => page.locator("table.incidents tbody tr[data-line]:not(.incident-group)");
  const menuCount = (page: Page) => page.locator(".nav-link", { hasText: "Alerts" }).locator(".nav-count");

  beforeAll(async () => {
    dist = await buildConsole();
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of running) await server.close();
  });

  test("come worst first, narrowed and grouped in the address, which outlives a reload and goes into the CSV", async () => {
    const { page, context, complaints } = await open({ cards: 1_000 }, "/alerts?lang=en");
    expect(await menuCount(page).innerText()).toBe("9"); // P3 waits for a look at them
    const words = await rowsOf(page).locator("td:nth-child(2)").allInnerTexts();
    expect(words.map((word) => word.trim())).toEqual([
      ...Array<string>(5).fill("P1 critical"),
      ...Array<string>(4).fill("P2 warning"),
      ...Array<string>(2).fill("P3 notice"),
    ]);
    await page.getByRole("button", { name: "Severity" }).click();
    await page.getByRole("checkbox", { name: /P2 warning/ }).click();
    await page.waitForURL(/severity=P2/);
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await page.keyboard.type("limit of 83");
    await page.waitForURL(/q=limit/);
    await page.keyboard.press("Escape");
    await page.getByLabel("Group by").selectOption("node");
    await page.waitForURL(/group=node/);
    await page.waitForFunction(() => document.querySelectorAll("tr.incident-group").length === 2);
    expect(await rowsOf(page).count()).toBe(2);
    await page.reload();
    await settled(page);
    expect(await page.locator("tr.incident-group").count()).toBe(2);
    expect(await page.getByRole("link", { name: "Download CSV" }).getAttribute("href")).toBe(
      "/api/incidents.csv?severity=P2&q=limit+of+83",
    );
    await page.getByText("Held back 1", { exact: true }).click();
    await page.waitForURL(/set=suppressed/);
    await page.getByText("No incident matches").waitFor();
    await page.getByRole("button", { name: "Clear filters" }).last().click();
    await page.waitForFunction(() => document.querySelectorAll("table.incidents tr[data-line]").length > 0);
    expect(await axeViolations(page)).toEqual([]);
    await page.goBack(); // another set is another page of the history
    await page.waitForURL((address) => !address.search.includes("set="));
    expect(complaints).toEqual(CLEAN);
    await context.close();
  });

  test("are acknowledged by keyboard alone, one by one or many at once, and opened with Enter", async () => {
    const { page, context, complaints } = await open({ cards: 1_000 }, "/alerts?lang=en");
    await page.getByText("8 not acknowledged").waitFor();
    for (const key of ["j", "x", "j", "x"]) await page.keyboard.press(key);
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("e");
    await page.getByText("2 incidents acknowledged.").waitFor();
    await page.getByText("6 not acknowledged").waitFor();
    await page.keyboard.press("e"); // nothing selected: the one the keys stand on, which has been seen already
    await page.keyboard.press("k");
    await page.keyboard.press("x");
    await page.getByText("1 selected").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("1 selected").waitFor({ state: "detached" });
    const name = await page.evaluate(() => document.activeElement?.textContent ?? "");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/alerts\/incidents\/\d+/);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await page.waitForURL(/\/alerts(\?|$)/);
    await page.keyboard.press("]"); // the tabs of the alert pages
    await page.waitForURL(/\/alerts\/rules/);
    expect(complaints).toEqual(CLEAN);
    await context.close();
  });

  test("can be three thousand: few rows exist, and an answer moves nothing under the eye", async () => {
    const { page, context } = await open({ cards: 1_000, incidents: 3_000 }, "/alerts?lang=en");
    await page.waitForFunction(
      () => document.querySelector("table.incidents")?.getAttribute("aria-rowcount") === "2160", // three pages of answers
    );
    expect(await rowsOf(page).count()).toBeLessThan(60);
    const worst = await rowsOf(page)
      .locator(".incident-open")
      .evaluateAll((links) => links.slice(0, 4).map((link) => Number(/\d+/.exec(link.getAttribute("href") ?? ""))));
    const scroller = page.locator(".incidents-scroll");
    await scroller.evaluate((node) => node.scrollTo({ top: 48 * 500 + 7 }));
    await page.waitForFunction(() => document.querySelector('tr[data-line="505"]') !== null);
    const topId = () =>
      scroller.evaluate((node) => {
        const top = node.getBoundingClientRect().top + 34;
        const row = [...node.querySelectorAll("tr[data-line]")].find((tr) => tr.getBoundingClientRect().bottom > top);
        return row?.querySelector("a")?.getAttribute("href") ?? "";
      });
    const before = await topId();
    await page.evaluate(async (ids) => {
      for (const id of ids)
        await fetch("/api/trpc/alerts.resolve", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ id, note: "" }),
        });
    }, worst);
    await page.waitForFunction(
      () => document.querySelector("table.incidents")?.getAttribute("aria-rowcount") === "2156",
      undefined,
      { timeout: 20_000 },
    );
    expect(await topId()).toBe(before);
    await context.close();
  });

  test("open by a link: what, where, since, cost and what to do, and acts by single keys", async () => {
    const { page, context, complaints } = await open({ cards: 1_000 }, "/alerts/incidents/4008?lang=en");
    await page.getByRole("heading", { level: 1, name: "5 uncorrected ECC errors" }).waitFor();
    await page.getByText(/At .gpu-zone-b-0038 .* since 22 Nov/).waitFor();
    await page.getByText("Takes out 1 card: ¥9.30 an hour.").waitFor();
    await page.getByText("To do: drain the node, then reset the GPU.").waitFor();
    await page.getByText("The condition held for as long as the rule asks.").waitFor();
    await page.getByText("given up").waitFor(); // a message that was not delivered
    await page.getByText("#3111").waitFor(); // its past
    await page.keyboard.press("n");
    await page.keyboard.type("riser cable was loose");
    await page.keyboard.press("Enter");
    await page.getByText("Note added.").waitFor();
    await page.getByText("riser cable was loose").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("a");
    await page.getByText("Acknowledged.", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Withdraw acknowledgement" }).waitFor();
    await page.getByRole("button", { name: "Assign" }).click();
    await page.getByLabel("Who looks after it?").fill("Li Wei");
    await page.keyboard.press("Enter");
    await page.getByText("Assigned.", { exact: true }).waitFor();
    await page.locator(".incident-facts").getByText("Li Wei").waitFor();
    await page.keyboard.press("s");
    await page.getByText("Silenced for two hours.").waitFor();
    await page.locator(".incident-marks").getByText("silenced").waitFor();
    await page.getByRole("button", { name: "Resolve" }).click();
    await page.getByRole("button", { name: "It is over" }).click();
    await page.locator(".incident-marks").getByText("Resolved").waitFor();
    await page.getByText("A person said so.").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints).toEqual(CLEAN);
    await context.close();
  });

  test("stay text whatever they are called, and a runbook cannot smuggle a link", async () => {
    const { page, context, complaints } = await open(
      { cards: 1_000, mood: "hostile", incidents: 60 },
      "/alerts/incidents/4058?lang=en",
    );
    await page.getByText("[a trap](javascript:window.__hacked=7)").waitFor();
    expect(await page.locator('.markdown a[href^="https://docs.nvidia.com"]').count()).toBe(1);
    expect(await page.locator("a[href^=javascript]").count()).toBe(0);
    await page.getByText("<script>window.__hacked=8</script>").waitFor();
    await page.getByText("535 5.7.8 <b>Authentication failed</b>").waitFor();
    expect(await page.evaluate(() => "__hacked" in window)).toBe(false);
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints).toEqual(CLEAN);
    await context.close();
  });

  test("begin Today, stand in a card's story, and are found by the palette", async () => {
    const card = fixtureFleet(1_000).rows[(8 * 37) % 1_000]!;
    const { page, context, url } = await open({ cards: 1_000 }, "/today?lang=en");
    const first = page.getByRole("region", { name: "What fires, and what does it cost?" });
    await first.getByText("Cards out of work cost").waitFor();
    expect(await first.getByRole("row").count()).toBe(5);
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.type("uncorrected", { delay: 1 });
    await page.getByRole("button", { name: /#4008 5 uncorrected ECC errors/ }).click();
    await page.waitForURL(/incidents\/4008/);
    await page.goto(`${url}/board?lang=en&card=${card.uuid}`);
    await settled(page);
    await page.getByRole("link", { name: "Health" }).click();
    await page.waitForURL(/cards\/.*#health/);
    const health = page.getByRole("region", { name: "What went wrong with it in 30 days?" });
    await health.getByText("5 uncorrected ECC errors").waitFor();
    await health.getByText("NVRM: Xid (PCI:0000:1b:00): 79").waitFor();
    await health.getByRole("link", { name: "Its incidents" }).click();
    await page.waitForURL(/\/alerts\?.*card=GPU-/);
    await page.waitForFunction(() => document.querySelectorAll("table.incidents tbody tr[data-line]").length === 1);
    expect(await axeViolations(page)).toEqual([]);
    await context.close();
  });
});
