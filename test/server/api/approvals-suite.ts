import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Database } from "../../../db/database.ts";
import type { Actor, Role } from "../../../db/model/access.ts";
import type { Price } from "../../../db/model/price.ts";
import type { ApprovalView, AuditFilter } from "../../../db/model/access-views.ts";
import { appRouter, inputFault } from "../../../server/api/router.ts";
import { DOORS } from "../../../server/api/access-table.ts";
import { systemClock } from "../../../server/clock.ts";
import { OPEN_ACTOR, permissionsOf } from "../../../server/domain/access/roles.ts";
import { SECOND_ACTIONS, SECOND_KINDS } from "../../../server/domain/access/second-person.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { createApprovals } from "../../../server/usecases/approvals/approvals-port.ts";
import { auditSign } from "../../../server/usecases/audit/chain.ts";
import { type Audit, createAudit } from "../../../server/usecases/audit/create-audit.ts";
import { NO_ALIASES, stageApi, type Stage } from "./stage.ts";
import { testBox } from "../../tools/test-box.ts";

const ALL: AuditFilter = { q: "", outcomes: [], from: null, to: null };
const box = testBox();
const person = (id: string, ...roles: Role[]): Actor => ({
  ...OPEN_ACTOR,
  kind: "person",
  id,
  name: id,
  permissions: permissionsOf(roles),
  sessionId: "s",
});
const PRICE = { id: 7, selector: {}, isList: false, from: 0, to: null } as unknown as Price; // all that ending one asks of it
const ANN = person("ann", "finance");
const BOB = person("bob", "finance");
const VIC = person("vic", "viewer");
const TOKEN: Actor = { ...ANN, kind: "token", id: "1", name: "ann's program", sessionId: null };

