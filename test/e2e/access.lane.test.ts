import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { type FakeIdp, startFakeIdp } from "../services/fake-idp.ts";
import { freePort } from "../services/program.ts";
import { axeViolations, browserSuite, chromiumOrSkip, settled } from "./lane.ts";
import { type RealConsole, startConsole } from "./real-console.ts";

const chromium = chromiumOrSkip("how people sign in");
const PASSWORD = "a sentence only Li would say";

describe.skipIf(chromium === null)("signing in, on a real console", browserSuite(120_000), () => {
  let running: RealConsole;
  let browser: Browser;
  let company: FakeIdp;
  beforeAll(async () => {
    company = await startFakeIdp("dapan", null);
    const provider = { id: "company", name: "Company", issuer: company.issuer, clientId: "dapan" };
    running = await startConsole({
      listen: { port: await freePort() },
      egress: { allow: ["127.0.0.1/32"] },
      auth: { signIn: "accounts", oidc: [provider] },
    });
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
    await company?.close();
  });

  const openAt = async (at: string, language: "zh-CN" | "en" = "en") => {
    const opened = await openPage(browser, running.url, { locale: language });
    await opened.page.goto(running.url + at);
    await settled(opened.page);
    return opened;
  };
  const look = async (page: Page, name: string) => {
    const shots = process.env["DAPAN_SHOTS"];
    if (shots !== undefined) await page.screenshot({ path: path.join(shots, `${name}.png`) });
    expect(await axeViolations(page), name).toEqual([]);
  };

  test("set-up link, console, sign-out, a wrong password, back to where one was: without a mouse", async () => {
    const setUp = running.setUpLink();
    const { page, context, complaints } = await openAt(setUp);
    expect(page.url(), "the token is gone from the address").not.toContain("#");
    await page.waitForSelector("input[name=name]");
    await look(page, "set-up");
    await page.keyboard.type("Li Lei");
    await page.keyboard.press("Tab");
    await page.keyboard.type("li@example.com");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/board/);
    await page.waitForSelector("text=Li Lei");
    await page.getByRole("button", { name: "Sign out" }).press("Enter");
    await page.waitForURL(/\/sign-in/);

    await page.goto(`${running.url}/features?lang=en`);
    await page.waitForURL(/\/sign-in\?.*next=/);
    await page.waitForSelector("input[name=email]");
    await look(page, "sign-in-en");
    await page.keyboard.type("li@example.com");
    await page.keyboard.press("Tab");
    await page.keyboard.type("not that one, surely");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=E-mail or password is not right.");
    await page.locator("input[name=password]").focus();
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/features/);
    expect(complaints.csp).toEqual([]);
    expect(complaints.foreign).toEqual([]);
    await context.close();

    const again = await openAt(setUp);
    await again.page.waitForSelector("[role=alert]");
    expect(await again.page.locator("[role=alert]").first().textContent()).toContain("was used or is over");
    await again.context.close();
  });

  test("says it in Chinese, and by dark", async () => {
    const { page, context } = await openPage(browser, running.url, { locale: "zh-CN", colorScheme: "dark" });
    await page.goto(`${running.url}/sign-in?lang=zh`);
    await settled(page);
    await page.waitForSelector("text=忘了密码");
    await look(page, "sign-in-zh");
    await context.close();
  });

  test("a page never sends anybody elsewhere after signing in", async () => {
    const { page, context } = await openAt("/sign-in?lang=en&next=//evil.example/x");
    await page.waitForSelector("input[name=email]");
    await page.locator("input[name=email]").fill("li@example.com");
    await page.locator("input[name=password]").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/board/);
    expect(new URL(page.url()).origin).toBe(running.url);
    await context.close();
  });

  test("a provider leads there and back again: by its button, without a mouse; what fails has words", async () => {
    company.state.browsers = { sub: "s-1", name: "Wang Wu", email: "wang@example.com" };
    const { page, context } = await openAt("/sign-in?lang=en&next=/features");
    await page.getByRole("link", { name: "Sign in with Company" }).press("Enter");
    await page.waitForURL(/\/features/);
    await page.waitForSelector("text=Wang Wu");
    expect(new URL(page.url()).origin).toBe(running.url);
    await context.close();

    company.state.browsers = { sub: "s-2", name: "Li", email: "li@example.com" };
    const other = await openAt("/sign-in?lang=en");
    await other.page.getByRole("link", { name: "Sign in with Company" }).press("Enter");
    await other.page.waitForSelector("text=Somebody here has your e-mail already");
    await look(other.page, "sign-in-fault-en");
    await other.context.close();
    const dark = await openPage(browser, running.url, { locale: "zh-CN", colorScheme: "dark" });
    await dark.page.goto(`${running.url}/sign-in?lang=zh&fault=unproven&id=0a1b2c3d`);
    await dark.page.waitForSelector("text=日志编号：0a1b2c3d");
    await look(dark.page, "sign-in-fault-zh");
    await dark.context.close();
  });
});
