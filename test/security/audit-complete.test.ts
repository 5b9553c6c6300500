import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SETTINGS_TABLES } from "../../db/audited.ts";
import type { AuditRow } from "../../db/model/access-views.ts";
import { DOORS } from "../../server/api/access-table.ts";
import { systemClock } from "../../server/clock.ts";
import type { Running } from "../../server/compose.ts";
import { startDemo } from "../../server/demo.ts";
import { createLog } from "../../server/telemetry/log.ts";
import { freshDataDir, open } from "../db/databases.ts";
import { callsOf, sampleOf } from "./inputs.ts";

let running: Running;
let dataDir = "";
let isStopped = false;
beforeAll(async () => {
  dataDir = await freshDataDir();
  running = await startDemo({
    cards: 8,
    seed: 5,
    port: 0,
    dataDir,
    history: false,
    env: {},
    clock: systemClock,
    log: createLog("silent", systemClock),
    onFatal: () => undefined,
    stopping: new AbortController().signal,
  });
});
afterAll(async () => {
  if (!isStopped) await running?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const post = async (path: string, input: unknown): Promise<number> => {
  const body = JSON.stringify(input) ?? "{}";
  const headers = { "content-type": "application/json" };
  return (await fetch(`${running.url}/api/trpc/${path}`, { method: "POST", headers, body })).status;
};

test("AUT-18: every mutation stands in the audit, and every row of settings that changed belongs to one", async () => {
  const began = systemClock.now();
  const asked: string[] = [];
  const took = new Set<string>();
  for (const { path, type, schema } of callsOf()) {
    if (type !== "mutation" || DOORS.get(path)?.audit !== true) continue;
    for (const turn of [0, 1, 2]) {
      asked.push(path);
      if ((await post(path, schema === null ? undefined : sampleOf(schema, turn))) === 200) took.add(path);
    }
  }
  const check = await fetch(
    `${running.url}/api/trpc/audit.page?input=${encodeURIComponent('{"filter":{},"limit":200}')}`,
  );
  const { result } = (await check.json()) as { result: { data: { rows: AuditRow[] } } };
  expect(result.data.rows.length).toBeGreaterThan(100);
  await running.stop();
  isStopped = true;

  const db = await open({ dataDir });
  const rows = await db.query<{ action: string }>("SELECT action FROM audit WHERE action <> 'process' ORDER BY seq");
  expect(rows.map(({ action }) => action).filter((one) => DOORS.has(one)).length).toBeGreaterThanOrEqual(asked.length);
  const nobodys = await db.query<{ relation: string; key: string; after: unknown }>(
    `SELECT relation, key, after FROM audit_change c WHERE entry_id = '' AND at_ms >= $1 AND relation = ANY ($2)
       AND coalesce(after->>'revision_id', after->>'id', '') <> ALL (SELECT id::text FROM revision WHERE why = $3)`,
    [began, [...SETTINGS_TABLES], "features of the simulated fleet"], // the demo's own doing, when its cards are there
  );
  expect(nobodys).toEqual([]);
  const orphans = await db.query(
    "SELECT relation FROM audit_change c WHERE entry_id <> '' AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.entry_id = c.entry_id)",
  );
  expect(orphans).toEqual([]);
  const tables = await db.query<{ relation: string }>(
    "SELECT DISTINCT relation FROM audit_change WHERE entry_id <> '' ORDER BY 1",
  );
  console.info(
    `${took.size} mutations took their sample; changed were ${tables.map(({ relation }) => relation).join(", ")}`,
  );
  expect(tables.length).toBeGreaterThan(12);
  await db.close();
}, 120_000);
