import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import { HOUR_MS } from "../../../../db/model/time.ts";
import { systemClock } from "../../../../server/clock.ts";
import { createLog } from "../../../../server/telemetry/log.ts";
import { accountsAccess, createAccounts } from "../../../../server/usecases/access/accounts.ts";
import { createProxyPeople } from "../../../../server/usecases/access/proxy-people.ts";
import { auditSign } from "../../../../server/usecases/audit/chain.ts";
import { createAudit } from "../../../../server/usecases/audit/create-audit.ts";
import { onPglite } from "../../../db/databases.ts";
import { manualClock } from "../../../tools/manual-clock.ts";
import { testBox } from "../../../tools/test-box.ts";
import { stageApi } from "../../api/stage.ts";

const PROXY = "10.0.0.5";

onPglite("people of a proxy", (db: () => Database) => {
  const clock = manualClock();
  const box = testBox();
  let app: FastifyInstance;
  let link = "";
  beforeAll(async () => {
    const log = createLog("silent", systemClock);
    const audit = createAudit({ db: db(), clock, log, sign: auditSign(box), headFile: null });
    await audit.open();
    const proxy = {
      from: [`${PROXY}/32`, "fd00::5/128"], userHeader: "x-user", nameHeader: "x-name", roles: ["viewer"], teams: ["search"],
    } as const; // prettier-ignore
    const auth = { isOpen: false, idleMs: HOUR_MS, longestMs: HOUR_MS, secondPerson: [], oidc: [], proxy };
    const config = () => ({ auth, publicUrl: "http://127.0.0.1:7070" });
    const accounts = createAccounts({ db: db(), clock, log, audit, box, config });
    link = (await accounts.setUpLink()).url.split("#")[1] ?? "";
    const access = accountsAccess(accounts, { proxy: createProxyPeople({ db: db(), clock, audit, config }) });
    app = (await stageApi({ access, audit, clock })).app;
  });
  afterAll(() => app.close());

  const me = async (headers: Record<string, string | string[]>, from = PROXY) => {
    const answer = await app.inject({
      url: "/api/trpc/access.me", headers: { host: "127.0.0.1", ...headers }, remoteAddress: from,
    }); // prettier-ignore
    return answer.json().result.data;
  };
  const post = (url: string, headers: Record<string, string>, payload: object = {}, from = PROXY) =>
    app.inject({ method: "POST", url, headers: { host: "127.0.0.1", ...headers }, payload, remoteAddress: from });

  test("who the proxy names is made once, whatever comes at the same time", async () => {
    const name = Buffer.from("张伟").toString("latin1");
    const all = await Promise.all([1, 2, 3, 4].map(() => me({ "x-user": "zhang", "x-name": name })));
    for (const one of all)
      expect(one).toMatchObject({ kind: "person", name: "张伟", roles: ["viewer"], teams: ["search"] });
    expect((await me({ "x-user": "zhang" }, `::ffff:${PROXY}`)).name).toBe("张伟");
    expect(await db().query(`SELECT provider_id, account_id FROM person_account`)).toEqual([
      { provider_id: "proxy", account_id: "zhang" },
    ]);
    expect(await db().query(`SELECT 1 FROM audit WHERE action = 'proxy' AND outcome = 'done'`)).toHaveLength(1);
  });

  test("from anybody else the header says nothing, forwarded or not (AUT-12)", async () => {
    for (const from of ["10.0.0.6", "127.0.0.1", "fd00::6", "::1"])
      expect((await me({ "x-user": "zhang", "x-forwarded-for": PROXY }, from)).kind, from).toBe("nobody");
  });

  test("a user is one word of the proxy: not two, not too long, not with control characters", async () => {
    for (const user of ["", " ", "a, b", "a".repeat(201), "a\tb"])
      expect((await me({ "x-user": user })).kind, user).toBe("nobody");
    expect((await me({ "x-user": ["zhang", "li"] })).kind).toBe("nobody");
  });

  test("the header comes before a session, and an e-mail makes nobody somebody else", async () => {
    const first = { token: link, name: "Li", email: "li@example.com", password: "a sentence only Li would say" };
    const made = await post("/api/link", {}, first, "127.0.0.1");
    const cookie = String(made.headers["set-cookie"]).split(";")[0] ?? "";
    expect(await me({ cookie })).toMatchObject({ roles: ["admin"], hasSession: true });
    const other = await me({ cookie, "x-user": "li@example.com" });
    expect([other.roles, other.email]).toEqual([["viewer"], expect.stringMatching(/^[0-9a-f]{16}@proxy\.invalid$/)]);
    expect(await me({ "x-user": "wu@example.com" })).toMatchObject({ email: "wu@example.com", hasSession: false });
  });

  test("what is taken away is gone at the next request, and signing out is the proxy's business", async () => {
    const out = await post("/api/sign-out", { "x-user": "zhang" });
    expect([out.statusCode, out.json().error]).toEqual([409, expect.stringContaining("sign out there")]);
    const foreign = await post("/api/trpc/board.views.save", { "x-user": "zhang", "sec-fetch-site": "cross-site" });
    expect(foreign.statusCode).toBe(403); // the guard against foreign pages stands
    await db().query(`UPDATE person SET is_disabled = true WHERE name = $1`, ["张伟"]);
    expect((await me({ "x-user": "zhang" })).kind).toBe("nobody");
  });
});
