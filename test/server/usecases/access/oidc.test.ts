import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { systemClock } from "../../../../server/clock.ts";
import type { OidcConfig } from "../../../../server/config/config.ts";
import { openFetcher } from "../../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../../server/egress/policy.ts";
import { createLog } from "../../../../server/telemetry/log.ts";
import type { AccessPort } from "../../../../server/usecases/access/access-port.ts";
import { openAccounts } from "../../../../server/usecases/access/open-accounts.ts";
import { auditSign } from "../../../../server/usecases/audit/chain.ts";
import { createAudit } from "../../../../server/usecases/audit/create-audit.ts";
import { onPglite } from "../../../db/databases.ts";
import { type FakeIdp, newKey, startFakeIdp, type Twist } from "../../../services/fake-idp.ts";
import { manualClock } from "../../../tools/manual-clock.ts";
import { testBox } from "../../../tools/test-box.ts";
import { stageApi } from "../../api/stage.ts";

const PASSWORD = "a sentence only Li would say";
const BACK = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
type Cookies = Map<string, string>;

onPglite("oidc", (db: () => Database) => {
  const clock = manualClock();
  const box = testBox();
  const fetcher = openFetcher({ policy: openPolicy({ allow: ["127.0.0.1/32"] }), clock: systemClock });
  let company: FakeIdp;
  let other: FakeIdp;
  let app: FastifyInstance;
  let access: AccessPort;
  let logged: () => string;
  let oidc: readonly OidcConfig[] = [];

  beforeAll(async () => {
    company = await startFakeIdp("dapan", "SECRET-CANARY");
    other = await startFakeIdp("dapan", null);
    const usual = { clientId: "dapan", roles: ["viewer"], teams: ["search"] } as const;
    oidc = [
      { ...usual, id: "company", name: "Company", issuer: company.issuer, clientSecret: { kind: "env", name: "S" } },
      { ...usual, id: "other", name: "Other", issuer: other.issuer, clientSecret: null },
      { ...usual, id: "inside", name: "Inside", issuer: "http://169.254.169.254", clientSecret: null },
    ];
    const auth = { isOpen: false, idleMs: 12 * HOUR_MS, longestMs: 24 * HOUR_MS, secondPerson: [], proxy: null };
    const log = createLog("silent", systemClock);
    const audit = createAudit({ db: db(), clock, log, sign: auditSign(box), headFile: null });
    await audit.open();
    const config = () => ({ auth: { ...auth, oidc }, publicUrl: "http://127.0.0.1:7070" });
    const lines: unknown[] = [];
    const kept = new Proxy(log, {
      get: (target, name) => (name === "warn" ? (...said: unknown[]) => lines.push(said) : Reflect.get(target, name)),
    });
    logged = () => JSON.stringify(lines);
    const env = { S: "SECRET-CANARY" };
    access = await openAccounts({ db: db(), clock, log: kept, audit, box, config, fetcher, env });
    app = (await stageApi({ access, audit, clock })).app;
  });
  afterAll(async () => {
    await app.close();
    await fetcher.close();
    await company.close();
    await other.close();
  });

  const ask = async (url: string, cookies: Cookies, over: Record<string, string> = {}, from = "127.0.0.1") => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { host: "127.0.0.1:7070", "sec-fetch-site": "same-origin", cookie, ...over };
    const answer = await app.inject({ url, headers, remoteAddress: from });
    for (const set of [answer.headers["set-cookie"] ?? []].flat()) {
      const [name = "", value = ""] = (set.split(";")[0] ?? "").split("=");
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return { status: answer.statusCode, to: answer.headers["location"] ?? "", body: answer.body };
  };
  const back = (url: URL, cookies: Cookies, from?: string) => ask(url.pathname + url.search, cookies, BACK, from);
  /** The whole way: begin, the provider, back. */
  const come = async (
    claims: Readonly<Record<string, unknown>>,
    {
      twist = {},
      cookies = new Map(),
      ask: query = "",
      from,
    }: { twist?: Twist; cookies?: Cookies; ask?: string; from?: string } = {},
  ) => {
    const begun = await ask(`/api/oidc/company?${query}`, cookies);
    const ended = await back(company.come(begun.to, claims, twist), cookies, from);
    return { ...ended, cookies, fault: new URL(ended.to, "http://x").searchParams.get("fault") };
  };
  const me = async (cookies: Cookies) => JSON.parse((await ask("/api/trpc/access.me", cookies)).body).result.data;
  const li = async (): Promise<Cookies> => {
    const url = (await access.accounts?.setUpLink())?.url ?? "";
    const payload = { token: url.split("#")[1], name: "Li", email: "li@example.com", password: PASSWORD };
    const answer = await app.inject({ method: "POST", url: "/api/link", headers: { host: "127.0.0.1" }, payload });
    const [name = "", value = ""] = (String(answer.headers["set-cookie"]).split(";")[0] ?? "").split("=");
    return new Map([[name, value]]);
  };
  const denials = async () =>
    (await db().query(`SELECT 1 FROM audit WHERE action LIKE '%callback' AND outcome = 'denied'`)).length;

  test("a newcomer gets what the configuration says, and is the same person the next time", async () => {
    const claims = { sub: "s-1", name: "Wang\nWu", email: "Wang@Example.com" };
    const first = await come(claims, { ask: "next=%2Ffeatures%3Fq%3D1" });
    expect([first.status, first.to]).toEqual([302, "/features?q=1"]);
    const whole = { kind: "person", name: "Wang Wu", email: "wang@example.com", roles: ["viewer"], teams: ["search"] };
    expect(await me(first.cookies)).toMatchObject({
      ...whole,
      signIn: { providers: oidc.map(({ id, name }) => ({ id, name })) },
    });
    const old = new Map(first.cookies);
    const again = await come({ ...claims, email: "another@example.com" }, { cookies: first.cookies });
    expect([again.to, (await me(again.cookies)).email, (await me(old)).kind]).toEqual(["/", whole.email, "nobody"]); // AUT-04
    expect(await db().query(`SELECT provider_id, account_id FROM person_account`)).toEqual([
      { provider_id: company.issuer, account_id: "s-1" },
    ]);
  });

  // AUT-10: what the provider says, and why it proves nothing.
  const refused: readonly (readonly [string, () => Twist, string])[] = [
    ["another audience", () => ({ claims: { aud: "another" } }), "unproven"],
    ["another issuer", () => ({ claims: { iss: other.issuer } }), "unproven"],
    ["another nonce", () => ({ claims: { nonce: "another" } }), "unproven"],
    ["a token that is over", () => ({ claims: { exp: Math.floor(Date.now() / 1_000) - 3_600 } }), "unproven"],
    ["no signature", () => ({ header: { alg: "none" }, isUnsigned: true }), "unproven"],
    ["a signature of somebody else", () => ({ key: newKey() }), "unproven"],
    ["a key nobody published", () => ({ header: { kid: "2" }, key: newKey() }), "unproven"],
    ["another issuer on the way back", () => ({ back: { iss: other.issuer } }), "unproven"],
    ["a provider that refuses", () => ({ back: { error: "access_denied" } }), "refused"],
    ["another state", () => ({ back: { state: "another" } }), "over"],
  ];
  test.each(refused)("%s lets nobody in (AUT-10)", async (_what, twist, fault) => {
    const before = await denials();
    const ended = await come({ sub: "s-1", email: "wang@example.com" }, { twist: twist(), ask: "next=/features" });
    expect([ended.status, ended.fault, ended.cookies.size]).toEqual([302, fault, 0]);
    expect(ended.to).toMatch(/^\/sign-in\?fault=\w+&id=[0-9a-f]{8}&next=%2Ffeatures$/);
    expect((await denials()) - before).toBe(fault === "over" ? 0 : 1);
  });

  test("what was begun at one provider does not end at another (AUT-10)", async () => {
    const cookies: Cookies = new Map();
    const begun = await ask("/api/oidc/company", cookies);
    const url = company.come(begun.to, { sub: "s-1" });
    url.pathname = "/api/oidc/other/callback";
    const asked = other.asked.length;
    expect((await back(url, cookies)).to).toContain("fault=over");
    expect(other.asked.slice(asked)).not.toContain("/token"); // the code went nowhere
  });

  test("a state is used once, by the browser it was given to, within ten minutes (AUT-10)", async () => {
    const cookies: Cookies = new Map();
    const url = company.come((await ask("/api/oidc/company", cookies)).to, { sub: "s-1" });
    const kept = new Map(cookies);
    expect((await back(url, new Map())).to).toContain("fault=over"); // another browser
    expect((await back(url, cookies)).to).toBe("/");
    const asked = company.asked.length;
    expect((await back(url, kept)).to).toContain("fault=over"); // once more
    expect(company.asked.length).toBe(asked);
    const slow: Cookies = new Map();
    const late = company.come((await ask("/api/oidc/company", slow)).to, { sub: "s-1" });
    clock.jump(10 * MINUTE_MS);
    expect((await back(late, slow)).to).toContain("fault=over");
    const ours = new Map([["dapan-session-ticket", `${[...kept.values()][0]?.split(".")[0]}.forged`]]);
    expect((await back(url, ours)).to).toContain("fault=over");
  });

  test("an e-mail makes nobody somebody else, and the account page is the way to connect (AUT-10)", async () => {
    const cookies = await li();
    expect((await come({ sub: "s-2", email: "LI@example.com" })).fault).toBe("emailTaken");
    const foreign = await ask("/api/oidc/company?connect=1", new Map(cookies), { "sec-fetch-site": "none" });
    expect(foreign.status).toBe(403);
    expect((await come({ sub: "s-2" }, { ask: "connect=1" }).catch(() => ({ fault: "no way there" }))).fault).toBe(
      "no way there",
    );
    const begun = await ask("/api/oidc/company?connect=1", cookies);
    const strangers = new Map([["dapan-session-ticket", cookies.get("dapan-session-ticket") ?? ""]]);
    expect((await back(company.come(begun.to, { sub: "s-2" }), strangers)).to).toContain("fault=session");
    const another = (await come({ sub: "s-1" })).cookies; // somebody else, with the way back of Li
    const theirs = await ask("/api/oidc/company?connect=1", cookies);
    another.set("dapan-session-ticket", cookies.get("dapan-session-ticket") ?? "");
    expect((await back(company.come(theirs.to, { sub: "s-2" }), another)).to).toContain("fault=session");
    expect((await come({ sub: "s-1" }, { ask: "connect=1", cookies })).fault).toBe("otherPerson");
    expect((await come({ sub: "s-2" }, { ask: "connect=1&next=/account", cookies })).to).toBe("/account");
    const came = await come({ sub: "s-2", email: "whatever@example.com" });
    expect(await me(came.cookies)).toMatchObject({ email: "li@example.com", roles: ["admin"] });
  });

  test("an e-mail that is not verified, or none, is nobody's; a disabled person stays out", async () => {
    const { cookies } = await come({ sub: "s-3", email: "li@example.com", email_verified: false });
    expect((await me(cookies)).email).toMatch(/^[0-9a-f]{16}@127\.0\.0\.1\.invalid$/);
    await db().query(`UPDATE person SET is_disabled = true WHERE email = $1`, [(await me(cookies)).email]);
    expect([(await me(cookies)).kind, (await come({ sub: "s-3" })).fault]).toEqual(["nobody", "disabled"]);
  });

  test("nobody is led elsewhere afterwards, and a foreign page cannot hide the way back in itself (AUT-11)", async () => {
    expect((await come({ sub: "s-1" }, { ask: "next=//evil.example" })).to).toBe("/");
    const framed = { ...BACK, "sec-fetch-dest": "iframe" };
    expect((await ask("/api/oidc/company/callback?state=x", new Map(), framed)).status).toBe(403);
    expect((await ask("/api/oidc/company", new Map(), BACK)).status).toBe(403);
    expect((await ask("/api/oidc/nowhere", new Map())).status).toBe(404);
  });

  test("a provider that is down is asked again after 10 s, and no more often; redirects lead nowhere (API-14, SCR-11)", async () => {
    await clock.advance(HOUR_MS); // what it said of itself is over
    company.state.isDown = true;
    const asked = company.asked.length;
    for (let i = 0; i < 5; i += 1) expect((await ask("/api/oidc/company", new Map())).to).toContain("fault=down");
    expect(company.asked.length - asked).toBe(1);
    company.state.isDown = false;
    await clock.advance(10 * SECOND_MS);
    expect((await come({ sub: "s-1" })).to).toBe("/");
    await clock.advance(HOUR_MS);
    company.state.leadsTo = `${other.issuer}/elsewhere`;
    expect((await ask("/api/oidc/company", new Map())).to).toContain("fault=down");
    company.state.leadsTo = null;
    expect(other.asked).not.toContain("/elsewhere");
    await clock.advance(10 * SECOND_MS);
    expect((await ask("/api/oidc/inside", new Map())).to).toContain("fault=down");
    expect(logged()).toContain("serves cloud credentials");
  });

  test("a hundred tries an hour of an address reach the provider, and none of its words the log (AUT-01, 16)", async () => {
    const from = "10.3.3.3";
    for (let i = 0; i < 100; i += 1)
      await db().query(`INSERT INTO sign_in_try (account, address, at_ms) VALUES ($1, $2, $3)`, [
        `${i}`,
        from,
        clock.now(),
      ]);
    const asked = company.asked.length;
    expect((await come({ sub: "s-1" }, { from })).fault).toBe("tooMany");
    expect(company.asked.slice(asked)).not.toContain("/token");
    expect(logged()).not.toMatch(/CANARY|eyJ/);
  });
});
