import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import { axeViolations, browserSuite, chromiumOrSkip, settled } from "./lane.ts";

const chromium = chromiumOrSkip("patrol");
const CLEAN = { console: [], foreign: [], csp: [], dialogs: [] };
const story: Story = { cards: 1_000 };

describe.skipIf(chromium === null)("patrol", browserSuite(60_000), () => {
  let browser: Browser;
  let dist: string;
  const running: FixtureServer[] = [];
  const open = async (at: string) => {
    const server = await startFixture(story, dist);
    running.push(server);
    const opened = await openPage(browser, server.url, { colorScheme: "light", now: FIXTURE_NOW });
    await opened.page.goto(server.url + at);
    await settled(opened.page);
    return { ...opened, url: server.url };
  };

  beforeAll(async () => {
    dist = await buildConsole();
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of running) await server.close();
  });

  test("the checklist is narrowed to what needs a person, and takes an item of one's own and drops it", async () => {
    const { page, context, complaints } = await open("/today?lang=en");
    await page.keyboard.press("g");
    await page.keyboard.press("w");
    await page.waitForURL(/\/patrol(\?|$)/);
    await page.getByRole("columnheader", { name: "Last patrols" }).waitFor();
    const verdicts = page.locator("tr.check td:first-child");
    const all = await verdicts.count();
    await page.getByRole("checkbox", { name: "Only what needs a person" }).click();
    expect(new Set((await verdicts.allInnerTexts()).map((text) => text.replace(/^\W+/, "")))).toEqual(
      new Set(["Bad", "Unknown"]),
    );
    await page.getByRole("checkbox", { name: "Only what needs a person" }).click();
    expect(await verdicts.count()).toBe(all);
    await page.getByRole("button", { name: "Add an item" }).click();
    await page.getByLabel("What is looked at").fill("Too many drops <b>");
    await page.getByText("Give at least one limit.").waitFor();
    expect(await page.getByRole("button", { name: "Save" }).isDisabled()).toBe(true);
    await page.getByLabel("Bad from").fill("5");
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Save" }).click();
    const own = page.getByRole("row", { name: /Too many drops <b>/ });
    await own.getByRole("button", { name: "Remove" }).click();
    await own.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Run now" }).click();
    await page.getByText("Looked 22 Nov, 09:41:15").waitFor();
    expect(complaints).toEqual(CLEAN);
    await context.close();
  });

  test("a day of the calendar and a scope stand in the address and in the CSV of what was missed", async () => {
    const { page, context, complaints } = await open("/patrol/coverage?lang=en");
    const csv = () => page.getByRole("link", { name: "Download CSV" }).getAttribute("href");
    expect(await csv()).toBe("/api/coverage.csv?from=2026-08-24&to=2026-11-22");
    await page.getByRole("button", { name: "13 Nov: 99.96% seen" }).click();
    await page.waitForURL(/day=2026-11-13/);
    await page.getByRole("heading", { name: "What was missed on 13 Nov 2026?" }).waitFor();
    await page.getByRole("button", { name: "Vendor" }).click();
    await page.getByRole("checkbox", { name: "vendor-b" }).click();
    await page.keyboard.press("Escape");
    await page.waitForURL(/vendor=vendor-b/);
    await page.reload();
    await settled(page);
    expect(await csv()).toBe("/api/coverage.csv?from=2026-11-13&to=2026-11-13&vendor=vendor-b");
    await page.getByRole("button", { name: "Clear scope and day" }).click();
    await page.getByRole("heading", { name: "What was missed?" }).waitFor();
    expect(complaints).toEqual(CLEAN);
    await context.close();
  });

  test("a report is found, compared, read, shared by a link that can be taken back, and made anew", async () => {
    const { page, context, complaints, url } = await open("/patrol/reports?lang=en");
    await page.getByLabel("Find a report").fill("W4");
    await page.waitForURL(/q=W4/);
    await page.getByRole("button", { name: "Compare two" }).click();
    for (const week of ["2026-W45", "2026-W44"])
      await page.getByRole("checkbox", { name: `Compare ${week}`, exact: true }).click();
    await page.getByRole("link", { name: "Compare", exact: true }).click();
    await page.waitForURL(/reports\/703\/since\/704/);
    await page.getByText("Patrol report, week 44 of 2026 → Patrol report, week 45 of 2026").waitFor();
    await page.getByRole("rowheader", { name: "Cost", exact: true }).first().waitFor();

    await page.getByRole("link", { name: "Patrol report, week 45 of 2026" }).click();
    await page.getByRole("heading", { level: 1, name: "Patrol report, week 45 of 2026" }).waitFor();
    expect(await page.getByRole("link", { name: "Download PDF" }).getAttribute("href")).toBe(
      "/api/reports/703.pdf?lang=en",
    );
    const csv = page.getByRole("link", { name: /^Download CSV: / }).first();
    expect(await csv.getAttribute("href")).toMatch(/^\/api\/reports\/703\/[a-z0-9-]+\.csv\?lang=en$/);
    await page.getByRole("navigation", { name: "Contents" }).getByRole("link", { name: "Appendix" }).click();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Appendix");

    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Create link" }).click();
    const address = await page.getByRole("textbox", { name: "Copy link" }).inputValue();
    expect(address).toMatch(new RegExp(`^${url}/r/[a-z0-9]{32}$`));
    expect(await axeViolations(page)).toEqual([]);
    const reader = await context.newPage();
    await reader.goto(`${address}?lang=en`);
    await reader.getByRole("heading", { level: 1, name: "Patrol report, week 45 of 2026" }).waitFor();
    expect(await reader.getByRole("navigation", { name: "Pages" }).count()).toBe(0); // a report, not the console
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByText(/^revoked /).waitFor();
    await reader.reload();
    await reader.getByRole("heading", { name: "This link leads nowhere" }).waitFor();
    await reader.close();
    await page.keyboard.press("Escape");

    await page.getByRole("link", { name: "All reports" }).click();
    await page.getByRole("button", { name: "Make a report" }).click();
    const period = page.getByLabel("Period");
    expect(await period.inputValue()).toBe("2026-W46");
    await period.fill("2026-W50");
    await page.getByRole("button", { name: "Make it" }).click();
    await page.getByText("Not made: 2026-W50 is not over yet").waitFor();
    await period.fill("2026-W33");
    await page.getByRole("button", { name: "Make it" }).click();
    await page.getByRole("heading", { level: 1, name: "Patrol report, week 33 of 2026" }).waitFor();
    const refused = (text: string) => text.startsWith("Failed to load resource"); // the future period, the revoked link
    expect({ ...complaints, console: complaints.console.filter((text) => !refused(text)) }).toEqual(CLEAN);
    await context.close();
  });

  test("a schedule shows its next runs while it is written, and a guard window its duty and readiness", async () => {
    const { page, context, complaints } = await open("/patrol/schedules?lang=en");
    await page.getByRole("button", { name: "Add a schedule" }).click();
    await page.getByLabel("Name").fill("Board digest");
    const cron = page.getByLabel(/^When/);
    expect(await cron.inputValue()).toBe("7 9 * * 1"); // never the full hour
    await page.getByText("23 Nov, 09:08:00").last().waitFor();
    await cron.fill("9 9");
    await page.getByText("cron has five fields").waitFor();
    await page.getByRole("button", { name: "Each day 09:07" }).click();
    await page.getByRole("checkbox", { name: "SRE on duty" }).click();
    await page.getByLabel(/E-mail the PDF/).fill("lead@example.com\nops@example.com");
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Save" }).click();
    const row = page.getByRole("row", { name: /Board digest/ });
    await row.getByText("SRE on duty; lead@example.com, ops@example.com").waitFor();
    await row.getByRole("button", { name: "Send test" }).click();
    await row.getByText("SRE on duty: not delivered, 19021 sign match fail").waitFor();
    await row.getByRole("button", { name: "Pause" }).click();
    await row.getByRole("button", { name: "Resume" }).waitFor();

    await page.getByRole("tab", { name: "Guard" }).click();
    await page.getByRole("button", { name: "Add a window" }).click();
    await page.getByLabel("Name").first().fill("Live final");
    await page.getByLabel("Owner").fill("ann");
    const starts = await page.getByLabel("From").inputValue();
    const shift = (who: string) => page.getByRole("group", { name: who });
    for (const who of ["ann", "bo"]) {
      await page.getByRole("button", { name: "Add somebody" }).click();
      await page.getByLabel("Who").last().fill(who);
    }
    await shift("ann").getByLabel("How to reach them").fill("138 0000 0000");
    const handOver = starts.replace("T00:00", "T12:00");
    await shift("ann").getByRole("textbox", { name: "To", exact: true }).fill(handOver);
    await shift("bo").getByRole("textbox", { name: "From", exact: true }).fill(handOver);
    await page.getByRole("button", { name: "Tighten a rule" }).click();
    await page.getByLabel("Rule", { exact: true }).selectOption("temp-high");
    await page.getByLabel("In the window").fill("-5");
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Save" }).click();
    const window = page.getByRole("article").filter({ hasText: "Live final" });
    await window.getByText("138 0000 0000").waitFor();
    await window.getByText("temp-high: -5").waitFor();
    await window.getByText("Rules speak after 50 % of their usual wait").waitFor();
    await window.getByRole("button", { name: "Look now" }).click();
    await window.getByText("2 incidents are open").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints).toEqual(CLEAN);
    await context.close();
  });
});
