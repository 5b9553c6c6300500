import http from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import type { Actor, Role } from "../../../db/model/access.ts";
import type { TokenView } from "../../../db/model/access-views.ts";
import type { Feature } from "../../../db/model/feature.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import * as people from "../../../db/store/people.ts";
import { OPEN_ACTOR, permissionsOf } from "../../../server/domain/access/roles.ts";
import type { AccessPort } from "../../../server/usecases/access/access-port.ts";
import type { Accounts } from "../../../server/usecases/access/accounts.ts";
import { createTokens } from "../../../server/usecases/access/tokens.ts";
import { auditSign } from "../../../server/usecases/audit/chain.ts";
import { type Audit, createAudit } from "../../../server/usecases/audit/create-audit.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { manualClock } from "../../tools/manual-clock.ts";
import { testBox } from "../../tools/test-box.ts";
import { ACTOR_HEADER, actedAs, headerOf } from "./seeing-stage.ts";
import { stageApi, type Stage } from "./stage.ts";

const person = (id: string, teams: readonly string[] | null, ...roles: Role[]): Actor => ({
  ...OPEN_ACTOR, kind: "person", id, name: id, permissions: permissionsOf(roles), teams, sessionId: "s",
}); // prettier-ignore
const ANN = person("ann", null, "admin");
const VIC = person("vic", ["search"], "viewer");
const WISH = { name: "nightly", permissions: ["push"], teams: null, sources: null, days: 90 };

