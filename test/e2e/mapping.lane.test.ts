import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import { axeViolations, browserSuite, chromiumOrSkip, settled } from "./lane.ts";

const chromium = chromiumOrSkip("mapping rules and units");
const NOTHING = { console: [], foreign: [], csp: [], dialogs: [] };

describe.skipIf(chromium === null)("mapping and units", browserSuite(90_000), () => {
  let browser: Browser;
  let dist: string;
  const running: FixtureServer[] = [];
  const open = async (at: string, story: Story = { cards: 1_000 }) => {
    const server = await startFixture(story, dist);
    running.push(server);
    const opened = await openPage(browser, server.url, { colorScheme: "light", now: FIXTURE_NOW });
    await opened.page.goto(server.url + at);
    await settled(opened.page);
    return opened;
  };
  const names = (page: Page) =>
    page.getByRole("grid", { name: "Mapping rules in their order" }).locator("tbody td:nth-child(2)").allInnerTexts();

  beforeAll(async () => {
    dist = await buildConsole();
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of running) await server.close();
  });

  test("a rule begins with an unattributed namespace, shows what it moves, and is saved with its reason", async () => {
    const { page, context, complaints } = await open("/mapping?lang=en");
    await page.getByRole("button", { name: "Make a rule for namespace sandbox" }).first().click();
    const form = page.getByRole("dialog", { name: "Add a rule" });
    await form.getByText("Takes 6 of 31 unattributed holders").waitFor();
    expect(await form.getByLabel("Namespace").inputValue()).toBe("sandbox");
    await form.getByRole("button", { name: "See what moves" }).click();
    await form.getByText("Choose the feature it gives holders to.").waitFor();
    await form.getByLabel("Feature").selectOption("notebooks");
    await form.getByRole("button", { name: "See what moves" }).click();
    const moves = form.getByRole("table", { name: "Card-time that moves" });
    await moves.waitFor();
    expect((await moves.locator("tbody tr").innerText()).replaceAll(/\s+/g, " ")).toMatch(
      /^Unattributed Notebooks 686\.3 ¥8,094\.80 6 c1\/sandbox\/try-0/,
    );
    await form.getByText("Holders are kept since 2026-10-18 09:00").waitFor();
    const save = form.getByRole("button", { name: "Save" });
    expect(await save.isDisabled()).toBe(true); // a change without a reason is a riddle in a year
    await form.getByLabel("Why").fill("the sandbox is the notebooks' own");
    expect(await axeViolations(page)).toEqual([]);
    await form.getByLabel("Name", { exact: false }).first().fill("sandbox of notebooks");
    await form.getByText("This was changed since the preview.").waitFor();
    await form.getByRole("button", { name: "See what moves" }).click();
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Saved. 6 holders have another feature now").waitFor();
    await form.getByRole("button", { name: "Close" }).last().click();
    await page.waitForFunction(() => document.body.innerText.includes("10 rules"));
    expect((await names(page)).at(-1)).toBe("sandbox of notebooks");
    expect(await page.getByRole("button", { name: "Make a rule for namespace sandbox" }).count()).toBe(0);
    expect(complaints).toEqual(NOTHING);
    await context.close();
  });

  test("a pattern nobody can read is told at its field, while it is written and by the server", async () => {
    const { page, context } = await open("/mapping?lang=en&form=add&namespace=sandbox");
    const form = page.getByRole("dialog", { name: "Add a rule" });
    await form.getByLabel("Feature").selectOption("notebooks");
    const pod = form.getByLabel("Pod", { exact: true });
    await pod.fill("try-(0");
    const said = async () =>
      pod.evaluate((field) => document.getElementById(field.getAttribute("aria-describedby") ?? "")?.innerText ?? "");
    await form.getByText("This pattern cannot be read: missing closing").waitFor();
    await pod.fill("*");
    await form.getByRole("button", { name: "See what moves" }).click();
    await form.getByText("is no pattern RE2 can read").waitFor();
    expect(await said()).toContain(`a shell's "*" is ".*" here`);
    expect(await form.getByRole("button", { name: "Save" }).count()).toBe(0);
    await form.getByLabel("Holds from").fill("2026-11-01T09:30");
    await pod.fill("try-[0-2]");
    await form.getByText("Takes 3 of 31").waitFor();
    await form.getByRole("button", { name: "See what moves" }).click();
    await form.getByText("2026-11-01T09:30 is not a whole hour of UTC").waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await context.close();
  });

  test("the order is changed by keyboard and button, discarded, and saved only after its preview", async () => {
    const { page, context } = await open("/mapping?lang=en");
    const before = await names(page);
    const grid = page.getByRole("grid", { name: "Mapping rules in their order" });
    await grid.focus();
    await page.keyboard.press("ArrowDown");
    await page.waitForURL(/id=\d+/);
    await page.keyboard.press("Alt+ArrowDown");
    await page.getByText("1 change is not saved").waitFor();
    expect((await names(page))[1]).toContain(before[0]);
    await page.getByRole("button", { name: "Discard" }).click();
    expect(await names(page)).toEqual(before);
    await page.getByRole("button", { name: `Move ${before[1]} up` }).click();
    await page.getByRole("button", { name: "See what moves" }).click();
    await page.getByText("Nothing moves").waitFor(); // they take different holders
    await page.getByLabel("Why").fill("the most asked first");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByText("is not saved").waitFor({ state: "detached" });
    expect((await names(page)).slice(0, 2)).toEqual([before[1], before[0]]);
    await context.close();
  });

  test("a rule is ended from an hour on or taken back for all time, which moves its past", async () => {
    const { page, context } = await open("/mapping?lang=en");
    await page.getByRole("button", { name: "Remove Chat assist, production" }).click();
    const form = page.getByRole("dialog");
    expect(await form.getByLabel("Ends at").inputValue()).toBe("2026-11-22T10:00");
    await form.getByRole("button", { name: "See what moves" }).click();
    await form.getByText("Nothing moves").waitFor();
    await form.getByLabel("Take it back for all time").check();
    await form.getByRole("button", { name: "See what moves" }).click();
    await form.getByRole("cell", { name: "Chat assist" }).waitFor();
    await form.getByRole("cell", { name: "Unattributed" }).waitFor();
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "detached" });
    expect(page.url()).not.toContain("form=");
    await context.close();
  });

  test("a features.yaml shows faults with line and column, then its difference, then is applied", async () => {
    const { page, context, complaints } = await open("/mapping?lang=en&tab=yaml");
    const waiting = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const yaml = readFileSync((await (await waiting).path()) ?? "", "utf8").replace(/^\uFEFF/, "");
    const field = page.getByLabel("features.yaml to apply");
    await field.fill("features:\n  - key: Chat!\nrulez: []\n");
    await page.getByRole("button", { name: "Show what would change" }).click();
    await page.getByText("fault").first().waitFor();
    await page.getByRole("button", { name: "Go to Line 3, column 1" }).waitFor();
    expect(await page.getByText("did you mean rules?").count()).toBe(1);
    await page.getByRole("button", { name: "Go to Line 3, column 1" }).click();
    expect(await field.evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart))).toMatch(
      /^rulez/,
    );
    expect(await axeViolations(page)).toEqual([]);
    await field.fill(yaml);
    await page.getByRole("button", { name: "Show what would change" }).click();
    await page.getByText("Everything is so already.").waitFor();
    await field.fill(yaml.replace("team: imaging", "team: pictures"));
    await page.getByText("The text was changed since.").waitFor();
    await page.getByRole("button", { name: "Show what would change" }).click();
    const row = page.getByRole("table", { name: "What would change" }).locator("tbody tr");
    expect((await row.innerText()).replaceAll(/\s+/g, " ")).toBe(
      "~ Change Feature photo-restore team imaging → pictures",
    );
    await page.getByLabel("Why").fill("renamed");
    await page.getByRole("button", { name: "Apply 1 change" }).click();
    await page.getByText("Applied: 1 change.").waitFor();
    expect(complaints).toEqual(NOTHING);
    await context.close();
  });

  test("a feature is made; a key that cannot be one is told at once", async () => {
    const { page, context } = await open("/mapping?lang=en&tab=features&form=add");
    const form = page.getByRole("dialog", { name: "Add a feature" });
    await form.getByLabel("Key").fill("Chat Assist");
    await form.getByText("cannot be a key").waitFor();
    await form.getByLabel("Key").fill("chat-assist");
    await form.getByText("There is a feature of this key already.").waitFor();
    await form.getByLabel("Key").fill("dubbing");
    await form.getByLabel("Unit it sells").fill("minute");
    await form.getByLabel("Why").fill("new product");
    await form.getByRole("button", { name: "Save feature" }).click();
    await form.getByText("Saved.").waitFor();
    await form.getByRole("button", { name: "Close" }).last().click();
    await page.getByText("13 features").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("dubb");
    await page.waitForURL(/q=dubb/);
    await page.keyboard.press("Escape");
    await context.close();
  });

  test("tabs are walked from anywhere, and on a narrow screen the chosen one is in sight", async () => {
    const { page, context } = await open("/units?lang=en");
    await page.setViewportSize({ width: 280, height: 800 });
    const inSight = () =>
      page.evaluate(() => {
        const [bar, tab] = [".tabs", ".tab[aria-selected=true]"].map((one) =>
          document.querySelector(one)!.getBoundingClientRect(),
        );
        return tab!.left >= bar!.left && tab!.right <= bar!.right + 1;
      });
    for (const tab of ["prices", "costs", "import"]) {
      await page.keyboard.press("]");
      await page.waitForURL(new RegExp(`tab=${tab}`));
      await expect.poll(inSight).toBe(true);
    }
    await page.getByRole("tab", { name: "CSV" }).focus();
    await page.keyboard.press("Home");
    await page.waitForURL((at) => !at.search.includes("tab="));
    await expect.poll(inSight).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Sources");
    await page.keyboard.press("["); // before the first stands the last
    await page.waitForURL(/tab=import/);
    await context.close();
  });

  const drop = (page: Page, name: string, text: string) =>
    page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

  test("a CSV with a wrong row says row and column and cannot be applied; corrected, all of it is", async () => {
    const { page, context, complaints } = await open("/units?lang=en&tab=import");
    const head = "feature,day,ok,revenue,currency\n";
    await drop(
      page,
      "nov.csv",
      `${head}chat-assist,2026-11-01,1200,24.5,CNY\nchat-assist,2026-11-02,"1,234.5",=1+1,CNY\nnobody,2026-11-02,5,,\n`,
    );
    const rows = page.getByRole("table", { name: "Rows of the file" }).locator("tbody tr");
    await rows.first().waitFor();
    const wrong = await rows.nth(1).innerText();
    expect(wrong).toContain("ok 1,234.5: separators read differently");
    expect(wrong).toContain("revenue holds a formula, =1+1");
    expect(await rows.nth(1).locator("td").first().innerText()).toBe("3");
    await page.getByText("2 of 3 rows are wrong").waitFor();
    await page.getByLabel("Why").fill("units of November");
    expect(await page.getByRole("button", { name: "Take all 3 rows" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Wrong rows 2" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".import-rows tbody tr").length === 2);
    expect(await axeViolations(page)).toEqual([]);
    await drop(page, "nov-2.csv", `${head}chat-assist,2026-11-01,1200,24.5,CNY\nchat-assist,2026-11-02,1234.5,2,CNY\n`);
    await page.getByText("nov-2.csv").waitFor();
    expect(
      (await page.getByRole("table", { name: "What becomes of" }).locator("tbody tr").innerText()).replaceAll(
        /\s+/g,
        " ",
      ),
    ).toBe("chat-assist 12,000 → 2,434.5 ¥0.00 → ¥26.50 1 / 1 / 0");
    await page.getByLabel("Why").fill("units of November");
    await page.getByRole("button", { name: "Take all 2 rows" }).click();
    await page.getByText("Taken as revision 57").waitFor();
    await drop(page, "book.csv", "a,b\n1,2\n");
    await page.getByText("This file cannot be read").waitFor();
    expect(complaints).toEqual(NOTHING);
    await context.close();
  });

  test("a counter is tried before it is saved, and a price is set from a day on", async () => {
    const { page, context } = await open("/units?lang=en");
    await page.getByRole("button", { name: "Add a counter for Vision pretraining" }).click();
    const form = page.getByRole("dialog", { name: "Add a counter" });
    await form.getByLabel("What it counts").selectOption("vllm-requests");
    await form.getByText("vllm:request_success_total").first().waitFor();
    await form.getByLabel("Matcher").fill('{model_name="nobody"}');
    await form.getByRole("button", { name: "Try it" }).click();
    await form.getByText("No counter matches.").waitFor();
    await form.getByLabel("Matcher").fill('{model_name="vision"}');
    await form.getByText("The source was changed since this was tried.").waitFor();
    await form.getByRole("button", { name: "Try it" }).click();
    await form.getByText("4 counters of produced units match").waitFor();
    expect(await form.getByRole("cell", { name: "missing" }).count()).toBe(1); // an hour without data is no 0
    await form.getByLabel("Name of the source").fill("vllm");
    await form.getByLabel("Why").fill("counted from today");
    expect(await axeViolations(page)).toEqual([]);
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByText("Saved.").waitFor();
    await form.getByRole("button", { name: "Close" }).last().click();
    await page.getByRole("tab", { name: "Unit prices" }).click();
    await page.waitForURL(/tab=prices/);
    await page.getByRole("button", { name: "Set a price" }).click();
    const price = page.getByRole("dialog", { name: "Set a unit price" });
    await price.getByLabel("Feature").selectOption("avatar-video");
    await price.getByLabel("Price per unit").fill("1,5");
    await price.getByLabel("Why").fill("price list");
    await price.getByRole("button", { name: "Save" }).click();
    await price.getByText("Write digits and one point").waitFor();
    await price.getByLabel("Price per unit").fill("1.5");
    await price.getByRole("button", { name: "Save" }).click();
    await price.getByText("Saved as revision 57.").waitFor();
    await price.getByRole("button", { name: "Close" }).last().click();
    await page.getByLabel("Filter by feature or source").fill("avatar");
    await page
      .getByRole("grid", { name: "Unit prices" })
      .getByText(/^1\.50+$/)
      .waitFor();
    await page.keyboard.press("Escape");
    await context.close();
  });
});
