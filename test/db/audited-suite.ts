import { readdirSync } from "node:fs";
import path from "node:path";
import { getTableName, is, Table } from "drizzle-orm";
import { expect, test } from "vitest";
import type { Database } from "../../db/database.ts";
import { Act } from "../../db/acting.ts";
import { OWN_TABLES, SETTINGS_TABLES, SHARED_TABLES } from "../../db/audited.ts";
import { putSetting } from "../../db/store/settings.ts";
import { unixMs } from "../../db/model/units.ts";

async function schemaTables(): Promise<string[]> {
  const names: string[] = [];
  for (const file of readdirSync("db/schema")) {
    const module: Record<string, unknown> = await import(path.resolve("db/schema", file));
    for (const one of Object.values(module)) if (is(one, Table)) names.push(getTableName(one));
  }
  return names.toSorted();
}

type ChangeRow = { entry_id: string; relation: string; key: string; before: unknown; after: unknown };

/** What triggers tell of changed rows, alike on both engines. */
export function auditedSuite(db: () => Database): void {
  const changes = () => db().query<ChangeRow>("SELECT * FROM audit_change ORDER BY id");
  const newest = async () => (await changes()).at(-1);

  test("every table of the schema is on record, or says why it is not", async () => {
    const said = [...SETTINGS_TABLES, ...SHARED_TABLES, ...OWN_TABLES.keys()].toSorted();
    expect(said).toEqual(await schemaTables());
    const triggers = await db().query<{ relation: string; always: boolean }>(
      "SELECT tgrelid::regclass::text AS relation, tgqual IS NULL AS always FROM pg_trigger WHERE tgname = 'audit_row' ORDER BY 1",
    );
    const named = (always: boolean) => triggers.filter((one) => one.always === always).map((one) => one.relation);
    expect(named(true)).toEqual([...SETTINGS_TABLES]);
    expect(named(false)).toEqual([...SHARED_TABLES]);
  });

  test("a row added, changed and taken away is told with what changed and whose act it was", async () => {
    const act = new Act("entry-1", null);
    await act.run(async () => {
      await db().query(
        "INSERT INTO saved_view (page, name, query, saved_by, saved_at_ms) VALUES ('board', 'a', '?x', 'ann', 1)",
      );
      expect(await newest()).toMatchObject({
        entry_id: "entry-1",
        relation: "saved_view",
        before: null,
        after: { name: "a" },
      });
      await db().transaction((tx) => tx.query("UPDATE saved_view SET name = 'b'"));
      expect(await newest()).toMatchObject({ before: { name: "a" }, after: { name: "b" } });
      await db().query("UPDATE saved_view SET name = 'b'");
    });
    await db().query("DELETE FROM saved_view");
    const rows = await changes();
    expect(rows.length).toBe(3);
    expect(rows[2]).toMatchObject({ entry_id: "", before: { name: "b", page: "board" }, after: null });
    await act.end();
  });

  test("drizzle's statements tell it too, in a transaction or not", async () => {
    const act = new Act("entry-2", null);
    await act.run(async () => {
      await putSetting(db(), "a", { b: 1 }, unixMs(1));
      expect(await newest()).toMatchObject({ entry_id: "entry-2", relation: "setting", key: "a" });
      await db().transaction((tx) => putSetting(tx, "a", { b: 2 }, unixMs(2)));
      expect(await newest()).toMatchObject({
        entry_id: "entry-2",
        before: { value: { b: 1 } },
        after: { value: { b: 2 } },
      });
    });
    const before = (await changes()).length;
    await putSetting(db(), "a", { b: 3 }, unixMs(3));
    expect((await changes()).length).toBe(before); // the process's own doing, in a table it writes all day
    await act.end();
    await act.run(() => putSetting(db(), "a", { b: 4 }, unixMs(4)));
    expect((await changes()).length).toBe(before); // what an act set off and did not wait for
  });

  test("secrets stand as hashes, in keys too", async () => {
    await db().query(
      "INSERT INTO access_link (token_hash, kind, created_at_ms, expires_at_ms) VALUES ('canary', 'set-up', 1, 2)",
    );
    const told = JSON.stringify(await newest());
    expect(told).not.toContain("canary");
    expect(told).toMatch(/"key":"sha256:[0-9a-f]{64}"/);
  });

  test("what the process notes about a setting all day is no change of it", async () => {
    await db().query(
      "INSERT INTO report_link (token_hash, run_id, hint, who, created_at_ms, expires_at_ms) VALUES ('h', 1, 'abcd', 'ann', 1, 2)",
    );
    const before = (await changes()).length;
    await db().query("UPDATE report_link SET read_at_ms = 5");
    expect((await changes()).length).toBe(before);
    await db().query("UPDATE report_link SET read_at_ms = 6, revoked_at_ms = 6");
    expect(await newest()).toMatchObject({ before: { revoked_at_ms: null }, after: { revoked_at_ms: 6 } });
  });

  test("the record itself cannot be changed, deleted or emptied", async () => {
    for (const sql of [
      "UPDATE audit_change SET key = 'x'",
      "DELETE FROM audit_change",
      "TRUNCATE audit_change",
      "DELETE FROM audit",
    ])
      await expect(db().query(sql)).rejects.toThrow(/never changed/);
  });

  test("a transaction of an act ends when the act may no longer be", async () => {
    const act = new Act("entry-3", async () => {
      throw new Error("taken away");
    });
    await expect(act.run(() => db().query("DELETE FROM setting"))).rejects.toThrow("taken away");
    await expect(act.run(() => db().transaction((tx) => tx.query("DELETE FROM setting")))).rejects.toThrow(
      "taken away",
    );
    expect((await db().query("SELECT 1 FROM setting")).length).toBe(1);
  });
}
