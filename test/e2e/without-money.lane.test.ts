import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { permissionsOf } from "../../server/domain/access/roles.ts";
import { type Complaints, openChromium, openPage } from "../services/chromium.ts";
import { addressesOf } from "./addresses.ts";
import { buildConsole } from "./build-console.ts";
import { FIXTURE_NOW } from "./fixture-fleet.ts";
import { type FixtureServer, startFixture, type Story } from "./fixture-server.ts";
import { browserSuite, chromiumOrSkip, settled } from "./lane.ts";

const chromium = chromiumOrSkip("the pages without amounts of money");
const SHOTS = process.env["DAPAN_SHOTS"];
/** Everybody on every page in both languages with DAPAN_LOOKS=all; the gate looks once. */
const ALL = process.env["DAPAN_LOOKS"] === "all";
const LANGS = ALL ? (["zh", "en"] as const) : (["en"] as const);

/** Where something is closed to people with teams. */
const OF_TEAMS = /^\/(?:today|alerts\/(?:rules|incidents)|patrol$|board$|sources|tiers|cards|pools)/;
const viewer = { roles: ["viewer"], permissions: [...permissionsOf(["viewer"])] } as const;

/** Who sees no money, and who sees the work of a team: every page has to stand for both. */
const PEOPLE: readonly (readonly [who: string, person: Story["person"], pages: RegExp])[] = [
  ["viewer", viewer, ALL ? /^/ : /^\/(?!sign-in|link|$)/],
  ["viewer of a team", { ...viewer, teams: ["imaging"] }, ALL ? /^/ : OF_TEAMS],
  ...(ALL ? [["operator", { roles: ["operator"], permissions: [...permissionsOf(["operator"])] }, /^/] as const] : []),
];

/** What no page may say to them: a panel that broke, figures that are none, and amounts but those of a shared link. */
const said = (page: Page, hasAmounts: boolean): Promise<string[]> =>
  page.evaluate((amounts) => {
    const alerts = [...document.querySelectorAll(".notice-error")].map((node) => (node as HTMLElement).innerText);
    const text = document.body.innerHTML.replaceAll(/<(?:script|style)[\s\S]*?<\/(?:script|style)>/g, "");
    const wrong = [...text.matchAll(/.{0,60}(?:NaN|undefined|\[object|Infinity|[¥￥$€]\s?[\d–−-]).{0,40}/g)];
    return [...alerts, ...wrong.map(([around]) => around).filter((around) => !amounts || !/[¥￥$€]/.test(around))];
  }, hasAmounts);

describe.skipIf(chromium === null)("pages for people without money, or with teams", browserSuite(90_000), () => {
  let browser: Browser;
  let dist: string;
  beforeAll(async () => {
    dist = await buildConsole();
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
  });

  describe.each(PEOPLE)("%s", (who, person, pages) => {
    const story: Story = { cards: 320, incidents: 40, person: { ...person, name: "Wang Min" } };
    const open = new Map<string, { page: Page; complaints: Complaints }>(); // one page a language: it keeps the scripts it read
    let server: FixtureServer;
    beforeAll(async () => {
      server = await startFixture(story, dist);
      const viewport = { width: 1440, height: SHOTS === undefined ? 900 : 2_000 };
      for (const lang of LANGS) {
        const colorScheme = lang === "zh" ? "dark" : "light";
        open.set(lang, await openPage(browser, server.url, { now: FIXTURE_NOW, colorScheme, viewport }));
      }
    });
    afterAll(() => server?.close());

    const asked = Object.values(addressesOf(story))
      .flat()
      .filter((at) => pages.test(at))
      .flatMap((at) => LANGS.map((lang) => [at, lang] as const));
    test.each(asked)("%s (%s)", async (at, lang) => {
      const { page, complaints } = open.get(lang)!;
      complaints.console.length = 0;
      const to = new URL(at, server.url);
      to.searchParams.set("lang", lang);
      await page.goto(to.href);
      await settled(page);
      const name = `${who} ${to.pathname} ${to.search}`.replaceAll(/\W+/g, "-");
      if (SHOTS !== undefined) await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
      const found = { said: await said(page, at.startsWith("/r/")), console: complaints.console };
      expect(found).toEqual({ said: [], console: [] });
    });
  });
});