/** Changes that wait for a second person, alike on both engines. */
export function approvalsSuite(db: () => Database): void {
  let stage: Stage;
  let audit: Audit;
  let present: Actor = ANN;
  let made: unknown[] = [];
  let during: () => Promise<unknown> = async () => undefined;

  beforeAll(async () => {
    audit = createAudit({
      db: db(),
      clock: systemClock,
      log: createLog("silent", systemClock),
      sign: auditSign(box),
      headFile: null,
    });
    const approvals = createApprovals({ db: db(), clock: systemClock, box, kinds: () => SECOND_KINDS, inputFault });
    stage = await stageApi({
      access: {
        who: async () => present,
        signInWays: async () => ({ isOpen: false, hasPassword: true, providers: [], needsSetUp: false }),
      },
      audit,
      approvals,
      aliases: NO_ALIASES,
      pricing: {
        prices: async () => [PRICE],
        change: async (changes, note) => {
          await during();
          await db().query(
            "INSERT INTO saved_view (page, name, query, saved_by, saved_at_ms) VALUES ('p', $1, '', $2, 1)",
            [note.why, note.who],
          );
          made.push({ changes: changes.length, who: note.who, why: note.why });
          return null;
        },
      },
    });
    await db().query(
      "INSERT INTO person (id, name, email, created_at, updated_at, roles) SELECT id, id, id, now(), now(), ARRAY[role] FROM (VALUES ('ann', 'finance'), ('bob', 'finance'), ('vic', 'viewer')) AS p(id, role)",
    );
    await db().query(
      "INSERT INTO api_token (token_hash, hint, name, person_id, permissions, created_at_ms, expires_at_ms) VALUES ('h', 'abcd', 't', 'ann', ARRAY['prices.write'], 1, 9e15::int8)",
    );
  });
  afterAll(() => stage.app.close());
  beforeEach(async () => {
    made = [];
    during = async () => undefined;
    await db().query("UPDATE person SET roles = ARRAY['finance'], is_disabled = false WHERE id IN ('ann', 'bob')");
    await db().query("DELETE FROM saved_view");
    await db().query("UPDATE approval SET state = 'refused' WHERE state = 'waiting'");
  });

  type Answer = {
    result?: { data: unknown };
    error?: { message: string; data: { code: string; approvalId: number | null } };
  };
  const call = async (actor: Actor, path: string, input: unknown): Promise<Answer> => {
    present = actor;
    const answer = await stage.app.inject({
      method: "POST",
      url: `/api/trpc/${path}`,
      headers: { host: "127.0.0.1", "content-type": "application/json" },
      payload: JSON.stringify(input),
    });
    return answer.json<Answer>();
  };
  const list = async (actor: Actor): Promise<ApprovalView[]> => {
    present = actor;
    const answer = await stage.app.inject({ url: "/api/trpc/approvals.list", headers: { host: "127.0.0.1" } });
    return answer.json<{ result: { data: ApprovalView[] } }>().result.data;
  };
  const WISH = { id: 7, at: Date.UTC(2026, 10, 1), why: "contract ended" };
  const ask = async (actor: Actor): Promise<number> => {
    const { error } = await call(actor, "pricing.end", WISH);
    expect(error).toMatchObject({ data: { code: "PRECONDITION_FAILED" } });
    return error?.data.approvalId ?? 0;
  };

  /** What is answered about an approval that there is not, said of another number. */
  const noSuch = async (actor: Actor, id: number): Promise<unknown> => {
    const answer = await call(actor, "approvals.approve", { id: 999_999 });
    expect(answer.error?.data.code).toBe("NOT_FOUND");
    return JSON.parse(JSON.stringify(answer).replaceAll("999999", String(id)));
  };

  test("every action that may wait is a change of the table of doors", () => {
    for (const action of SECOND_ACTIONS) expect([action, DOORS.get(action)?.audit]).toEqual([action, true]);
    expect(Object.keys(appRouter._def.procedures)).toEqual(expect.arrayContaining([...SECOND_ACTIONS]));
  });

  test.each([["a person", ANN], ["a token", TOKEN]])("what %s asks for is kept and not done, and stands as asked", async (_who, actor) => {
    const id = await ask(actor);
    expect(made).toEqual([]);
    expect((await audit.page(ALL, null, 1)).rows[0]).toMatchObject({ outcome: "asked", object: `approval ${id}`, actor: { name: actor.name }, reason: "contract ended" });
    expect((await list(BOB))[0]).toMatchObject({ id, action: "pricing.end", state: "waiting", mayDecide: true, askedBy: actor.name });
    expect((await list(ANN)).find((one) => one.id === id)).toMatchObject({ mayDecide: false });
    expect((await list(VIC)).find((one) => one.id === id)).toBeUndefined();
    const sealed = await db().query<{ text: string }>("SELECT encode(input, 'escape') AS text FROM approval WHERE id = $1", [id]);
    expect(sealed[0]?.text).not.toContain("contract");
    for (const own of [ANN, TOKEN]) expect(["BAD_REQUEST", "NOT_FOUND"]).toContain((await call(own, "approvals.approve", { id })).error?.data.code);
    expect(await call(VIC, "approvals.approve", { id })).toEqual(await noSuch(VIC, id));
    expect(made).toEqual([]);
  }); // prettier-ignore

  test("a features.yaml, which says prices, is shown to and decided by nobody without the right to set them", async () => {
    await db().query("UPDATE person SET roles = ARRAY[CASE id WHEN 'ann' THEN 'admin' ELSE 'operator' END] WHERE id IN ('ann', 'bob')");
    const { error } = await call(person("ann", "admin"), "mapping.applyYaml", { yaml: "unitPrices: []", fingerprint: "f", why: "w" });
    expect(error).toMatchObject({ data: { code: "PRECONDITION_FAILED" } });
    const id = error?.data.approvalId ?? 0;
    const isSeen = async (actor: Actor) => (await list(actor)).some((one) => one.id === id);
    const operator = person("bob", "operator");
    expect([await isSeen(operator), await isSeen(person("bo", "admin"))]).toEqual([false, true]);
    expect(await isSeen({ ...person("bo", "admin"), teams: ["search"] })).toBe(false);
    expect(await call(operator, "approvals.approve", { id })).toEqual(await noSuch(operator, id));
  }); // prettier-ignore

  test("all of what was asked for, but its secrets, is read by who asked and who may decide, while it waits", async () => {
    const rates = Array.from({ length: 300 }, (_, i) => ({
      base: "USD",
      quote: "CNY",
      day: `2026-01-${i}`,
      rate: "7.1",
    }));
    const wish = { rates, why: "a year of rates" };
    const { error } = await call(ANN, "pricing.setRates", wish);
    const id = error?.data.approvalId ?? 0;
    expect(id, error?.message).toBeGreaterThan(0);
    expect((await list(BOB)).find((one) => one.id === id)).toMatchObject({ isCut: true });
    const asked = async (actor: Actor) => {
      present = actor;
      const url = `/api/trpc/approvals.asked?input=${encodeURIComponent(JSON.stringify({ id }))}`;
      return (await stage.app.inject({ url, headers: { host: "127.0.0.1" } })).json<Answer>();
    };
    for (const actor of [ANN, BOB]) expect((await asked(actor)).result?.data).toEqual(wish);
    expect((await asked(VIC)).error?.data.code).toBe("NOT_FOUND");
    await call(BOB, "approvals.refuse", { id });
    expect((await asked(BOB)).error?.message).toMatch(/refused by bob already/);
  });

  test("what the procedure would not take is refused at once", async () => {
    const { error } = await call(ANN, "pricing.end", { id: 7 });
    expect(error).toMatchObject({
      message: expect.stringContaining("at: "),
      data: { code: "BAD_REQUEST", approvalId: null },
    });
    expect((await db().query("SELECT 1 FROM approval WHERE state = 'waiting'")).length).toBe(0);
  });

  test("a second person's yes does it in the name of the first, and the audit names both", async () => {
    const id = await ask(ANN);
    const answer = await call(BOB, "approvals.approve", { id, note: "seen" });
    expect(answer.error).toBeUndefined();
    expect(made).toEqual([{ changes: 1, who: "ann", why: "contract ended" }]);
    const { rows } = await audit.page(ALL, null, 2);
    expect(rows).toMatchObject([
      { action: "approvals.approve", outcome: "done", actor: { name: "bob" } },
      {
        action: "pricing.end",
        outcome: "done",
        actor: { name: "ann" },
        reason: "contract ended; approved by bob; seen",
        changes: [{ table: "saved_view" }],
      },
    ]);
    expect((await list(BOB)).find((one) => one.id === id)).toMatchObject({ state: "approved", decidedBy: "bob" });
    expect((await call(BOB, "approvals.approve", { id })).error?.message).toMatch(/approved by bob already/);
    expect(made.length).toBe(1);
    for (const other of [VIC, { ...BOB, id: "bo", teams: ["search"] }])
      // who decided what is no business of theirs
      for (const path of ["approvals.approve", "approvals.refuse"])
        expect((await call(other, path, { id })).error?.message).toBe(`there is no approval ${id}`);
  });

  test("a no and a week make an end of it; twice at once it is done once", async () => {
    const refused = await ask(ANN);
    await call(BOB, "approvals.refuse", { id: refused, note: "too dear" });
    expect((await call(BOB, "approvals.approve", { id: refused })).error?.message).toMatch(/refused/);
    const old = await ask(ANN);
    await db().query("UPDATE approval SET expires_at_ms = 1 WHERE id = $1", [old]);
    expect((await call(BOB, "approvals.approve", { id: old })).error?.message).toMatch(/expired/);
    const twice = await ask(ANN);
    const answers = await Promise.all([1, 2].map(() => call(BOB, "approvals.approve", { id: twice })));
    expect(answers.map(({ error }) => error?.message ?? "done").toSorted()).toEqual([
      `approval ${twice} is approved by bob already`,
      "done",
    ]);
    expect(made.length).toBe(1);
  });

  test("what a token asked for that is over since is not done", async () => {
    const id = await ask(TOKEN);
    await db().query("UPDATE api_token SET expires_at_ms = $1", [systemClock.now() - 1]);
    expect((await call(BOB, "approvals.approve", { id })).error?.message).toMatch(/may no longer/);
    expect(made).toEqual([]);
    await db().query("UPDATE api_token SET expires_at_ms = 9e15::int8");
    expect((await call(BOB, "approvals.approve", { id })).error).toBeUndefined();
    expect(made.length).toBe(1);
  });

  test("whoever asked and whoever agrees must have the right at that moment", async () => {
    const id = await ask(ANN);
    await db().query("UPDATE person SET roles = ARRAY['viewer'] WHERE id = 'ann'");
    expect((await call(BOB, "approvals.approve", { id })).error?.message).toMatch(/ann may no longer/);
    await db().query("UPDATE person SET roles = ARRAY['finance'] WHERE id = 'ann'");
    during = () => db().query("UPDATE person SET is_disabled = true WHERE id = 'bob'"); // between yes and effect
    expect((await call(BOB, "approvals.approve", { id })).error?.data.code).toBe("FORBIDDEN");
    expect(made).toEqual([]);
  });

  test("AUT-13: of races between taking a right away and using it, none writes after it is gone", async () => {
    const races = Number(process.env["DAPAN_RACES"] ?? 40);
    await db().query("DELETE FROM saved_view");
    const open = person("ann", "finance");
    for (let race = 0; race < races; race++) {
      await db().query("UPDATE person SET roles = ARRAY['finance'] WHERE id = 'ann'");
      const act = audit.change(
        { actor: open, address: "", action: "pricing.end", input: null, door: DOORS.get("pricing.end")! },
        () =>
          db().transaction((tx) =>
            tx.query(
              "INSERT INTO saved_view (page, name, query, saved_by, saved_at_ms) VALUES ('race', $1, '', '', 1)",
              [String(race)],
            ),
          ),
      );
      const turns = race % 7;
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      const gone = db()
        .query("UPDATE person SET roles = ARRAY['viewer'] WHERE id = 'ann'")
        .then(() => db().query("SELECT 1 FROM saved_view WHERE name = $1", [String(race)]));
      const wasDone = await act.then(() => true, () => false); // prettier-ignore
      const goneAt = (await gone).length;
      const after = (await db().query("SELECT 1 FROM saved_view WHERE name = $1", [String(race)])).length;
      expect([race, after]).toEqual([race, wasDone ? 1 : 0]);
      expect([race, goneAt]).toEqual([race, after]); // nothing came after the right was gone
    }
    await expect(
      audit.change(
        { actor: open, address: "", action: "pricing.end", input: null, door: DOORS.get("pricing.end")! },
        () => db().query("DELETE FROM saved_view"),
      ),
    ).rejects.toThrow(/taken away/);
    expect((await audit.page(ALL, null, 1)).rows[0]).toMatchObject({ outcome: "denied" });
  }, 300_000);

  test("the record of all this is what was written", async () => {
    expect(await audit.verify()).toMatchObject({ ok: true, fault: null });
  });
}
