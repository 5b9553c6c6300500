import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import type { State } from "./states/state.ts";
import { axeViolations, chromiumOrSkip, settled, browserSuite } from "./lane.ts";

const chromium = chromiumOrSkip("the states of the console");
const SHOTS = path.resolve("test/e2e/screenshots");
const LANGS = ["zh", "en"] as const;
const SCHEMES = ["light", "dark"] as const;
const LOOPBACK = "http://127.0.0.1:"; // each story has a port, and storage, of its own
const TIMEOUT_MS = 60_000; // of one state; a busy machine draws slowly

type Look = { readonly state: State; readonly lang: (typeof LANGS)[number]; readonly scheme: (typeof SCHEMES)[number] };

/**
 * Where size and content differ each language and each theme once, crosswise and in turn; elsewhere one look. All four
 * of every state with `DAPAN_LOOKS=all`.
 */
function looksOf(states: readonly State[]): Look[] {
  const isAll = process.env["DAPAN_LOOKS"] === "all";
  return states.flatMap((state, i) => {
    const looks = LANGS.flatMap((lang) => SCHEMES.map((scheme) => ({ state, lang, scheme })));
    if (isAll) return looks;
    const [zhLight, zhDark, enLight, enDark] = looks as [Look, Look, Look, Look];
    if (state.whole === true) return i % 2 === 0 ? [zhDark, enLight] : [zhLight, enDark];
    return [i % 2 === 0 ? zhDark : enLight];
  });
}

/** Opens a rule's form and replays it. */
async function tryRule(page: Page): Promise<void> {
  await page
    .getByRole("button", { name: /^(调整|Tune)$/ })
    .first()
    .click();
  await page.getByRole("button", { name: /^(回放|Replay)$/ }).click();
  await page.getByText(/^(首次发现|First detection)$/).scrollIntoViewIfNeeded();
}

/** Looks at each state: it is drawn, accessible, says why, fits, runs nothing hostile and complains of nothing. */
export function lookAt(title: string, states: readonly State[]): void {
  describe.skipIf(chromium === null)(title, browserSuite(TIMEOUT_MS), () => {
    let browser: Browser;
    let dist: string;
    const servers = new Map<string, Promise<FixtureServer>>();
    const pages = new Map<string, ReturnType<typeof openPage>>(); // one a theme: it keeps the scripts it read
    const pageIn = async (scheme: (typeof SCHEMES)[number]): ReturnType<typeof openPage> => {
      const opened = pages.get(scheme) ?? openPage(browser, LOOPBACK, { now: FIXTURE_NOW, colorScheme: scheme });
      pages.set(scheme, opened);
      for (const list of Object.values((await opened).complaints)) list.length = 0;
      return await opened;
    };
    const serve = (story: Story) => {
      const key = JSON.stringify(story);
      const running = servers.get(key) ?? startFixture(story, dist);
      servers.set(key, running);
      return running;
    };

    beforeAll(async () => {
      mkdirSync(SHOTS, { recursive: true });
      dist = await buildConsole();
      browser = await openChromium(chromium ?? "");
    });
    afterAll(async () => {
      await browser?.close();
      for (const server of servers.values()) await (await server).close();
    });

    test.each(looksOf(states))(
      "$state.name in $lang, $scheme, is accessible, says why, and complains of nothing",
      async ({ state, lang, scheme }) => {
        const { url } = await serve(state.story);
        const { page, complaints } = await pageIn(scheme);
        await page.setViewportSize({ width: state.width ?? 1440, height: 900 });
        await page.goto(`${url}${state.at}${state.at.includes("?") ? "&" : "?"}lang=${lang}`);
        if (state.story.mood === "loading") await page.waitForSelector(".loading-spinner");
        else await settled(page);
        if (state.act === "palette") await page.keyboard.press("Control+k");
        if (state.act === "help") await page.keyboard.press("?");
        if (state.act === "palette" || state.act === "help") await page.getByRole("dialog").waitFor();
        if (state.act === "facet")
          await page
            .locator(".filters")
            .getByRole("button", { name: /^(型号|Model)$/ })
            .click();
        if (state.act === "views") await page.getByRole("button", { name: /^(已存视图|Saved views)$/ }).click();
        if (state.act === "lower") await page.locator(".board-lower").evaluate((node) => node.scrollIntoView());
        if (state.act === "effect")
          await page
            .locator(".approval-named")
            .getByRole("button", { name: /^(查看会改动什么|Show what it would change)$/ })
            .click();
        if (state.act === "tune") await tryRule(page);
        if (state.act === "wall") {
          await page.getByRole("application").focus();
          for (const key of ["ArrowRight", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
        }
        const word = state.says[lang === "zh" ? 0 : 1];
        const stands = word === "" ? null : page.getByText(word).first().waitFor({ state: "attached" });
        await stands?.catch(async (error: unknown) => {
          await page.screenshot({ path: path.join(SHOTS, `FAILED-${state.name}-${lang}-${scheme}.png`) });
          throw error;
        });
        await page.waitForTimeout(100); // the chart's own drawing
        await page.screenshot({ path: path.join(SHOTS, `${state.name}-${lang}-${scheme}.png`) });

        expect(await axeViolations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.lang)).toBe(lang === "zh" ? "zh-CN" : "en");
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
        expect(await page.evaluate(() => "__hacked" in window)).toBe(false);
        const failing = state.story.mood === "error" || state.story.mood === "partial" || state.fails === true;
        const unexpected = complaints.console.filter(
          (text) => !(failing && text.startsWith("Failed to load resource")),
        );
        expect({ ...complaints, console: unexpected }).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
      },
      TIMEOUT_MS,
    );
  });
}
