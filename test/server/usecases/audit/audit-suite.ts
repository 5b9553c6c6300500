import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "../../../../db/database.ts";
import type { Actor } from "../../../../db/model/access.ts";
import type { AuditFilter } from "../../../../db/model/access-views.ts";
import { systemClock } from "../../../../server/clock.ts";
import { OPEN_ACTOR } from "../../../../server/domain/access/roles.ts";
import { WHOLE_SIGHT } from "../../../../server/domain/access/sight.ts";
import { createLog } from "../../../../server/telemetry/log.ts";
import { auditCsv } from "../../../../server/usecases/audit/audit-csv.ts";
import type { AuditEntry } from "../../../../server/usecases/audit/audit-port.ts";
import { type Audit, createAudit } from "../../../../server/usecases/audit/create-audit.ts";
import { headFile, readHeadText } from "../../../../server/usecases/audit/head-file.ts";
import { verifyAudit } from "../../../../server/usecases/audit/verify-audit.ts";

const sign = (text: string): string => createHmac("sha256", "a key outside").update(text).digest("base64url");
const ALL: AuditFilter = { q: "", outcomes: [], from: null, to: null };
export const ANN: Actor = { ...OPEN_ACTOR, kind: "open", id: "", name: "ann" };
const entry = (over: Partial<AuditEntry> = {}): AuditEntry => ({
  actor: ANN,
  address: "10.0.0.9",
  action: "board.views.save",
  input: { name: "mine", why: "to see it" },
  ...over,
});

