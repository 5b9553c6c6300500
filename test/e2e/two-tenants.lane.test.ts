import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createTRPCClient, httpLink } from "@trpc/client";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { PERMISSIONS } from "../../db/model/access.ts";
import { unixMs } from "../../db/model/units.ts";
import type * as Assets from "../../server/api/assets.ts";
import type { AppRouter } from "../../server/api/router.ts";
import type * as Read from "../../server/config/read.ts";
import { routerPages } from "../security/router-pages.ts";
import { type Asker, askerAt } from "../server/api/asker.ts";
import { type ForeignIds, walkAs } from "../server/api/foreign-walk.ts";
import { CANARY, plantTenants, type Tenants, TENANTS_START } from "../server/api/tenants.ts";
import { type Stage, stageDemo } from "../server/demo-stage.ts";
import { openChromium, openPage } from "../services/chromium.ts";
import { type PostgresService, startPostgres, whyNoPostgres } from "../services/postgres.ts";
import { buildConsole } from "./build-console.ts";
import { chromiumOrSkip, settled } from "./lane.ts";

const chromium = chromiumOrSkip("two tenants in a browser");
const noPostgres = whyNoPostgres();
if (noPostgres !== null) console.log(`two tenants on PGlite instead: ${noPostgres}`);

/** The demo, with the console of this run, with accounts, and on PostgreSQL. */
const parts = vi.hoisted(() => ({ dist: "", place: {} as Readonly<Record<string, string>> }));
vi.mock("../../server/api/assets.ts", async (original) => ({
  ...(await original<typeof Assets>()),
  builtConsole: () => parts.dist,
}));
vi.mock("../../server/config/read.ts", async (original) => {
  const real = await original<typeof Read>();
  const readConfig: typeof real.readConfig = (text, file, env) => {
    const { dataDir, ...said } = JSON.parse(text) as Record<string, unknown>;
    const where = "databaseUrl" in parts.place ? parts.place : { dataDir };
    return real.readConfig(
      JSON.stringify({ ...said, ...where, auth: { signIn: "accounts", secondPerson: ["channels"] } }),
      file,
      env,
    );
  };
  return { ...real, readConfig };
});

const PASSWORD = "a sentence only they would say";

