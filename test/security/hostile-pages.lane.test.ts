import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PERMISSIONS } from "../../db/model/access.ts";
import { addressesOf } from "../e2e/addresses.ts";
import { buildConsole } from "../e2e/build-console.ts";
import { FIXTURE_NOW } from "../e2e/fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "../e2e/fixture-server.ts";
import { browserSuite, chromiumOrSkip } from "../e2e/lane.ts";
import { type Complaints, openChromium, openPage } from "../services/chromium.ts";
import { poisoned } from "./poison.ts";
import { routerPages } from "./router-pages.ts";

const chromium = chromiumOrSkip("the console over a hostile fleet");
const PAGES = routerPages(readFileSync("web/router.tsx", "utf8"));
/** Both languages and both themes with DAPAN_HOSTILE=all; the gate looks once. */
const LOOKS = process.env["DAPAN_HOSTILE"] === "all" ? (["zh", "en"] as const) : (["en"] as const);

/** Somebody who may everything, since lists of what waits for them stand for people only; called as hostile as the rest. */
const PERSON = { kind: "person", name: "<b onclick=alert(1)>x</b>", permissions: PERMISSIONS } as const;
const STORY: Story = { cards: 320, mood: "hostile", incidents: 40, person: PERSON };
const ADDRESSES = addressesOf(STORY);
/** Values of a parameter that would leave its page, were they put together into an address. */
const CLIMBS = ["..%2f..%2f..%2fapi%2ftrpc%2fcost.view", "..%5c..%5cevil", "%2f%2fevil.example%2fx"];

test("each page of the router is looked at", () => {
  expect(PAGES.length).toBeGreaterThan(25);
  expect(PAGES.filter((page) => !(page in ADDRESSES))).toEqual([]);
  expect(Object.keys(ADDRESSES).filter((page) => !PAGES.includes(page))).toEqual([]);
});

/** What hostile text has become in a page, were it more than text; and what stays in the browser but how a person likes it. */
const breaches = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    if ("__x" in window || "__hacked" in window) found.push("a script of a name ran");
    const planted = `[onerror],[onload],[onclick],[onmouseover],[srcdoc],iframe,object,embed,img[src="x"],script:not([src])`;
    for (const node of document.querySelectorAll(planted)) found.push(`planted: ${node.outerHTML.slice(0, 120)}`);
    for (const link of document.querySelectorAll("a[href], area[href], form[action], button[formaction]")) {
      const to = link.getAttribute("href") ?? link.getAttribute("action") ?? link.getAttribute("formaction") ?? "";
      const { protocol, origin } = new URL(to, location.href);
      if (!/^(?:https?|blob|mailto):$/.test(protocol)) found.push(`leads to ${to}`);
      const leaves = origin !== location.origin;
      if (leaves && !/noopener|noreferrer/.test(link.getAttribute("rel") ?? "")) found.push(`no noopener: ${to}`);
    }
    const { violations } = window as unknown as { violations: string[] };
    for (const [key, value] of Object.entries(localStorage))
      if (!/^(?:mantine-color-scheme-value|dapan\.(?:lang|keys))$/.test(key) || value.length > 10)
        found.push(`kept: ${key}`);
    if (sessionStorage.length > 0) found.push(`kept until the end: ${Object.keys(sessionStorage).join()}`);
    return [...found, ...violations];
  });

/** A page whose every answer is poisoned once more on its way. */
async function openHostile(
  browser: Browser,
  url: string,
  lang: string,
): Promise<{ page: Page; complaints: Complaints }> {
  const scheme = lang === "zh" ? "dark" : "light";
  const { page, context, complaints } = await openPage(browser, url, { now: FIXTURE_NOW, colorScheme: scheme });
  await context.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(window, { violations });
    document.addEventListener("securitypolicyviolation", (event) =>
      violations.push(`policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  await context.route(/\/api\/trpc\/(?!fleet\.live)/, async (route) => {
    const answer = await route.fetch();
    const text = await answer.text();
    await route.fulfill({ response: answer, body: JSON.stringify(poisoned(JSON.parse(text))) });
  });
  return { page, complaints };
}

/** Under the pointer each chart says a name: five places of each. */
async function hoverCharts(page: Page): Promise<number> {
  let tips = 0;
  for (const canvas of await page.locator("canvas").all()) {
    if (!(await canvas.isVisible())) continue;
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (box === null || box.width < 40 || box.height < 30) continue;
    for (const [x, y] of [[0.12, 0.5], [0.5, 0.5], [0.86, 0.4]] as const) {
      await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
      await page.waitForTimeout(40);
    }
    tips += await page.locator(".chart-tip").count();
  }
  return tips;
} // prettier-ignore

describe.skipIf(chromium === null)("WEB-01, 02, 05, 08, 09, 11: names that are markup", browserSuite(60_000), () => {
  let browser: Browser;
  let dist: string;
  let server: FixtureServer;
  let tips = 0;
  const open = new Map<string, { page: Page; complaints: Complaints }>(); // one page a language: it keeps the scripts it read
  beforeAll(async () => {
    dist = await buildConsole();
    server = await startFixture(STORY, dist);
    browser = await openChromium(chromium ?? "");
    for (const lang of LOOKS) open.set(lang, await openHostile(browser, server.url, lang));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function go(lang: string, at: string): Promise<{ page: Page; complaints: Complaints }> {
    const { page, complaints } = open.get(lang)!;
    for (const list of Object.values(complaints)) list.length = 0;
    await page.goto(`${server.url}${at}${at.includes("?") ? "&" : "?"}lang=${lang}`);
    await page.waitForSelector("h1, h2");
    await page.waitForFunction(() => document.querySelector(".loading") === null);
    return { page, complaints };
  }

  const asked = Object.values(ADDRESSES).flatMap((all) =>
    all.flatMap((at) => LOOKS.map((lang) => [at, lang] as const)),
  );
  test.each(asked)("%s (%s) shows them as text", async (at, lang) => {
    const { page, complaints } = await go(lang, at);
    tips += await hoverCharts(page);
    if (process.env["DAPAN_SHOTS"])
      await page.screenshot({ path: `${process.env["DAPAN_SHOTS"]}/${at.replaceAll(/\W+/g, "-")}-${lang}.png` });
    expect(await breaches(page)).toEqual([]);
    expect(complaints).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
  });

  test("charts did say something under the pointer", () => expect(tips).toBeGreaterThan(5));

  test("WEB-09: a parameter that climbs out of its page asks for nothing but procedures", { retry: 0 }, async () => {
    const lang = LOOKS[0];
    const { page } = open.get(lang)!;
    const paths: string[] = [];
    page.on("request", (request) => {
      if (!request.isNavigationRequest()) paths.push(new URL(request.url()).pathname);
    });
    await go(lang, "/today");
    for (const pattern of PAGES.filter((path) => path.includes("$")))
      for (const climb of CLIMBS) {
        await page.evaluate(
          (to) => {
            history.pushState({}, "", to); // as a link would: the server refuses such an address
            dispatchEvent(new PopStateEvent("popstate"));
          },
          pattern.replaceAll(/\$\w+/g, climb),
        );
        await page.waitForTimeout(150);
      }
    expect(paths.length).toBeGreaterThan(20);
    expect(
      [...new Set(paths)].filter(
        (path) => !/^\/(?:api\/trpc\/[\w.,]+|assets\/[\w.-]+|theme\.js|favicon\.svg)$/.test(path),
      ),
    ).toEqual([]);
    expect(await breaches(page)).toEqual([]);
  });
});
