import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openChromium, openPage } from "../services/chromium.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW, fixtureFleet } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import { axeViolations, chromiumOrSkip, settled } from "./lane.ts";

const chromium = chromiumOrSkip("the states of the console");
const SHOTS = path.resolve("test/e2e/screenshots");
const LANGS = ["zh", "en"] as const;
const SCHEMES = ["light", "dark"] as const;
const WHOLE = /^(board|sources)-\d+$|^card$/;
const TIMEOUT_MS = 60_000; // of one state; a busy machine draws slowly

type State = {
  readonly name: string;
  readonly story: Story;
  readonly at: string; // the address
  readonly act?: "palette" | "help" | "facet";
  readonly width?: number;
  readonly says: readonly [zh: string, en: string]; // the reason or the next step that must stand there
};

const busy = fixtureFleet(1_000).rows.find((row) => row.state === "busy");
const unknown = fixtureFleet(1_000).rows.find((row) => row.state === "unknown");

/** look.md section 4: every state of every page. */
const STATES: readonly State[] = [
  { name: "board-0", story: { cards: 0 }, at: "/board", says: ["还没有卡", "No cards yet"] },
  { name: "board-1", story: { cards: 1 }, at: "/board", says: ["包年包月", "Monthly"] },
  { name: "board-1000", story: { cards: 1_000 }, at: "/board", says: ["占而未用", "Held idle"] },
  { name: "board-10000", story: { cards: 10_000 }, at: "/board", says: ["10,000", "10,000"] },
  {
    name: "board-narrowed",
    story: { cards: 1_000 },
    at: "/board?vendor=vendor-a&by=region&sort=-util24h",
    says: ["显示全部卡", "Show all cards"],
  },
  {
    name: "board-table",
    story: { cards: 1_000 },
    at: "/board?history=table&by=model",
    says: ["这一小时没有记录", "No record of this hour"],
  },
  {
    name: "board-no-match",
    story: { cards: 1_000 },
    at: "/board?q=nothing-is-called-so",
    says: ["没有符合条件的卡", "No card matches"],
  },
  { name: "board-loading", story: { cards: 1_000, mood: "loading" }, at: "/board", says: ["", ""] },
  { name: "board-error", story: { cards: 1_000, mood: "error" }, at: "/board", says: ["错误编号", "Error id"] },
  {
    name: "board-partial",
    story: { cards: 1_000, mood: "partial" },
    at: "/board",
    says: ["页面其余部分不受影响", "The rest of the page still works"],
  },
  {
    name: "board-stale",
    story: { cards: 1_000, mood: "stale" },
    at: "/board",
    says: ["数据已陈旧", "Stale: nothing newer"],
  },
  { name: "board-hostile", story: { cards: 1_000, mood: "hostile" }, at: "/board", says: ["<script>", "<script>"] },
  { name: "board-320", story: { cards: 1_000 }, at: "/board", width: 320, says: ["占而未用", "Held idle"] },
  { name: "board-palette", story: { cards: 1_000 }, at: "/board", act: "palette", says: ["数据源", "Sources"] },
  {
    name: "board-help",
    story: { cards: 1_000 },
    at: "/board",
    act: "help",
    says: ["启用单键快捷键", "Single-letter shortcuts"],
  },
  { name: "board-facet", story: { cards: 1_000 }, at: "/board", act: "facet", says: ["A100-80G-SXM", "A100-80G-SXM"] },
  {
    name: "card",
    story: { cards: 1_000 },
    at: `/board?card=${busy?.uuid}`,
    says: ["最近一天过得怎样", "How was its last day"],
  },
  {
    name: "card-unknown-state",
    story: { cards: 1_000 },
    at: `/board?card=${unknown?.uuid}`,
    says: ["exporter", "exporter"],
  },
  {
    name: "card-table",
    story: { cards: 1_000 },
    at: `/board?card=${busy?.uuid}&day=table`,
    says: ["缺失", "Missing"],
  },
  {
    name: "card-not-there",
    story: { cards: 1_000 },
    at: "/board?card=GPU-cut-short",
    says: ["没有这个 UUID 的卡", "No card with this UUID"],
  },
  {
    name: "card-hostile",
    story: { cards: 1_000, mood: "hostile" },
    at: `/board?card=${busy?.uuid}`,
    says: ["window.__hacked", "window.__hacked"],
  },
  {
    name: "card-320",
    story: { cards: 1_000 },
    at: `/board?card=${busy?.uuid}`,
    width: 320,
    says: ["最近一天过得怎样", "How was its last day"],
  },
  { name: "sources-0", story: { cards: 0 }, at: "/sources", says: ["还没有数据源", "No sources yet"] },
  { name: "sources-1", story: { cards: 1 }, at: "/sources", says: ["静态列表", "Static list"] },
  { name: "sources-1000", story: { cards: 1_000 }, at: "/sources?open=gpu-nodes", says: ["连不上", "Cannot connect"] },
  {
    name: "sources-10000",
    story: { cards: 10_000 },
    at: "/sources?open=gpu-nodes&down=1",
    says: ["25 / 25", "25 of 25"],
  },
  { name: "sources-error", story: { cards: 1_000, mood: "error" }, at: "/sources", says: ["重试", "Try again"] },
  {
    name: "sources-partial",
    story: { cards: 1_000, mood: "partial" },
    at: "/sources?open=gpu-nodes",
    says: ["错误编号", "Error id"],
  },
  { name: "sources-hostile", story: { cards: 1_000, mood: "hostile" }, at: "/sources", says: ["<script>", "<script>"] },
];