/** The record of who did what, alike on both engines. */
export function auditSuite(db: () => Database): void {
  let folder = "";
  let file = "";
  let audit: Audit;
  const parts = () => ({
    db: db(),
    clock: systemClock,
    log: createLog("silent", systemClock),
    sign,
    headFile: headFile(file),
  });
  const save = (name: string) =>
    db().query("INSERT INTO saved_view (page, name, query, saved_by, saved_at_ms) VALUES ('board', $1, '', 'ann', 1)", [
      name,
    ]);
  /** As somebody who owns the database: no trigger is in the way. */
  const asOwner = (...statements: string[]) =>
    db().transaction(async (tx) => {
      await tx.query("SET LOCAL session_replication_role = replica");
      for (const sql of statements) await tx.query(sql);
    });

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "dapan-audit-"));
    file = path.join(folder, "audit.head");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    await asOwner("DELETE FROM audit", "DELETE FROM audit_change", "DELETE FROM saved_view");
    rmSync(file, { force: true });
    audit = createAudit(parts());
    await audit.open();
    for (const name of ["a", "b", "c", "d", "e"]) await audit.change(entry({ input: { name } }), () => save(name));
  });

  test("an act stands with who, whence, what, why and what it changed", async () => {
    await audit.change(entry(), () => save("mine"));
    const { rows, head } = await audit.page(ALL, null, 1);
    expect(rows).toMatchObject([
      {
        seq: 6,
        actor: { kind: "open", id: "", name: "ann" },
        address: "10.0.0.9",
        action: "board.views.save",
        outcome: "done",
        object: "name mine",
        reason: "to see it",
        changes: [{ table: "saved_view", before: null, after: { name: "mine", page: "board" } }],
      },
    ]);
    expect(head?.seq).toBe(6);
    expect(readHeadText(readFileSync(file, "utf8"))).toMatchObject({ seq: 6, hash: head?.hash });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await audit.verify()).toEqual({ ok: true, rows: 6, unsigned: 0, fault: null });
  });

  test("what failed and what was refused stands too, and the failure is thrown", async () => {
    const failing = audit.change(entry(), async () => {
      await save("half");
      throw new Error("no room");
    });
    await expect(failing).rejects.toThrow("no room");
    await audit.denied(entry({ action: "pricing.set" }), "this needs a right");
    const { rows } = await audit.page(ALL, null, 2);
    expect(rows.map(({ outcome, changes }) => [outcome, changes.length])).toEqual([["denied", 0], ["failed", 1]]); // prettier-ignore
    expect((await audit.page({ ...ALL, outcomes: ["denied"], q: "PRICING" }, null, 9)).rows.length).toBe(1);
    expect((await audit.verify()).ok).toBe(true);
  });

  test("acts at once get numbers without a hole, and each its own changes", async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => audit.change(entry({ input: { name: `n${i}` } }), () => save(`n${i}`))),
    );
    const { rows } = await audit.page(ALL, null, 20);
    for (const { object, changes } of rows)
      expect(changes.map(({ after }) => `name ${String(after?.["name"])}`)).toEqual([object]);
    expect(await audit.verify()).toMatchObject({ ok: true, rows: 25 });
  });

  test("a row that cannot be written is an error to whoever acted", async () => {
    const broken = createAudit({
      ...parts(),
      headFile: { read: async () => null, write: async () => Promise.reject(new Error("disk")) },
    });
    await expect(broken.change(entry(), () => save("x"))).rejects.toThrow(/could not be written/);
  });

  test("a process killed between a change and its row leaves a row that says so", async () => {
    void audit.change(entry(), async () => {
      await save("killed");
      await new Promise(() => undefined); // as far as it came
    });
    await expect.poll(async () => (await db().query("SELECT 1 FROM saved_view WHERE name = 'killed'")).length).toBe(1);
    await asOwner("UPDATE audit_change SET at_ms = at_ms - 600000 WHERE after->>'name' = 'killed'");
    const next = createAudit(parts());
    await next.open();
    const { rows } = await next.page(ALL, null, 1);
    expect(rows).toMatchObject([
      { outcome: "unknown", actor: { kind: "system" }, changes: [{ after: { name: "killed" } }] },
    ]);
    expect(await next.verify()).toMatchObject({ ok: true, rows: 6 });
  });

  test("what the process changed by itself gets a row an hour, and an edit of it shows", async () => {
    await asOwner("UPDATE audit_change SET at_ms = 1");
    await save("own");
    await asOwner("UPDATE audit_change SET at_ms = 1 WHERE entry_id = ''");
    await asOwner("DELETE FROM audit", "DELETE FROM audit_change WHERE entry_id <> ''");
    rmSync(file, { force: true });
    audit = createAudit(parts());
    await audit.round();
    await audit.round();
    expect(await audit.verify()).toEqual({ ok: true, rows: 1, unsigned: 0, fault: null });
    await asOwner(`UPDATE audit_change SET after = after || '{"name": "other"}'`);
    expect((await audit.verify()).fault).toMatch(/^row 1 \(process\): change \d+ was edited$/);
  });

  describe("AUT-19: somebody who owns the database", () => {
    test.each([
      ["edits a row", ["UPDATE audit SET actor = '{\"kind\":\"open\",\"id\":\"\",\"name\":\"bob\"}' WHERE seq = 3"], /^row 3 .*not as it was written/],
      ["edits an instant", ["UPDATE audit SET at_ms = at_ms - 1 WHERE seq = 2"], /^row 2 /],
      ["deletes a row in the middle", ["DELETE FROM audit WHERE seq = 3"], /^row 3 is gone: row 4 follows row 2/],
      ["deletes a row and closes the gap", ["DELETE FROM audit WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 5"], /^row 3 .*not in its place/],
      ["cuts the end", ["DELETE FROM audit WHERE seq > 3"], /^rows 4 to 5 are gone from the end/],
      ["empties it", ["DELETE FROM audit", "DELETE FROM audit_change"], /^rows 1 to 5 are gone from the end/],
      ["puts rows in another order", ["UPDATE audit SET seq = 99 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 3", "UPDATE audit SET seq = 3 WHERE seq = 99"], /^row 2 .*not in its place/],
      ["edits a changed row", ["UPDATE audit_change SET before = '{\"name\": \"x\"}' WHERE after->>'name' = 'c'"], /^row 3 .*: change \d+ was edited$/],
      ["deletes a changed row", ["DELETE FROM audit_change WHERE after->>'name' = 'd'"], /^row 4 .*: change \d+ is gone$/],
      ["adds a changed row", ["INSERT INTO audit_change (entry_id, at_ms, relation, key) SELECT entry_id, 1, 'price', '1' FROM audit WHERE seq = 5"], /^row 5 .*: change \d+ was not there$/],
      ["puts an unsigned row in place of a signed one", ["UPDATE audit SET hash = 's1:' || repeat('0', 64) WHERE seq = 4"], /^row 4 is not signed/],
    ] as const)("%s: it is found, and named", async (_what, statements, fault) => {
      expect((await audit.verify()).ok).toBe(true);
      await asOwner(...statements);
      expect((await verifyAudit(db(), sign, await headFile(file).read())).fault).toMatch(fault);
      expect((await audit.verify()).ok).toBe(false);
    }); // prettier-ignore

    test("adds to who it was: it is found", async () => {
      await asOwner('UPDATE audit SET actor = actor || \'{"role": "nobody"}\' WHERE seq = 2');
      expect((await audit.verify()).fault).toMatch(/^row 2 .* says more of who it was/);
    });

    test("writes it all anew without a signature: the key was there by then", async () => {
      await asOwner("DELETE FROM audit", "DELETE FROM audit_change", "DELETE FROM data_key");
      const forged = createAudit({ ...parts(), sign: null, headFile: null });
      await forged.change(entry(), () => save("z"));
      expect(await verifyAudit(db(), sign, null)).toEqual({ ok: true, rows: 1, unsigned: 1, fault: null });
      await db().query("INSERT INTO data_key (purpose, wrapped, created_at_ms) VALUES ('sign', ''::bytea, 1)");
      expect((await verifyAudit(db(), sign, null)).fault).toMatch(/^row 1 is not signed, and the key was there/);
      await asOwner("DELETE FROM data_key");
    });

    test("cuts the end and goes on: the hole stays for ever", async () => {
      await asOwner("DELETE FROM audit WHERE seq > 3");
      await audit.change(entry(), () => save("after"));
      expect((await audit.page(ALL, null, 1)).rows[0]?.seq).toBe(6);
      expect((await audit.verify()).fault).toMatch(/^rows 4 to 5 are gone/);
    });

    test("writes it all anew with a hash of their own: the key is not theirs", async () => {
      const forged = createAudit({ ...parts(), sign: (text) => sign(`${text} forged`), headFile: null });
      await asOwner("DELETE FROM audit", "DELETE FROM audit_change");
      await forged.change(entry(), () => save("z"));
      expect((await audit.verify()).fault).toMatch(/^row 1 /);
    });
  });

  test("the CSV has every row that the filter leaves, and no cell is a formula", async () => {
    await audit.denied(entry({ actor: { ...ANN, name: "=cmd|' /C calc'!A0" }, input: { name: "@x\r\ny" } }), "+1");
    let text = "";
    for await (const piece of auditCsv({ audit, sight: WHOLE_SIGHT }, ALL)) text += piece;
    const lines = text.split("\r\n");
    expect(lines[1]).toContain(",'=cmd|' /C calc'!A0,");
    expect(lines[2]).toContain(",'+1,");
    expect(text.trim().split("\r\n").length).toBeGreaterThanOrEqual(7);
  });
}
