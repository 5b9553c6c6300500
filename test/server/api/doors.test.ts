import { expect, test } from "vitest";
import { type Actor, ROLES } from "../../../db/model/access.ts";
import { DOORS } from "../../../server/api/access-table.ts";
import { appRouter } from "../../../server/api/router.ts";
import { refusalAt } from "../../../server/domain/access/door.ts";
import { NOBODY, OPEN_ACTOR, permissionsOf } from "../../../server/domain/access/roles.ts";
import { type AuditEntry, noAudit } from "../../../server/usecases/audit/audit-port.ts";
import { stageApi } from "./stage.ts";

const procedures = Object.entries(appRouter._def.procedures).map(([path, procedure]) => ({
  path,
  type: (procedure as unknown as { readonly _def: { readonly type: string } })._def.type,
}));
const lines = [...DOORS.keys()].filter((name) => !name.includes(" "));

test("every procedure has a line in the table of access, and every line a procedure (API-03)", () => {
  expect(lines.toSorted()).toEqual(procedures.map(({ path }) => path).toSorted());
});

test("every mutation that changes something is put on record; what is not says so by name", () => {
  const silent = procedures.filter(({ path, type }) => type === "mutation" && DOORS.get(path)?.audit === false);
  expect(silent.map(({ path }) => path).toSorted()).toMatchSnapshot();
});

test("what is open to strangers is a short list (API-14)", () => {
  const open = [...DOORS].filter(([, { needs }]) => needs === "anyone").map(([name]) => name);
  expect(open.toSorted()).toMatchSnapshot();
});

const actors: readonly (readonly [string, Actor])[] = [
  ["nobody", NOBODY],
  ...[null, ["video"]].flatMap((teams) =>
    ROLES.map((role): readonly [string, Actor] => [
      teams === null ? role : `${role} of a team`,
      { ...OPEN_ACTOR, kind: "person", id: "p1", name: "Li", permissions: permissionsOf([role]), teams },
    ]),
  ),
];

test("over HTTP each role gets from each procedure what the table says: 401, 403 on record, or through", async () => {
  let present: Actor = NOBODY;
  const denied: AuditEntry[] = [];
  const { app } = await stageApi({
    access: {
      who: async () => present,
      signInWays: async () => ({ isOpen: false, hasPassword: true, providers: [], needsSetUp: false }),
    },
    audit: { ...noAudit, denied: async (entry) => void denied.push(entry) },
  });
  for (const [role, actor] of actors) {
    present = actor;
    for (const { path, type } of procedures) {
      if (type === "subscription") continue;
      denied.length = 0;
      const answer = await app.inject({
        method: type === "query" ? "GET" : "POST",
        url: `/api/trpc/${path}`,
        headers: { host: "127.0.0.1", ...(type === "query" ? {} : { "content-type": "application/json" }) },
        ...(type === "query" ? {} : { payload: '"no input of any procedure"' }),
      });
      const refusal = refusalAt(DOORS.get(path)!, actor);
      const name = `${role}: ${path}`;
      if (refusal?.kind === "unknown") expect(answer.statusCode, name).toBe(401);
      else if (refusal?.kind === "forbidden") expect(answer.statusCode, name).toBe(403);
      else expect([401, 403], name).not.toContain(answer.statusCode);
      expect(denied.length, name).toBe(refusal?.kind === "forbidden" ? 1 : 0);
    }
  }
  await app.close();
});

test("over HTTP each role gets from each route what the table says", async () => {
  let present: Actor = NOBODY;
  const { app } = await stageApi({
    access: {
      who: async () => present,
      signInWays: async () => ({ isOpen: false, hasPassword: true, providers: [], needsSetUp: false }),
    },
  });
  for (const [role, actor] of actors) {
    present = actor;
    for (const [line, door] of DOORS) {
      const [method = "", url = ""] = line.split(" ");
      if (url === "" || method === "ANY" || door.needs === "anyone") continue;
      const answer = await app.inject({
        method: method as "GET",
        url: url.replace(/:\w+/g, "1"),
        headers: { host: "127.0.0.1", ...(method === "GET" ? {} : { "content-type": "text/csv" }) },
        ...(method === "GET" ? {} : { payload: "a,b" }),
      });
      const refusal = refusalAt(door, actor);
      if (refusal === null) expect([401, 403], `${role}: ${line}`).not.toContain(answer.statusCode);
      else expect(answer.statusCode, `${role}: ${line}`).toBe(refusal.kind === "unknown" ? 401 : 403);
    }
  }
  await app.close();
});

test("a route that nobody gave a line does not start", async () => {
  const { app } = await stageApi();
  await app.close();
  const { addDoors } = await import("../../../server/api/doors.ts");
  const { default: Fastify } = await import("fastify");
  const bare = Fastify();
  addDoors(bare, { access: { who: async () => NOBODY, signInWays: null as never }, audit: null as never });
  expect(() => bare.get("/api/new.csv", () => "")).toThrow(/no line/);
});