describe.skipIf(chromium === null)("every state of the console", () => {
  let browser: Browser;
  let built: Awaited<ReturnType<typeof buildConsole>>;
  const servers = new Map<string, Promise<FixtureServer>>();
  const serve = (story: Story) => {
    const key = JSON.stringify(story);
    const running = servers.get(key) ?? startFixture(story, built.dist);
    servers.set(key, running);
    return running;
  };

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    built = await buildConsole();
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    for (const server of servers.values()) await (await server).close();
    built?.remove();
  });

  // Whole matrix where size and content differ; one light and one dark look where only the mood does.
  const cases = STATES.flatMap((state) =>
    LANGS.flatMap((lang) => SCHEMES.map((scheme) => ({ state, lang, scheme }))).filter(
      ({ lang, scheme }) => WHOLE.test(state.name) || (lang === "zh") === (scheme === "dark"),
    ),
  );
  test.each(cases)(
    "$state.name in $lang, $scheme, is accessible, says why, and complains of nothing",
    async ({ state, lang, scheme }) => {
      const { url } = await serve(state.story);
      const { page, context, complaints } = await openPage(browser, url, {
        now: FIXTURE_NOW,
        colorScheme: scheme,
        viewport: { width: state.width ?? 1440, height: 900 },
      });
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
      const word = state.says[lang === "zh" ? 0 : 1];
      const stands = word === "" ? null : page.getByText(word).first().waitFor({ state: "attached" });
      await stands?.catch(async (error: unknown) => {
        await page.screenshot({ path: path.join(SHOTS, `FAILED-${state.name}-${lang}-${scheme}.png`) });
        throw error;
      });
      await page.waitForTimeout(250); // the chart's own drawing
      await page.screenshot({ path: path.join(SHOTS, `${state.name}-${lang}-${scheme}.png`) });

      expect(await axeViolations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(lang === "zh" ? "zh-CN" : "en");
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
      expect(await page.evaluate(() => "__hacked" in window)).toBe(false);
      const failing = state.story.mood === "error" || state.story.mood === "partial" || state.name === "card-not-there";
      const unexpected = complaints.console.filter((text) => !(failing && text.startsWith("Failed to load resource")));
      expect({ ...complaints, console: unexpected }).toEqual({ console: [], foreign: [], csp: [], dialogs: [] });
      await context.close();
    },
    TIMEOUT_MS,
  );
});
