import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture } from "./fixture-server.ts";
import { axeViolations, browserSuite, chromiumOrSkip, settled } from "./lane.ts";

const chromium = chromiumOrSkip("rules, silences and channels");
const REFUSED = "Failed to load resource: the server responded with a status of 400 (Bad Request)";

describe.skipIf(chromium === null)("rules, silences and channels", browserSuite(60_000), () => {
  let browser: Browser;
  let dist: string;
  const running: FixtureServer[] = [];
  const open = async (at: string) => {
    const server = await startFixture({ cards: 1_000 }, dist);
    running.push(server);
    const opened = await openPage(browser, server.url, { colorScheme: "light", now: FIXTURE_NOW });
    await opened.page.goto(`${server.url}${at}?lang=en`);
    await settled(opened.page);
    return opened;
  };
  const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const form = (page: Page) => page.getByRole("dialog");

  beforeAll(async () => {
    dist = await buildConsole();
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of running) await server.close();
  });

  test("a built-in rule is tuned, tried beside the saved version before it is saved, and put back", async () => {
    const { page, context, complaints } = await open("/alerts/rules");
    await page.getByLabel("Filter rules").fill("temp-core");
    await button(page, "Tune").click();
    expect(await page.getByLabel("Kind of condition").isDisabled()).toBe(true);
    const above = page.getByLabel("Above the limit by");
    await above.fill("");
    await button(page, "Replay").click();
    await page.getByText("Not replayed: A number is needed.").waitFor();
    expect(await above.getAttribute("aria-invalid")).toBe("true");
    await above.fill("-5");
    await page.getByLabel("Must hold for").fill("3");
    await button(page, "Replay").click();
    await page.getByText("Replaying the stored days").waitFor();
    const sums = page.getByRole("region", { name: "Draft and saved version" });
    await sums.waitFor();
    expect(await sums.getByRole("row", { name: /Pages a day/ }).innerText()).toMatch(/8\.9\s+2\.3/);
    await button(page, "Missed 1").click();
    expect(await page.getByRole("region", { name: "Missed 1" }).getByRole("row").count()).toBe(2);
    await page.getByLabel("Must hold for").fill("4");
    await page.getByText("The draft has changed since").waitFor();
    await page.getByText("Holds everywhere").click();
    await page.getByLabel("Clusters, one a line").fill("bj-a\nsz-b");
    expect(await axeViolations(page)).toEqual([]);
    await button(page, "Save").click();
    await form(page).waitFor({ state: "detached" });
    const row = page.getByRole("row", { name: /temp-core/ });
    await row.getByText("tuned").waitFor();
    expect(await row.innerText()).toContain("4 min");
    await button(page, "Tune").click();
    await page.getByText("cluster bj-a, sz-b").waitFor(); // kept, and open to the eye
    expect(await page.getByLabel("Above the limit by").inputValue()).toBe("-5");
    await button(page, "Cancel").click();
    await button(page, "As built in").click();
    await row.getByText("as built in").waitFor();
    expect(complaints.console).toEqual([REFUSED]);
    await context.close();
  });

  test("a rule of one's own is written by fields, refused where it is wrong, cloned, switched off and removed", async () => {
    const { page, context } = await open("/alerts/rules");
    await button(page, "Write a rule").click();
    await page.getByLabel("Kind of condition").selectOption("all");
    await button(page, "Add a condition").click();
    const second = page.getByRole("group", { name: "Condition 2" });
    await second.getByLabel("Kind of condition").selectOption("event");
    await second.getByLabel("Codes").selectOption("codes");
    await second.getByLabel("Which, with commas").fill("79, x");
    await page.getByLabel("Sentence in Chinese").fill("{node} 的 XID");
    await page.getByLabel("Sentence in English").fill("XID of {nobody}");
    await button(page, "Save").click();
    await page.getByText("Lower-case letters, digits and dashes only").first().waitFor();
    await page.getByLabel("Id").fill("xid-hot");
    await button(page, "Save").click();
    await second.getByText("Whole numbers such as 79 are needed").waitFor();
    await second.getByLabel("Which, with commas").fill("79, 94");
    await button(page, "Save").click();
    await page.getByText("Nothing fills {nobody}").first().waitFor();
    expect(await page.getByLabel("Sentence in English").getAttribute("aria-invalid")).toBe("true");
    await page.getByLabel("Sentence in English").fill("XID on {node}");
    await button(page, "Save").click();
    await page.getByText("The id must begin with u-.").first().waitFor();
    await page.getByLabel("Id").fill("u-xid-hot");
    await button(page, "Save").click();
    await form(page).waitFor({ state: "detached" });
    await page.getByLabel("Filter rules").fill("u-xid");
    const row = page.getByRole("row", { name: /u-xid-hot/ });
    await row.getByText("your own").waitFor();
    await button(page, "Clone").click();
    expect(await page.getByLabel("Id").inputValue()).toBe("u-xid-hot-2");
    await page.getByLabel("Id").fill("u-xid-hot");
    await page.getByText("A rule of this id is there already").first().waitFor();
    await page.keyboard.press("Escape");
    await button(page, "Switch off").click();
    await button(page, "Switch on").waitFor();
    await button(page, "Remove").click();
    await page.getByText("Remove u-xid-hot?").waitFor();
    await button(page, "Remove").click();
    await page.getByText("No rule matches").waitFor();
    await context.close();
  });

  test("a PromQL rule says about what it is, and asks for an expression", async () => {
    const { page, context } = await open("/alerts/rules");
    await button(page, "Write a rule").click();
    await page.getByLabel("Id").fill("u-gateway");
    await page.getByLabel("Kind of condition").selectOption("promql");
    await page.getByLabel("About a").selectOption("cluster");
    await page.getByLabel("PromQL").fill("");
    for (const tongue of ["Chinese", "English"]) await page.getByLabel(`Sentence in ${tongue}`).fill("{job} down 停");
    await button(page, "Save").click();
    await page.getByText("An expression is needed, such as up == 0.").first().waitFor();
    await page.getByLabel("PromQL").fill('up{job="gateway"} == 0');
    await button(page, "Save").click();
    await form(page).waitFor({ state: "detached" });
    await page.getByLabel("Filter rules").fill("u-gateway");
    await button(page, "Tune").click();
    expect(await page.getByLabel("About a").inputValue()).toBe("cluster");
    await context.close();
  });

  test("a silence ends, a channel is added and tested, a route moves, and what was given up is sent again", async () => {
    const { page, context, complaints } = await open("/alerts/silences");
    const rows = page.getByRole("region", { name: "What is quiet on purpose?" }).getByRole("row");
    expect(await rows.count()).toBe(4);
    await button(page, "End now").first().click();
    await page.waitForFunction(() => document.querySelectorAll("table tbody tr").length === 2);
    await page.getByLabel("Show those that are over").check();
    expect(await rows.count()).toBe(4);

    await page.getByRole("tab", { name: "Channels" }).click();
    await page.getByRole("row", { name: /On duty 1/ }).waitFor();
    await button(page, "Add a channel").click();
    await page.getByLabel("Name").fill("Night shift");
    await page.getByLabel("Address").fill("https://hooks.example.com/secret-77zz");
    await button(page, "Save").click();
    const night = page.getByRole("row", { name: /Night shift/ });
    await night.getByText("hooks.example.com/…77zz").waitFor(); // never the whole address
    await night.getByRole("button", { name: "Send a test" }).click();
    await page.getByText("It arrived: HTTP 200, code 0").waitFor();
    await button(page, "Move Team 2 up").click();
    await page.waitForFunction(() => document.querySelector(".routes li strong")?.textContent === "Team 2");
    await button(page, "Send again").click();
    await button(page, "Send again").waitFor({ state: "detached" });
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints.console).toEqual([]);
    await context.close();
  });
});