describe.skipIf(chromium === null)("two tenants on a real console (API-04)", { timeout: 90_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), "dapan-tenants-"));
  let postgres: PostgresService | null = null;
  let demo: Stage;
  let browser: Browser;
  let tenants: Tenants;
  let a: ForeignIds;
  let admin: Asker;
  let anna: Asker;

  const enter = async (where: string, form: object): Promise<string> => {
    const answer = await fetch(`${demo.running.url}${where}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: demo.running.url },
      body: JSON.stringify(form),
    });
    expect(answer.status, await answer.clone().text()).toBe(200);
    return answer.headers.get("set-cookie")!.split(";")[0]!;
  };
  const headersOf = (cookie: string) => ({ cookie, origin: demo.running.url });
  const apiOf = (cookie: string) => {
    const headers = headersOf(cookie);
    return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${demo.running.url}/api/trpc`, headers })] });
  };
  const signIn = (email: string) => enter("/api/sign-in", { email, password: PASSWORD });

  beforeAll(async () => {
    parts.dist = await buildConsole();
    if (noPostgres === null) {
      postgres = await startPostgres();
      const secretKeyFile = path.join(folder, "key");
      writeFileSync(secretKeyFile, randomBytes(32).toString("base64"), { mode: 0o600 });
      parts.place = { databaseUrl: postgres.url, secretKeyFile };
    }
    demo = await stageDemo(unixMs(TENANTS_START), 64, 1194);
    const first = /\/link#([\w-]+)/.exec(demo.logged.join("\n"))![1]!;
    const ada = await enter("/api/link", { token: first, name: "Ada", email: "ada@example.com", password: PASSWORD });
    admin = askerAt(demo.running.url, headersOf(ada));
    const api = apiOf(ada);
    tenants = await plantTenants(api);
    const invite = async (name: string, email: string, team: string) => {
      const { url } = await api.access.invite.mutate({ name, email, roles: ["admin"], teams: [team] });
      return await enter("/api/link", { token: url.split("#")[1], password: PASSWORD });
    };
    const own = await invite(`${CANARY} Anna`, `${CANARY}@example.com`, tenants.a.team);
    await invite("Bo", "bo@example.com", tenants.mine.team);
    anna = askerAt(demo.running.url, headersOf(own));
    const wish = { name: `${CANARY} nightly`, permissions: ["fleet.see" as const], teams: [tenants.a.team], sources: null, days: 9 }; // prettier-ignore
    const { id: token } = await apiOf(own).tokens.create.mutate(wish);
    const settings = { mentions: [], mentionsAll: false, to: [], from: "", keyword: "" };
    const chat = { id: null, name: CANARY, kind: "slack", language: "en", sendsResolved: true, settings } as const;
    const asked = api.alerts.saveChannel.mutate({ ...chat, secrets: { url: "http://127.0.0.1:9/x" } });
    await expect(asked).rejects.toThrow("second person");
    a = {
      ...tenants.a,
      token,
      approval: (await api.approvals.list.query())[0]!.id,
      person: (await api.access.people.query()).find(({ name }) => name.startsWith(CANARY))!.id,
      session: (await apiOf(own).access.sessions.query())[0]!.id,
    };
    browser = await openChromium(chromium ?? "");
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.running.stop();
    await postgres?.stop();
    for (const left of [folder, demo?.dataDir ?? folder]) rmSync(left, { recursive: true, force: true });
  });

  const ways = ["who signed in", "whose program comes with a token"] as const;
  test.each(ways)("every door with another's names, as one %s; and what is the other's stands", async (way) => {
    const cookie = await signIn("bo@example.com");
    const permissions = PERMISSIONS.filter((one) => one !== "access.manage");
    const wish = { name: "all", permissions, teams: [tenants.mine.team], sources: null, days: 9 };
    const secret = async () => (await apiOf(cookie).tokens.create.mutate(wish)).secret;
    const headers = way === "who signed in" ? headersOf(cookie) : { authorization: `Bearer ${await secret()}` };
    const bo = askerAt(demo.running.url, headers);
    const { faults, whole } = await walkAs(bo, admin, a, tenants.foreignIn);
    expect(faults).toEqual([]);
    expect(whole).toBeGreaterThan(10); // what is looked for can be found
    expect((await anna("/api/trpc/access.me")).text).toContain(CANARY);
    expect((await anna("/api/trpc/tokens.list")).text).toContain(`${CANARY} nightly`);
    expect((await admin("/api/trpc/approvals.list")).text).toContain('"waiting"');
  });

  /** What a page told: as it stands on the screen, in its source, and in whatever it was answered. */
  const look = async (page: Page, at: string) => {
    const bodies: Promise<readonly [string, string]>[] = [];
    const hear = (answer: Awaited<ReturnType<Page["waitForResponse"]>>): void => {
      const type = answer.headers()["content-type"] ?? "";
      if (type.startsWith("text/event-stream") || /\/assets\//.test(answer.url())) return; // the walk reads the stream
      const where = new URL(answer.url()).pathname;
      bodies.push(answer.text().then((text) => [where, text] as const, () => [where, ""] as const)); // prettier-ignore
    };
    page.on("response", hear);
    await page.goto(demo.running.url + at);
    await settled(page);
    page.off("response", hear);
    const [texts, links] = await page.evaluate(() => [
      [...document.querySelectorAll("*")].flatMap((node) => [
        ...[...node.childNodes].flatMap((one) => (one.nodeType === 3 ? [one.nodeValue?.trim() ?? ""] : [])),
        ...(node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement ? [node.value] : []),
      ]),
      [...document.querySelectorAll('a[href^="/"]')].map((link) => link.getAttribute("href") ?? ""),
    ] as const); // prettier-ignore
    const told = [["the page", texts.join("\n")], ["its source", await page.content()], ...(await Promise.all(bodies))] as const; // prettier-ignore
    const asked = decodeURIComponent(at);
    const found = told.flatMap(([where, text]) => [
      ...tenants.foreignIn(text).map((word) => [where, word] as const),
      ...[...tenants.others.keys].filter((key) => text.includes(JSON.stringify(key))).map((key) => [where, key] as const), // prettier-ignore
    ]);
    const named = texts.filter((text) => tenants.others.keys.has(text)).map((key) => ["the page", key] as const);
    return {
      links,
      bodies: bodies.length,
      found: [...found, ...named].flatMap(([where, word]) =>
        asked.includes(word) ? [] : [`${at}: ${where}: ${word}`],
      ),
    };
  };
  const typed = (): string[] => {
    const ofA: Readonly<Record<string, string>> = {
      "/alerts/incidents/$id": `/alerts/incidents/${a.incident}`,
      "/patrol/reports/$id": `/patrol/reports/${a.report}`,
      "/patrol/reports/$id/since/$before": `/patrol/reports/${a.report}/since/${a.report}`,
      "/r/$token": `/r/${a.report}`, // a link is a right to what it shows
      "/features/$key": `/features/${a.feature}`,
      "/cards/$uuid": `/cards/${a.card}`,
      "/pools/$id": `/pools/${a.pool}`,
    };
    const [pod, feature] = [encodeURIComponent(a.pod), a.feature];
    const more = [
      `/alerts?q=${pod}`, `/board?tab=cards&q=${pod}`, "/board?tab=history", `/cost?by=feature&feature=${feature}`, "/cost?tab=pivot&by=feature&columns=team", "/mapping?tab=features", "/mapping?tab=yaml", "/units?tab=sources", "/units?tab=prices", `/approvals?id=${a.approval}`,
    ]; // prettier-ignore
    const patterns = [...new Set(routerPages(readFileSync("web/router.tsx", "utf8")))].filter((one) => one !== "");
    return [...patterns.map((one) => ofA[one] ?? one), ...more];
  };

  test("no page says, holds or asks for anything of the other's", async () => {
    const addresses = typed();
    expect(
      addresses.filter((at) => at.includes("$")),
      "pages without an address of A's",
    ).toEqual([]);
    const { page, context } = await openPage(browser, demo.running.url, { locale: "en" });
    await page.goto(`${demo.running.url}/sign-in?lang=en`);
    await page.fill("input[name=email]", "bo@example.com");
    await page.fill("input[name=password]", PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/(?:board|today)/);
    /** One of each kind: the same page with other values of the same questions is the same. */
    const kindOf = (at: string): string => {
      const { pathname, searchParams } = new URL(at, demo.running.url);
      const plain = pathname.replaceAll(/(?<=\/(?:incidents|reports|since|features|cards|pools|r)\/)[^/]+/g, "$");
      return `${plain} ${[...searchParams.keys()].toSorted().join()}`;
    };
    const seen = new Set(addresses.map(kindOf).filter((kind) => !kind.includes("$"))); // of the others B has one too
    const waiting = [...addresses];
    const found: string[] = [];
    let [looked, bodies] = [0, 0];
    for (const at of waiting) {
      const told = await look(page, at);
      found.push(...told.found);
      bodies += told.bodies;
      looked += 1;
      for (const link of told.links) {
        if (link.startsWith("/api/") || seen.has(kindOf(link))) continue;
        seen.add(kindOf(link));
        waiting.push(link); // what is offered is looked at too
      }
    }
    expect(looked).toBeGreaterThan(addresses.length);
    expect(found).toEqual([]);
    expect(bodies).toBeGreaterThan(looked); // they did ask
    await context.close();
  });

  test("who sees everything finds it on these pages", async () => {
    const { page } = await openPage(browser, demo.running.url, { locale: "en" });
    const [name = "", value = ""] = (await signIn("ada@example.com")).split("=");
    await page.context().addCookies([{ name, value, url: demo.running.url }]);
    const places = ["/features", "/alerts", `/patrol/reports/${a.report}`, `/cards/${a.card}`];
    const without: string[] = [];
    for (const at of places) if ((await look(page, at)).found.length === 0) without.push(at);
    expect(without).toEqual([]);
    await page.context().close();
  });
});
