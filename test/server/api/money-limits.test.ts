import { expect, test } from "vitest";
import type { RuleRow } from "../../../db/model/alert-views.ts";
import type { Role } from "../../../db/model/access.ts";
import type { Feature } from "../../../db/model/feature.ts";
import { systemClock } from "../../../server/clock.ts";
import { OPEN_ACTOR, permissionsOf } from "../../../server/domain/access/roles.ts";
import { MEASURES } from "../../../server/domain/patrol/own-items.ts";
import { type LabParts, openLab } from "../../../server/usecases/alerts/lab/lab.ts";
import { noApprovals } from "../../../server/usecases/approvals/approvals-port.ts";
import { stageApi } from "./stage.ts";

const money = { kind: "money", measure: "waste_per_day", compare: ">", threshold: 13.37 };
const draft = (condition: object) => ({
  rule: {
    id: "mine",
    family: "money",
    scope: "cluster",
    condition,
    forMs: 0,
    keepFiringMs: 0,
    severity: "P3",
    summary: { zh: "x", en: "x" },
    action: "monitor",
    runbook: "money",
    source: "",
    where: {},
  },
  enabled: true,
  why: "try",
});
const itemOf = (group: string) => ({
  id: null,
  title: "x",
  advice: "",
  condition: { measure: MEASURES.find((one) => one.group === group)!.id, compare: ">", warn: 1, bad: null },
});

const NOBODY_ELSE = { vendors: [], regions: [], models: [], billings: [], teams: [] };
const GUARD = { id: null, name: "x", owner: "Li", from: 1, to: 2, scope: NOBODY_ELSE, duty: [] };
const RULES = [
  { rule: { id: "dear", condition: { kind: "all", of: [money] } } },
  { rule: { id: "hot", condition: { kind: "source", fault: "down", afterMs: 60_000 } } },
] as unknown as RuleRow[]; // all that is asked of them
const guardOf = (ruleId: string) => ({
  ...GUARD,
  stricter: { waitScale: 1, families: [], thresholds: [{ ruleId, value: 13.37 }] },
});

test("API-05: limits on amounts, which try them out, are set by nobody who may not see money", async () => {
  let role: Role = "operator";
  const taken: string[] = [];
  const stage = await stageApi({
    access: {
      who: async () => ({ ...OPEN_ACTOR, permissions: permissionsOf([role]) }),
      signInWays: async () => ({ isOpen: false, hasPassword: true, providers: [], needsSetUp: false }),
    },
    alerts: {
      saveRule: async () => void taken.push("rule"),
      startLab: () => `lab ${taken.push("lab")}`,
      rules: async () => ({ asOf: 0, rows: RULES }),
    },
    patrol: { saveItem: async () => `item ${taken.push("item")}`, saveGuard: async () => taken.push("guard") },
  });
  const say = async (path: string, payload: object) =>
    (await stage.app.inject({ method: "POST", url: `/api/trpc/${path}`, headers: { host: "localhost" }, payload }))
      .body;
  const wrapped = { kind: "all", of: [money, { kind: "any", of: [money, money] }] };
  for (const condition of [money, wrapped]) {
    expect(await say("alerts.saveRule", draft(condition))).toContain("money.see");
    expect(await say("alerts.startLab", { draft: draft(condition), days: 7 })).toContain("money.see");
  }
  expect(await say("patrol.saveItem", itemOf("cost"))).toContain("money.see");
  expect(await say("patrol.saveGuard", guardOf("dear"))).toContain("money.see");
  expect(taken).toEqual([]);
  await say("alerts.saveRule", draft({ kind: "source", fault: "down", afterMs: 60_000 }));
  await say("alerts.saveRule", draft({ kind: "all", of: 5 })); // what is no condition is the rule book's to refuse
  await say("patrol.saveItem", itemOf(MEASURES.find(({ group }) => group !== "cost")!.group));
  await say("patrol.saveGuard", guardOf("hot"));
  expect(taken).toEqual(["rule", "rule", "item", "guard"]);
  role = "admin";
  await say("alerts.saveRule", draft(money));
  await say("alerts.startLab", { draft: draft(money), days: 7 });
  await say("patrol.saveItem", itemOf("cost"));
  await say("patrol.saveGuard", guardOf("dear"));
  expect(taken.slice(4)).toEqual(["rule", "lab", "item", "guard"]);
  await stage.app.close();
});

test("API-05: what a trial of a rule about money found is read by nobody who may not see money", async () => {
  let role: Role = "admin";
  const parts = { clock: systemClock, faultOf: () => null, signalsOf: () => [], cards: () => [], book: { get: () => null }, holders: async () => new Map() } as unknown as LabParts; // prettier-ignore
  const stage = await stageApi({
    access: {
      who: async () => ({ ...OPEN_ACTOR, permissions: permissionsOf([role]) }),
      signInWays: async () => ({ isOpen: false, hasPassword: true, providers: [], needsSetUp: false }),
    },
    alerts: openLab(parts), // of a fleet without cards
  });
  const headers = { host: "localhost" };
  const trial = async (condition: object) => {
    const payload = { draft: draft(condition), days: 1 };
    const said = await stage.app.inject({ method: "POST", url: "/api/trpc/alerts.startLab", headers, payload });
    const input = encodeURIComponent(JSON.stringify({ id: said.json<{ result: { data: string } }>().result.data }));
    return async () => (await stage.app.inject({ url: `/api/trpc/alerts.lab?input=${input}`, headers })).body;
  };
  const [dear, plain] = [
    await trial({ kind: "any", of: [money, money] }),
    await trial({ kind: "source", fault: "down", afterMs: 60_000 }),
  ];
  await expect.poll(plain).toContain('"done"');
  expect(await dear()).toContain('"done"');
  role = "operator";
  expect([await dear(), await plain()]).toEqual([
    expect.stringContaining("money.see"),
    expect.stringContaining('"done"'),
  ]);
  expect(await dear()).not.toContain('"done"');
  await stage.app.close();
});

test("AUT-13: other costs, which wait for a second person, are not taken from a file either", async () => {
  const stage = await stageApi({
    approvals: { ...noApprovals, mustWait: (action) => action === "usage.setOtherCosts" },
    features: { list: () => [{ key: "chat" } as Feature] }, // all that is asked of it
  });
  const headers = { host: "localhost", "content-type": "text/csv" };
  const payload = "feature,kind,per_day,currency,from\nchat,other,2,CNY,2026-11-01\n";
  const kept = await stage.app.inject({ method: "POST", url: "/api/pricing/uploads?name=a.csv", headers, payload });
  const { id: upload } = kept.json<{ id: string }>();
  const url = "/api/trpc/usage.applyCsv";
  const answer = await stage.app.inject({ method: "POST", url, headers: { host: "localhost" }, payload: { upload, why: "w" } }); // prettier-ignore
  expect(answer.body).toContain("waits for a second person");
  await stage.app.close();
});
