import { rmSync } from "node:fs";
import type { LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import { freshFeatures, stageUsage, YAML } from "../usecases/usage/usage-stage.ts";
import { type Stage, stageApi } from "./stage.ts";

const TOKEN = "3f1b7a0c9d2e4f5a6b7c8d9e0f1a2b3c4d5e6f70";
let dataDir = "";
let db: Database;
let local: Stage; // no token is set
let open2: Stage; // a token is set

beforeAll(async () => {
  dataDir = await freshDataDir();
  db = await open({ dataDir });
  local = await stageApi({ usage: stageUsage(db).usage });
  const env = { DAPAN_USAGE_TOKEN: TOKEN };
  const yaml = `${YAML}usageTokenEnv: DAPAN_USAGE_TOKEN\n`;
  open2 = await stageApi({ usage: stageUsage(db, { yaml, env }).usage });
});
afterAll(async () => {
  await local?.app.close();
  await open2?.app.close();
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(async () => void (await freshFeatures(db, ["chat"])));

const line = (over: Record<string, unknown> = {}) => ({
  feature: "chat",
  from: "2026-11-22T09:00:00+08:00",
  to: "2026-11-22T10:00:00+08:00",
  ok: 120,
  ...over,
});
type Ask = {
  readonly headers?: Record<string, string | undefined>;
  readonly payload?: unknown;
  readonly from?: string;
  readonly to?: Stage;
};
const post = ({ headers = {}, payload = { lines: [line()] }, from = "127.0.0.1", to = local }: Ask = {}) => {
  const all = { "content-type": "application/json", "idempotency-key": "k", ...headers };
  return to.app.inject({
    method: "POST",
    url: "/api/v1/usage",
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    payload: typeof payload === "string" ? payload : JSON.stringify(payload),
    remoteAddress: from,
  });
};
type Refused = { error: string; lines: { index: number; field: string; code: string; read: string; hint: string }[] };
const refused = (answer: LightMyRequestResponse) => answer.json<Refused>();
const stored = () => db.query("SELECT * FROM usage_line");

describe("a push", () => {
  test("is stored before it is answered, and its repeat says the same and that it is one", async () => {
    const first = await post();
    expect(first.statusCode).toBe(200);
    expect(first.json()).toEqual({ lines: 1, added: 1, replaced: 0, unchanged: 0 });
    expect(first.headers["cache-control"]).toBe("no-store");
    expect(await stored()).toHaveLength(1);
    const second = await post();
    expect([second.statusCode, second.json(), second.headers["idempotent-replayed"]]).toEqual([
      200,
      first.json(),
      "true",
    ]);
    expect(await stored()).toHaveLength(1);
  });

  test("with another body under the same key is a conflict in words", async () => {
    await post();
    const answer = await post({ payload: { lines: [line({ ok: 121 })] } });
    expect(answer.statusCode).toBe(409);
    expect(refused(answer).error).toMatch(/"k" was used for another body; nothing was stored/);
  });

  test.each([[undefined], [""], ["a b"], ["ä"], ["x".repeat(201)]])("needs a key that can be one: %s", async (key) => {
    const answer = await post({ headers: { "idempotency-key": key } });
    expect(answer.statusCode).toBe(400);
    expect(refused(answer).error).toMatch(/Idempotency-Key/);
    expect(await stored()).toEqual([]);
  });

  test("tells every wrong line with its field, what was read and the way out, and stores nothing", async () => {
    const lines = [
      line(),
      line({ feature: "chta", from: "2026-11-22T08:00:00+08:00", to: "2026-11-22T09:00:00+08:00" }),
      line({ ok: -1, from: "2026-11-21" }),
      line({ ok: "1,234.5" }),
      line({ ok: "=1+1" }),
      line({ ok: true }),
      line({ from: "yesterday" }),
      line({ revenue: 5 }),
      line({ revenue: 5, currency: "RMB" }),
      line({ units: 5 }),
      line({ from: "2026-11-22T09:30:00+08:00", to: "2026-11-22T10:30:00+08:00" }),
      "chat",
      line({ ok: 0.1 + 0.2, from: "2026-11-20", to: "2026-11-21" }),
    ];
    const answer = await post({ payload: { lines } });
    expect(answer.statusCode).toBe(400);
    const told = refused(answer);
    expect(told.error).toBe("13 lines cannot be taken; nothing was stored");
    expect(told.lines.map(({ index, field, code }) => [index, field, code])).toEqual([
      [0, "from", "overlap"],
      [1, "feature", "feature_unknown"],
      [2, "ok", "negative"],
      [3, "ok", "separators"],
      [4, "ok", "formula"],
      [5, "ok", "shape"],
      [6, "from", "date"],
      [7, "currency", "currency_missing"],
      [8, "currency", "currency_unknown"],
      [9, "units", "shape"],
      [10, "from", "overlap"],
      [11, "", "shape"],
      [12, "ok", "decimals"],
    ]);
    for (const { hint } of told.lines) expect(hint).not.toBe("");
    expect(told.lines[1]?.hint).toContain("did you mean chat?");
    expect(await stored()).toEqual([]);
    expect((await post()).statusCode).toBe(200); // its key is still free
  });

  test.each([
    ["{}", /expected \{"lines"/],
    ["[]", /expected/],
    ["5", /expected/],
    ['{"lines": []}', /no lines/],
    ['{"lines": {}}', /expected/],
    ['{"lines": [{}], "x": 1}', /expected/],
    [JSON.stringify({ lines: Array.from({ length: 5_001 }, () => 0) }), /5001 lines are more than 5000/],
  ])("that is none is refused: %s", async (payload, words) => {
    const answer = await post({ payload });
    expect(answer.statusCode).toBe(400);
    expect(refused(answer).error).toMatch(words);
  });

  test("of more than a mebibyte, of another type, or broken JSON is refused before it is looked at", async () => {
    expect((await post({ payload: `{"lines": [${" ".repeat(1_048_577)}]}` })).statusCode).toBe(413);
    expect((await post({ headers: { "content-type": "text/plain" }, payload: "x" })).statusCode).toBe(415);
    expect((await post({ payload: "{" })).statusCode).toBe(400);
    expect((await post({ payload: '{"__proto__": {}, "lines": []}' })).statusCode).toBe(400);
  });

  test("of 5,000 lines is taken", async () => {
    const at = (i: number) => new Date(Date.UTC(2026, 9, 1) + i * 60_000).toISOString();
    const lines = Array.from({ length: 5_000 }, (_, i) => line({ from: at(i), to: at(i + 1), ok: i }));
    const answer = await post({ payload: { lines } });
    expect(answer.json()).toEqual({ lines: 5_000, added: 5_000, replaced: 0, unchanged: 0 });
  });
});

describe("who may push", () => {
  const status = async (ask: Ask) => (await post(ask)).statusCode;
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

  test("without a token set, only this machine itself, and no proxy on it", async () => {
    expect(await status({ from: "127.0.0.1" })).toBe(200);
    expect(await status({ from: "::1" })).toBe(200);
    expect(await status({ from: "::ffff:127.0.0.1" })).toBe(200);
    expect(await status({ from: "10.0.0.7" })).toBe(401);
    expect(await status({ headers: { "x-forwarded-for": "10.0.0.7" } })).toBe(401);
    expect(await status({ headers: { forwarded: "for=10.0.0.7" } })).toBe(401);
    expect(await status({ headers: { via: "1.1 proxy" } })).toBe(401);
    expect(await status(bearer("anything"))).toBe(401);
  });

  test.each([
    "forwarded via x-forwarded x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port x-forwarded-server",
    "x-real-ip x-client-ip cf-connecting-ip true-client-ip x-original-host x-original-url X-Forwarded-Prefix",
  ])("without a token set, nobody with a sign of a proxy: %s", async (names) => {
    for (const name of names.split(" ")) expect(await status({ headers: { [name]: "x" } }), name).toBe(401);
  });

  test.each([
    ["localhost:7070", 200],
    ["dapan.localhost", 200],
    ["127.0.0.1:7070", 200],
    ["127.9.8.7", 200],
    ["[::1]:7070", 200],
    ["[::ffff:7f00:1]", 200],
    ["10.0.0.5:7070", 401], // this machine, under an address others have too
    ["[fd00::1]", 401],
    ["rebound.evil.example:7070", 421],
  ])("without a token set, only under a name of this machine alone: %s", async (host, expected) => {
    expect(await status({ headers: { host } })).toBe(expected);
    expect(await status({ headers: { host, origin: `http://${host}` } })).toBe(expected);
  });

  test("with a token set, whoever has it, from anywhere", async () => {
    expect(await status({ from: "10.0.0.7", to: open2, ...bearer(TOKEN) })).toBe(200);
    expect(await status({ from: "10.0.0.7", to: open2, headers: { authorization: `bearer  ${TOKEN}` } })).toBe(200);
    expect(await status({ from: "10.0.0.7", to: open2 })).toBe(401);
    expect(await status({ from: "127.0.0.1", to: open2 })).toBe(401); // asked of everybody
    expect(await status({ from: "127.0.0.1", to: open2, ...bearer(TOKEN) })).toBe(200);
    for (const wrong of [TOKEN.slice(1), `${TOKEN}0`, TOKEN.toUpperCase(), ""])
      expect(await status({ from: "127.0.0.1", to: open2, ...bearer(wrong) })).toBe(401);
    expect(await status({ to: open2, headers: { authorization: `Basic ${TOKEN}` } })).toBe(401);
  });

  test("a refusal says the way out and nothing of the token", async () => {
    const answer = await post({ from: "10.0.0.7", to: open2, ...bearer("x") });
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
    expect(answer.body).toContain("usageTokenFile");
    expect(answer.body).not.toContain(TOKEN);
    const none = await post({ from: "10.0.0.7" });
    expect(refused(none).error).toMatch(/this machine only, .* set usageTokenFile or usageTokenEnv/);
  });

  test("one that begins as those of the page of tokens is never taken, and the log says the way out", async () => {
    const env = { DAPAN_USAGE_TOKEN: `dpn_${TOKEN}` };
    const { usage } = stageUsage(db, { yaml: `${YAML}usageTokenEnv: DAPAN_USAGE_TOKEN\n`, env });
    const like = await stageApi({ usage });
    expect(await status({ to: like, ...bearer(TOKEN) })).toBe(401);
    expect(JSON.stringify(like.logLines())).toMatch(/choose another/);
    await like.app.close();
  });

  test("pages of other sites may not, whoever runs the browser", async () => {
    expect(await status({ headers: { origin: "https://evil.example" } })).toBe(403);
    expect(await status({ headers: { "sec-fetch-site": "cross-site" } })).toBe(403);
  });
});
