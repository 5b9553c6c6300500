import type { FastifyInstance } from "fastify";
import { beforeAll, afterAll, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../../db/model/time.ts";
import { systemClock } from "../../../../server/clock.ts";
import { openFetcher } from "../../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../../server/egress/policy.ts";
import { createLog } from "../../../../server/telemetry/log.ts";
import { accountsAccess, type Accounts, createAccounts } from "../../../../server/usecases/access/accounts.ts";
import { NO_KEY_FOR_ACCOUNTS, openAccounts } from "../../../../server/usecases/access/open-accounts.ts";
import { createTokens } from "../../../../server/usecases/access/tokens.ts";
import { auditSign } from "../../../../server/usecases/audit/chain.ts";
import { createAudit } from "../../../../server/usecases/audit/create-audit.ts";
import { manualClock } from "../../../tools/manual-clock.ts";
import { stageApi } from "../../api/stage.ts";
import { testBox } from "../../../tools/test-box.ts";

const auth = {
  isOpen: false, idleMs: 12 * HOUR_MS, longestMs: 7 * 24 * HOUR_MS, secondPerson: [], oidc: [], proxy: null,
} as const; // prettier-ignore
const NO_FETCHER = openFetcher({ policy: openPolicy({ allow: [] }), clock: systemClock });
const PASSWORD = "a sentence only Li would say";

/** Sign-in over HTTP as browsers do it, with a clock by hand. */
export function accountsSuite(db: () => Database): void {
  const clock = manualClock();
  const box = testBox();
  let app: FastifyInstance;
  let accounts: Accounts;
  let publicUrl = "http://127.0.0.1:7070";
  beforeAll(async () => {
    const log = createLog("silent", systemClock);
    const audit = createAudit({ db: db(), clock, log, sign: auditSign(box), headFile: null });
    await audit.open();
    const config = () => ({ auth, publicUrl });
    accounts = createAccounts({ db: db(), clock, log, audit, box, config });
    app = (
      await stageApi({ access: accountsAccess(accounts, { tokens: createTokens({ db: db(), clock }) }), audit, clock })
    ).app;
    const none = openAccounts({ db: db(), clock, log, audit, box: null, config, fetcher: NO_FETCHER, env: {} });
    await expect(none).rejects.toThrow(NO_KEY_FOR_ACCOUNTS);
  });
  afterAll(() => app.close());

  type Payload = Readonly<Record<string, unknown>>;
  const post = async (url: string, payload: Payload, cookie = "", from = "127.0.0.1") => {
    const headers = { host: "127.0.0.1", "content-type": "application/json", cookie, "x-forwarded-for": "9.9.9.9" };
    const answer = await app.inject({ method: "POST", url, headers, payload, remoteAddress: from });
    return {
      ...answer,
      status: answer.statusCode,
      cookie: String(answer.headers["set-cookie"] ?? "").split(";")[0] ?? "",
    };
  };
  const get = async (path: string, cookie: string, more: Readonly<Record<string, string>> = {}) => {
    const answer = await app.inject({ url: `/api/${path}`, headers: { host: "127.0.0.1", cookie, ...more } });
    return { status: answer.statusCode, body: answer.json() };
  };
  const me = async (cookie: string) => (await get("trpc/access.me", cookie)).body.result.data;
  const signIn = (email: string, password: string, from?: string, cookie?: string) =>
    post("/api/sign-in", { email, password }, cookie, from);
  const tokenOf = (url: string): string => url.split("#")[1] ?? "";
  const admin = async (): Promise<string> => {
    const first = { name: "Li", email: "li@example.com", password: PASSWORD };
    if (await accounts.needsSetUp())
      await post("/api/link", { ...first, token: tokenOf((await accounts.setUpLink()).url) });
    return (await signIn("li@example.com", PASSWORD, "10.0.0.1")).cookie;
  };
  const guest = async (email: string, roles: readonly string[] = ["viewer"]) => {
    const invited = await post("/api/trpc/access.invite", { name: "Wang", email, roles, teams: null }, await admin());
    const { url } = invited.json().result.data;
    const came = await post("/api/link", { token: tokenOf(url), password: PASSWORD });
    expect(came.status).toBe(200);
    return { cookie: came.cookie, id: (await accounts.people()).find((one) => one.email === email)?.id ?? "" };
  };

  test("nobody is here at first, no default password lets in, and the set-up link works once, for 15 minutes (AUT-09)", async () => {
    expect(await me("")).toMatchObject({ kind: "nobody", signIn: { isOpen: false, needsSetUp: true } });
    expect((await get("trpc/fleet.summary", "")).status).toBe(401);
    for (const password of ["", "admin", "dapan"])
      expect((await signIn("admin", password)).status).toBeGreaterThan(399);
    const late = await accounts.setUpLink();
    clock.jump(15 * MINUTE_MS);
    const first = { name: "Li", email: "Li@Example.com", password: PASSWORD };
    expect((await post("/api/link", { ...first, token: tokenOf(late.url) })).status).toBe(404);
    const token = tokenOf((await accounts.setUpLink()).url);
    expect((await get(`link?token=${token}`, "")).body).toEqual({ kind: "set-up", name: "", email: "" });
    expect((await post("/api/link", { ...first, token, password: "short" })).status).toBe(400);
    const both = await Promise.all([post("/api/link", { ...first, token }), post("/api/link", { ...first, token })]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 404]));
    const cookie = both.find(({ status }) => status === 200)?.cookie ?? "";
    expect(await me(cookie)).toMatchObject({ kind: "person", roles: ["admin"], signIn: { needsSetUp: false } });
  });

  test("the cookie is ours alone, and the database holds no token of it (AUT-06)", async () => {
    await admin();
    const plain = await signIn("li@example.com", PASSWORD);
    expect(plain.headers["set-cookie"]).toMatch(
      /^dapan-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800$/,
    );
    publicUrl = "https://dapan.example.com";
    const safe = await signIn("li@example.com", PASSWORD);
    expect(safe.headers["set-cookie"]).toMatch(
      /^__Host-dapan=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=604800; Secure$/,
    );
    publicUrl = "http://127.0.0.1:7070";
    const stored = JSON.stringify(await db().query(`SELECT * FROM person_session`));
    expect(stored).not.toContain(plain.cookie.split("=")[1]);
    expect(await me(`${plain.cookie}; ${plain.cookie}`)).toMatchObject({ kind: "nobody" });
  });

  test("a good cookie beside a token that leads nowhere lets nobody in (AUT-08)", async () => {
    const cookie = await admin();
    expect((await get("trpc/fleet.summary", cookie)).status).toBe(200);
    for (const authorization of ["Bearer dpn_guess", "Bearer dpn_a b", "dpn_guess", "Bearer DPN_guess"])
      expect([authorization, (await get("trpc/fleet.summary", cookie, { authorization })).status]).toEqual([authorization, 401]);
    expect((await get("trpc/fleet.summary", cookie, { authorization: "Basic bGk6eA==" })).status).toBe(200);
  }); // prettier-ignore

  test("each sign-in has a new token, and the one before it is dead (AUT-04)", async () => {
    await admin();
    const first = await signIn("li@example.com", PASSWORD);
    const second = await signIn("li@example.com", PASSWORD, undefined, first.cookie);
    expect(second.cookie).not.toBe(first.cookie);
    expect((await get("trpc/access.sessions", first.cookie)).status).toBe(401);
    expect((await get("trpc/access.sessions", second.cookie)).status).toBe(200);
  });

  test("another role means another session (AUT-04)", async () => {
    const { cookie, id } = await guest("zhou@example.com");
    const raised = { id, roles: ["operator"], teams: null, isDisabled: false };
    expect((await post("/api/trpc/access.setPerson", raised, await admin())).status).toBe(200);
    expect((await get("trpc/access.sessions", cookie)).status).toBe(401);
    expect(await me((await signIn("zhou@example.com", PASSWORD)).cookie)).toMatchObject({ roles: ["operator"] });
  });

  test("what is taken away is gone at the next request (AUT-05)", async () => {
    const { cookie, id } = await guest("wang@example.com");
    const other = (await signIn("wang@example.com", PASSWORD)).cookie;
    const changed = await post(
      "/api/trpc/access.changePassword",
      { present: PASSWORD, next: "another sentence of mine" },
      cookie,
    );
    expect(changed.status).toBe(200);
    expect([(await me(cookie)).kind, (await me(other)).kind]).toEqual(["person", "nobody"]);
    const again = (await signIn("wang@example.com", "another sentence of mine")).cookie;
    await post("/api/sign-out", {}, cookie);
    expect([(await me(cookie)).kind, (await me(again)).kind]).toEqual(["nobody", "person"]);
    const out = { id, roles: ["viewer"], teams: null, isDisabled: true };
    expect((await post("/api/trpc/access.setPerson", out, await admin())).status).toBe(200);
    expect((await me(again)).kind).toBe("nobody");
    expect((await signIn("wang@example.com", "another sentence of mine")).status).toBe(401);
  });

  test("nobody gives more than they have, and the last administrator stays", async () => {
    const { cookie } = await guest("viewer@example.com");
    const wish = { name: "X", email: "x@example.com", roles: ["admin"], teams: null };
    expect((await post("/api/trpc/access.invite", wish, cookie)).status).toBe(403);
    const id = (await accounts.people()).find(({ roles }) => roles.includes("admin"))?.id;
    const gone = { id, roles: ["viewer"], teams: null, isDisabled: false };
    expect((await post("/api/trpc/access.setPerson", gone, await admin())).status).toBe(400);
  });

  test("a session nobody used for 12 hours is over, and any after 7 days (AUT-07)", async () => {
    const idle = await admin();
    clock.jump(12 * HOUR_MS);
    expect((await me(idle)).kind).toBe("nobody");
    const used = await admin();
    for (let hours = 0; hours < 7 * 24 - 11; hours += 11) {
      clock.jump(11 * HOUR_MS);
      expect((await me(used)).kind, `after ${hours + 11} h`).toBe(hours + 11 < 7 * 24 ? "person" : "nobody");
    }
    clock.jump(11 * HOUR_MS);
    expect((await me(used)).kind).toBe("nobody");
  });

  test("passwords are not tried out: 10 in 15 minutes, at once or one by one; a forged address changes nothing (AUT-01, 12)", async () => {
    const { id } = await guest("zhao@example.com");
    await accounts.endSessions(id, null);
    clock.jump(HOUR_MS);
    const flood = await Promise.all([...Array(8).keys()].map(() => signIn("zhao@example.com", "wrong", "10.9.9.9")));
    expect(flood.filter(({ status }) => status === 401)).toHaveLength(3);
    for (let judged = 3; judged < 10; judged += 1) {
      const refused = await signIn("zhao@example.com", PASSWORD, "10.9.9.9");
      expect(refused.status).toBe(429);
      clock.jump(Number(refused.headers["retry-after"]) * SECOND_MS);
      expect((await signIn("zhao@example.com", "wrong", "10.9.9.9")).status).toBe(401);
    }
    const locked = await signIn("zhao@example.com", PASSWORD, "10.9.9.8");
    expect(locked.status).toBe(429);
    clock.jump(Number(locked.headers["retry-after"]) * SECOND_MS);
    expect((await signIn("zhao@example.com", PASSWORD, "10.9.9.8")).status).toBe(200);
    const denied = await db().query(`SELECT 1 FROM audit WHERE action = 'POST /api/sign-in' AND outcome = 'denied'`);
    expect(denied.length).toBeGreaterThanOrEqual(10);
  });

  test("strangers do not keep somebody out of an address they are known at (AUT-01)", async () => {
    await guest("sun@example.com"); // a session at 127.0.0.1
    for (let i = 0; i < 12; i += 1) {
      await signIn("sun@example.com", "wrong", "10.7.7.7");
      clock.jump(20 * SECOND_MS);
    }
    expect((await signIn("sun@example.com", PASSWORD)).status).toBe(200);
  });

  test("who is unknown is told the same as who is wrong (AUT-03)", async () => {
    await admin();
    clock.jump(HOUR_MS);
    const answers = [await signIn("nobody@example.com", "wrong"), await signIn("li@example.com", "wrong")];
    expect(answers.map(({ status, body }) => [status, body])[0]).toEqual([answers[1]?.status, answers[1]?.body]);
  });

  test("a new link replaces a lost password and ends all sessions; it works once", async () => {
    const { cookie, id } = await guest("qian@example.com");
    const made = await post("/api/trpc/access.resetLink", { id }, await admin());
    const token = tokenOf(made.json().result.data.url);
    const next = await post("/api/link", { token, password: "the sentence after that" });
    expect([(await me(cookie)).kind, (await me(next.cookie)).kind]).toEqual(["nobody", "person"]);
    expect((await post("/api/link", { token, password: "the sentence after that" })).status).toBe(404);
  });
}