/** Tokens over HTTP as programs send them, alike on both engines. */
export function tokensSuite(db: () => Database): void {
  const clock = manualClock();
  let stage: Stage;
  let audit: Audit;

  beforeAll(async () => {
    const log = createLog("silent", clock);
    audit = createAudit({ db: db(), clock, log, sign: auditSign(testBox()), headFile: null });
    await audit.open();
    const tokens = createTokens({ db: db(), clock });
    const access: AccessPort = {
      who: async (caller) => (await tokens.who(caller)) ?? (await actedAs(caller)),
      signInWays: async () => ({ isOpen: false, hasPassword: true, providers: [], needsSetUp: false }),
      accounts: { person: async () => null } as unknown as Accounts, // people sign in here: all that doors ask
      tokens,
    };
    const feature = (id: number, key: string, team: string) => ({ id, key, team }) as Feature; // all that a push asks of it
    const features = {
      list: () => [feature(1, "chat", "search"), feature(2, "film", "video"), feature(3, "lost", "")],
    };
    stage = await stageApi({ access, audit, clock, features });
    for (const { id, name, teams } of [ANN, VIC]) {
      const roles = id === "ann" ? ["admin"] : ["viewer"];
      await people.addPerson(db(), { id, name, email: `${id}@example.com`, roles, teams }, clock.now());
    }
  });
  afterAll(() => stage.app.close());

  const call = async (path: string, who: Actor | string, input?: unknown, more: Record<string, string> = {}) => {
    const isQuery = input === undefined;
    const answer = await stage.app.inject({
      method: isQuery ? "GET" : "POST",
      url: `/api/trpc/${path}`,
      headers: {
        host: "127.0.0.1",
        ...(isQuery ? {} : { "content-type": "application/json" }),
        ...(typeof who === "string" ? { authorization: `Bearer ${who}` } : headerOf(who)),
        ...more,
      },
      ...(isQuery ? {} : { payload: JSON.stringify(input) }),
    });
    return { status: answer.statusCode, body: answer.json(), text: answer.body };
  };
  const made = async (who: Actor, over: Partial<typeof WISH> | Record<string, unknown> = {}) => {
    const { status, body, text } = await call("tokens.create", who, { ...WISH, ...over });
    expect(status, text).toBe(200);
    return body.result.data as { id: number; secret: string };
  };
  const push = (token: string, url = "/api/v1/usage", payload: unknown = { lines: [{ feature: "chat" }] }) =>
    stage.app.inject({
      method: "POST",
      url,
      headers: {
        host: "127.0.0.1",
        "content-type": "application/json",
        "idempotency-key": "k",
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      },
      payload: JSON.stringify(payload),
    });
  const listed = async (who: Actor): Promise<TokenView[]> => (await call("tokens.list", who)).body.result.data;

  test("a token is told once, stands as a hash, and says when it was last used (AUT-08)", async () => {
    const { id, secret } = await made(ANN, { permissions: ["fleet.see"] });
    expect(secret).toMatch(/^dpn_[a-z2-7]{32}$/);
    expect((await listed(ANN)).find((one) => one.id === id)).toMatchObject({
      name: "nightly", hint: secret.slice(-4), owner: "ann", lastUsedAt: null, revokedAt: null,
      expiresAt: clock.now() + 90 * DAY_MS,
    }); // prettier-ignore
    expect((await call("fleet.summary", secret)).status).toBe(200);
    expect((await listed(ANN)).find((one) => one.id === id)?.lastUsedAt).toBe(clock.now());
    const tables = ["api_token", "audit", "audit_change"].map((name) => db().query(`SELECT * FROM ${name}`));
    expect(JSON.stringify(await Promise.all(tables))).not.toContain(secret.slice(4));
    expect(JSON.stringify(await listed(ANN))).not.toContain(secret.slice(4, -4));
    expect(JSON.stringify(stage.logLines())).not.toContain(secret.slice(4));
  });

  test("a token may what it was given and no more, and never lets anybody in", async () => {
    const { secret } = await made(ANN, { permissions: ["fleet.see"] });
    expect((await call("audit.page", secret)).status).toBe(403);
    expect((await call("tokens.create", secret, { ...WISH, permissions: ["fleet.see"] })).status).toBe(400);
    expect((await call("access.changePassword", secret, { present: "x", next: "y" })).status).toBe(400);
    const wish = { ...WISH, permissions: ["access.manage"] };
    expect((await call("tokens.create", ANN, wish)).text).toContain("no token lets people in");
  });

  test("nobody makes a token that may more than they may, or for teams that are not theirs", async () => {
    for (const over of [{ permissions: ["money.see"] }, { permissions: ["fleet.see"] }, { teams: ["other"] }])
      expect((await call("tokens.create", VIC, { ...WISH, permissions: ["fleet.see"], ...over })).status).toBe(400);
    const { secret } = await made(VIC, { permissions: ["fleet.see"], teams: ["search"] });
    expect((await call("access.me", secret)).body.result.data).toMatchObject({
      kind: "token", permissions: ["fleet.see"], teams: ["search"],
    }); // prettier-ignore
  });

  test("what its owner loses a token loses with the next request", async () => {
    const { secret } = await made(VIC, { permissions: ["fleet.see"], teams: ["search"] });
    const set = (roles: readonly string[], teams: readonly string[] | null, isDisabled = false) =>
      people.setPerson(db(), { id: "vic", roles, teams, isDisabled }, clock.now());
    const permissions = async () => (await call("access.me", secret)).body.result?.data;
    await set(["viewer"], ["other"]);
    expect(await permissions()).toMatchObject({ permissions: ["fleet.see"], teams: [] });
    await set([], ["search"]);
    expect((await call("fleet.summary", secret)).status).toBe(403);
    await set(["viewer"], ["search"], true);
    expect((await call("fleet.summary", secret)).status).toBe(401);
    await set(["viewer"], ["search"]);
    expect((await permissions()).permissions).toEqual(["fleet.see"]);
  });

  test("a token that was revoked, is over or never was is 401 with the next request, whatever cookie comes with it", async () => {
    const mine = await made(ANN, { permissions: ["fleet.see"] });
    const other = await made(VIC, { permissions: ["fleet.see"], teams: ["search"] });
    expect((await call("tokens.revoke", VIC, { id: mine.id })).status).toBe(404);
    expect((await listed(VIC)).every(({ owner }) => owner === "vic")).toBe(true);
    expect((await call("tokens.revoke", ANN, { id: other.id })).status).toBe(200);
    expect((await call("tokens.revoke", ANN, { id: mine.id })).status).toBe(200);
    for (const token of [mine.secret, other.secret, "dpn_guess"]) {
      const beside = { [ACTOR_HEADER]: headerOf(ANN)[ACTOR_HEADER] ?? "" };
      const answer = await call("fleet.summary", token, undefined, beside);
      expect([answer.status, answer.body.error]).toEqual([401, expect.stringContaining("was revoked")]);
    }
    const late = await made(ANN, { permissions: ["fleet.see"], days: 1 });
    clock.jump(DAY_MS);
    expect((await call("fleet.summary", late.secret)).status).toBe(401);
  });

  test("a live stream ends when its token is revoked", async () => {
    const { id, secret } = await made(ANN, { permissions: ["fleet.see"] });
    const url = await stage.app.listen({ port: 0, host: "127.0.0.1" });
    const headers = { accept: "text/event-stream", authorization: `Bearer ${secret}` };
    let isOver = false;
    await new Promise<void>((resolve, reject) => {
      const request = http.get(`${url}/api/trpc/fleet.live`, { headers }, (answer) => {
        for (const end of ["close", "error"]) answer.once(end, () => (isOver = true));
        answer.resume();
        resolve();
      });
      request.once("error", reject);
    });
    await clock.advance(10_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isOver).toBe(false);
    await call("tokens.revoke", ANN, { id });
    await clock.advance(10_000);
    await expect.poll(() => isOver, { timeout: 5_000, interval: 5 }).toBe(true);
  });

  test("where people sign in, a push needs a token with the right to push; this machine alone is no token", async () => {
    expect((await push("")).statusCode).toBe(401);
    expect((await push("")).json().error).toContain("page of tokens");
    const blind = await made(ANN, { permissions: ["fleet.see"] });
    expect((await push(blind.secret)).statusCode).toBe(403);
    const { secret } = await made(ANN);
    expect((await push(secret, "/api/v1/kmsg", { node: "gpu-1", lines: ["x"] })).statusCode).toBe(200);
    expect((await push(secret)).statusCode).toBe(400); // it came through, and the line is half of one
  });

  test("a token bound to a name pushes for that name alone, and a denial is on record", async () => {
    const { id, secret } = await made(ANN, { sources: ["chat", "gpu-1", "b/gpu-3", "dapan"] });
    const status = async (url: string, payload: unknown) => (await push(secret, url, payload)).statusCode;
    expect(await status("/api/v1/kmsg", { node: "gpu-1", lines: ["x"] })).toBe(200);
    expect(await status("/api/v1/kmsg", { node: "gpu-2", lines: ["x"] })).toBe(403);
    expect(await status("/api/v1/kmsg", { node: "gpu-1", cluster: "b", lines: ["x"] })).toBe(403);
    expect(await status("/api/v1/kmsg", { node: "gpu-3", cluster: "b", lines: ["x"] })).toBe(200);
    expect(await status("/api/v1/kmsg", { lines: ["x"] })).toBe(403);
    expect(await status("/api/v1/usage", { lines: [{ feature: "chat" }, { feature: "other" }] })).toBe(403);
    expect(await status("/api/v1/usage", { lines: [{ feature: "chat" }] })).toBe(400);
    expect(await status("/api/v1/alerts/webhook", { receiver: "elsewhere", alerts: [] })).toBe(403);
    expect(await status("/api/v1/alerts/webhook", { receiver: "dapan", alerts: [] })).not.toBe(403);
    expect(await status("/api/v2/alerts", [])).toBe(403);
    const rows = await db().query<{ n: number }>(
      `SELECT count(*)::int AS n FROM audit WHERE actor ->> 'kind' = 'token' AND actor ->> 'id' = $1 AND outcome = 'denied'`,
      [String(id)],
    );
    expect(rows[0]?.n).toBe(6);
  });

  test("a token with teams pushes units of their features alone, and learns no other's name", async () => {
    const { secret } = await made(ANN, { teams: ["search"] });
    const answer = async (url: string, payload: unknown) => {
      const { statusCode, body } = await push(secret, url, payload);
      return [statusCode, /film|lost/.test(body)];
    };
    const lines = (...keys: string[]) => ({ lines: keys.map((key) => ({ feature: key })) });
    expect(await answer("/api/v1/usage", lines("chat"))).toEqual([400, false]); // it came through: half a line
    for (const keys of [["film"], ["chat", "film"], ["lost"], ["fil"], [" film"], []])
      expect(await answer("/api/v1/usage", lines(...keys)), keys.join()).toEqual([403, false]);
    expect(await answer("/api/v1/kmsg", { node: "chat", lines: ["x"] })).toEqual([403, false]);
    expect(await answer("/api/v1/alerts/webhook", { receiver: "chat", alerts: [] })).toEqual([403, false]);
    expect(await answer("/api/v2/alerts", [])).toEqual([403, false]);
  });

  test("who tries tokens waits after twenty a minute (API-12)", async () => {
    await clock.advance(61_000);
    const { secret } = await made(ANN, { permissions: ["fleet.see"] });
    const odd = (i: number): Record<string, string> => (i % 2 === 0 ? {} : { authorization: `dpn_${i} x` });
    for (let i = 0; i < 20; i++) expect((await call("fleet.summary", `dpn_${i}`, undefined, odd(i))).status).toBe(401);
    expect((await call("fleet.summary", "dpn_21")).status).toBe(429);
    await clock.advance(61_000);
    expect((await call("fleet.summary", secret)).status).toBe(200);
  });
}
