import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { axeViolations, browserSuite, chromiumOrSkip, settled } from "./lane.ts";
import { type RealConsole, startConsole } from "./real-console.ts";

const chromium = chromiumOrSkip("the audit and the second person");
const PASSWORD = "a sentence only one person says";

/** What is offered on a page only to who may do it: where, a heading everybody sees there, and the button. */
const OFFERED = [
  ["/mapping?tab=features", "What features are there?", "Add a feature"],
  ["/alerts/rules", "What does Dapan watch for?", "Write a rule"],
  ["/alerts/silences", "What is quiet on purpose?", "Silence something"],
  ["/patrol/schedules", "What is made, and when?", "Add a schedule"],
  ["/tiers", "Which tiers are set by hand?", "Set a tier"],
] as const;

describe.skipIf(chromium === null)("the audit and the second person, on a real console", browserSuite(120_000), () => {
  const complaints: string[][] = [];
  let running: RealConsole;
  let browser: Browser;
  const open: BrowserContext[] = [];

  beforeAll(async () => {
    const auth = { signIn: "accounts", secondPerson: ["prices", "mapping", "channels"] };
    running = await startConsole({ auth });
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  /** A page of somebody who has just come in by a one-time link. */
  async function comesIn(link: string, form: object, scheme: "light" | "dark" = "light"): Promise<Page> {
    const opened = await openPage(browser, running.url, { locale: "en", colorScheme: scheme });
    const token = link.split("#")[1] ?? "";
    const answer = await opened.page.request.post(`${running.url}/api/link`, {
      data: { token, password: PASSWORD, ...form },
      headers: { origin: running.url },
    });
    expect(answer.status(), await answer.text()).toBe(200);
    open.push(opened.context);
    complaints.push(opened.complaints.csp, opened.complaints.foreign);
    return opened.page;
  }
  const invite = async (by: Page, name: string, role: string): Promise<string> => {
    const answer = await by.request.post(`${running.url}/api/trpc/access.invite`, {
      data: { name, email: `${name}@example.com`, roles: [role], teams: null },
      headers: { origin: running.url },
    });
    const said = (await answer.json()) as { result: { data: { url: string } } };
    return said.result.data.url;
  };
  const go = async (page: Page, at: string) => {
    await page.goto(`${running.url}${at}${at.includes("?") ? "&" : "?"}lang=en`);
    await settled(page);
  };
  /** As a link of the page would: what it has loaded stays. */
  const follow = (page: Page, at: string) =>
    page.evaluate(
      (to) => {
        history.pushState({}, "", to);
        dispatchEvent(new PopStateEvent("popstate"));
      },
      `${at}${at.includes("?") ? "&" : "?"}lang=en`,
    );
  const look = async (page: Page, name: string) => {
    const shots = process.env["DAPAN_SHOTS"];
    if (shots !== undefined) await page.screenshot({ path: path.join(shots, `${name}.png`) });
    expect(await axeViolations(page), name).toEqual([]);
  };

  test("one asks, another agrees, the record shows both; who may not is offered nothing", { retry: 0 }, async () => {
    const setUp = running.setUpLink();
    const li = await comesIn(setUp, { name: "Li", email: "li@example.com" });
    const han = await comesIn(await invite(li, "Han", "admin"), {}, "dark");
    const viewer = await comesIn(await invite(li, "Wang", "viewer"), {});

    await go(li, "/mapping?tab=features&form=add");
    await li.getByRole("textbox", { name: "Name", exact: true }).fill("Avatar video");
    await li.getByRole("textbox", { name: "Key" }).fill("avatar-video");
    await li.getByRole("textbox", { name: "Why" }).fill("a feature of its own");
    await li.getByRole("button", { name: "Save feature" }).click();
    await li.getByText("Waits for a second person").waitFor();
    await li.getByRole("link", { name: /^See number/ }).click();
    await li.getByText("Somebody else has to decide: you asked for it.").waitFor();
    expect(await li.getByRole("button", { name: "Approve" }).count()).toBe(0);
    await look(li, "approvals-own");

    await go(han, "/board");
    await han.getByRole("link", { name: "Approvals 1" }).click();
    await han.getByText("a feature of its own").first().waitFor();
    await look(han, "approvals-decide-dark");
    await han.getByRole("textbox", { name: "Note" }).fill("agreed");
    await han.getByRole("button", { name: "Approve" }).click();
    await han.getByRole("alertdialog").getByRole("button", { name: "Approve" }).click();
    await han.getByText("Approved").waitFor();
    await go(li, "/mapping?tab=features");
    await li.getByText("Avatar video").first().waitFor();

    await follow(han, "/audit?q=mapping.saveFeature");
    await han.locator(".audit-outcome", { hasText: "Asked" }).waitFor();
    const done = han.locator("tr", { hasText: "approved by Han; agreed" });
    await done.getByRole("button").click();
    await han.locator(".audit-change", { hasText: "avatar-video" }).first().waitFor();
    await han.getByRole("button", { name: "Verify" }).click();
    await han.getByText(/The record is as it was written: \d+ rows\./).waitFor();
    await look(han, "audit-dark");
    await follow(li, "/audit");
    await li.getByText("Invite a person").first().waitFor();
    await look(li, "audit-light");

    await go(viewer, "/mapping?tab=features&form=add");
    for (const [at, heading, words] of OFFERED) {
      const offered = (page: Page) => page.locator("main").getByRole("button", { name: words, exact: true });
      await follow(li, at);
      await offered(li).waitFor();
      await follow(viewer, `${at}${at.includes("?") ? "&" : "?"}form=add`); // no address opens a form
      await viewer.getByRole("heading", { name: heading }).waitFor();
      expect([at, await offered(viewer).count()]).toEqual([at, 0]);
      expect([at, await viewer.getByRole("dialog").count()]).toEqual([at, 0]);
    }
    await follow(viewer, "/audit");
    await viewer.getByText(/audit\.see/).waitFor();
    expect(await viewer.getByRole("navigation").getByRole("link", { name: "Audit" }).count()).toBe(0);
    expect(complaints.flat()).toEqual([]);
  });
});
