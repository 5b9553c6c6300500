import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { axeViolations, browserSuite, chromiumOrSkip, settled } from "./lane.ts";
import { type RealConsole, startConsole } from "./real-console.ts";

const chromium = chromiumOrSkip("people, accounts and tokens");
const PASSWORD = "a sentence only Li would say";
const OTHER = "another sentence, said by Mei";

describe.skipIf(chromium === null)("who may come in, on a real console", browserSuite(120_000), () => {
  let running: RealConsole;
  let browser: Browser;
  let admin: Page;
  beforeAll(async () => {
    running = await startConsole({ auth: { signIn: "accounts" } });
    browser = await openChromium(chromium ?? "");
    admin = await openAt(running.setUpLink());
    await admin.fill("input[name=name]", "Li Lei");
    await admin.fill("input[name=email]", "li@example.com");
    await admin.fill("input[name=password]", PASSWORD);
    await admin.keyboard.press("Enter");
    await admin.waitForURL(/\/board/);
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  const openAt = async (at: string): Promise<Page> => {
    const { page } = await openPage(browser, running.url, { locale: "en" });
    await page.goto(running.url + at);
    await settled(page);
    return page;
  };
  const go = async (page: Page, at: string) => {
    await page.goto(`${running.url}${at}?lang=en`);
    await settled(page);
  };
  /** Accessible by light and by dark. */
  const accessible = async (page: Page, what: string) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(400); // colours fade over
      expect(await axeViolations(page), `${what}, ${colorScheme}`).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: "light" });
  };
  const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).press("Enter");
  /** The next request is refused, and the page goes to the sign-in: by its own question, or by ours. */
  const shutOut = async (page: Page): Promise<void> => {
    expect((await page.context().request.get(`${running.url}/api/trpc/access.sessions`)).status()).toBe(401);
    await page.goto(`${running.url}/features?lang=en`).catch(() => undefined);
    await page.waitForURL(/\/sign-in/);
  };
  const save = async (): Promise<void> => {
    await press(admin, "Save");
    await admin.getByText("Saved.").waitFor();
  };
  const signIn = async (page: Page): Promise<void> => {
    await page.waitForSelector("input[name=email]");
    await page.fill("input[name=email]", "mei@example.com");
    await page.fill("input[name=password]", OTHER);
    await page.keyboard.press("Enter");
  };

  test("somebody is invited, comes in, becomes another, and is locked out: each at the next request", async () => {
    await go(admin, "/people");
    await press(admin, "Invite somebody");
    await admin.keyboard.type("Han Mei"); // the first field has the focus
    await admin.keyboard.press("Tab");
    await admin.keyboard.type("mei@example.com");
    await accessible(admin, "inviting");
    await admin.keyboard.press("Enter");
    const link = await admin.getByRole("textbox", { name: "One-time link" }).inputValue();
    await admin.keyboard.press("Escape");
    await admin.getByText(/ invited$/).waitFor();

    const mei = await openAt(link.slice(link.indexOf("/link#")));
    await mei.fill("input[name=password]", OTHER);
    await mei.keyboard.press("Enter");
    await mei.waitForURL(/\/board/);
    await mei.getByRole("link", { name: "Han Mei" }).waitFor();
    expect(await mei.getByRole("link", { name: "Pricing" }).count(), "a viewer is offered no prices").toBe(0);
    expect(await mei.getByRole("link", { name: "People" }).count()).toBe(0);

    await go(admin, "/people");
    await press(admin, "Han Mei");
    await admin.getByRole("checkbox", { name: "Finance" }).press("Space");
    await accessible(admin, "one person");
    await save();
    await shutOut(mei);
    await signIn(mei);
    await mei.waitForURL(/\/features/);
    await mei.getByRole("link", { name: "Pricing" }).waitFor();

    await admin.getByRole("checkbox", { name: "Disabled: cannot come in" }).press("Space");
    await save();
    await shutOut(mei);
    await signIn(mei);
    await mei.getByText("E-mail or password is not right.").waitFor();

    await press(admin, "Li Lei");
    await admin.getByRole("checkbox", { name: "Administrator" }).press("Space");
    await press(admin, "Save");
    await admin.getByText("this is the last administrator").waitFor();
    await mei.context().close();
  });

  test("a token is told once, opens what it may, and nothing once it is revoked", async () => {
    await go(admin, "/tokens");
    await press(admin, "New token");
    await admin.keyboard.type("nightly");
    await accessible(admin, "a new token");
    await press(admin, "Make the token");
    const secret = await admin.getByRole("textbox", { name: "Token" }).inputValue();
    const asked = async () => {
      const headers = { authorization: `Bearer ${secret}` };
      return (await admin.context().request.get(`${running.url}/api/trpc/fleet.summary`, { headers })).status();
    };
    expect(await asked()).toBe(200);
    await press(admin, "Done");
    await press(admin, "Revoke");
    await admin.getByText("Programs that use it are refused at once.").waitFor();
    await admin.keyboard.press("Enter"); // the question has the focus
    await admin.getByText("No tokens yet").waitFor();
    expect(await asked()).toBe(401);
    await admin.getByRole("checkbox", { name: "Show those that are over" }).press("Space");
    await admin.getByText(/ revoked$/).waitFor();
    await accessible(admin, "tokens");
  });

  test("one's own sessions and password", async () => {
    await go(admin, "/account");
    await admin.getByText("this one").waitFor();
    await accessible(admin, "account");
    const change = async (present: string) => {
      await admin.getByRole("textbox", { name: "Present password" }).fill(present);
      await admin.getByRole("textbox", { name: "New password" }).fill(`${PASSWORD}, twice`);
      await admin.keyboard.press("Enter");
    };
    await change("not that one, surely");
    await admin.getByText("the present password is wrong").waitFor();
    await change(PASSWORD);
    await admin.getByText("All your other sessions have ended.").waitFor();
    await go(admin, "/people");
    await admin.getByText("Han Mei").waitFor(); // this session stands
  });
});
