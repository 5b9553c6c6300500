import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Actor } from "../../../db/model/access.ts";
import { unixMs } from "../../../db/model/units.ts";
import { DOORS } from "../../../server/api/access-table.ts";
import type * as Api from "../../../server/api/server.ts";
import { OPEN_ACTOR, permissionsOf } from "../../../server/domain/access/roles.ts";
import { serveBots } from "../../../collectors/simulator/serve-bots.ts";
import { poppler } from "../../tools/pdf-looks.ts";
import { callsOf, sampleOf } from "../../security/inputs.ts";
import { type Stage, stageDemo } from "../demo-stage.ts";
import { askerAt } from "./asker.ts";
import { walkAs, walkedDoors } from "./foreign-walk.ts";
import { actedAs, headerOf, leavesOf } from "./seeing-stage.ts";
import { ALL_INCIDENTS, ALL_REPORTS, CANARY, PLANTED, plantTenants, type Tenants, TENANTS_START } from "./tenants.ts";

vi.mock("../../../server/api/server.ts", async (original) => {
  const real = await original<typeof Api>();
  const createApi: typeof real.createApi = (parts) =>
    real.createApi({ ...parts, deps: { ...parts.deps, access: { ...parts.deps.access, who: actedAs } } });
  return { ...real, createApi };
});

const person = (over: Partial<Actor>): Actor => ({ ...OPEN_ACTOR, kind: "person", id: "p1", name: "Li", ...over });
const operator = person({ permissions: permissionsOf(["operator"]) });

let demo: Stage;
let tenant: Actor;
let tenants: Tenants;
let others: Tenants["others"];
let asks: readonly { readonly path: string; readonly input: unknown }[];
let files: readonly string[];

const as = (actor: Actor | null) => askerAt(demo.running.url, actor === null ? {} : headerOf(actor));
const ask = (url: string, actor: Actor | null) => as(actor)(url);
const query = (path: string, input: unknown, actor: Actor | null) =>
  ask(`/api/trpc/${path}${input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`}`, actor);
const change = (path: string, input: unknown, actor: Actor | null = null) => as(actor)(`/api/trpc/${path}`, input);

beforeAll(async () => {
  demo = await stageDemo(unixMs(TENANTS_START), 64, 1194);
  tenants = await plantTenants(demo.api);
  const { features, foreign, mine, open, pool, runs, cards } = tenants;
  const [card] = cards;
  others = tenants.others;
  tenant = person({ teams: [mine.team], name: "Bo" });
  const range = { from: "2026-10-28", to: "2026-11-04" };
  const real: Record<string, readonly unknown[]> = {
    "features.list": [{}, { policy: "spread", basis: "usage" }, { range }],
    "features.page": [
      ...features.map(({ key }) => ({ key })),
      { key: "unattributed" },
      { key: "*" },
      { key: "__proto__" },
    ],
    "cost.view": ["feature", "team", "pool", "vendor"].flatMap((by) => [
      { by, range },
      { by, range, filter: { team: [foreign[0]!.team] } },
    ]),
    "cost.pivot": [
      { rows: "feature", columns: "team", range },
      { rows: "vendor", columns: "feature", range, filter: { feature: [foreign[0]!.key] } },
    ],
    "cost.proof": [
      { range, filter: {} },
      { range, filter: { feature: [foreign[0]!.key] } },
      { range, filter: { team: ["", "*"] } },
    ],
    "alerts.incidents": [
      { filter: ALL_INCIDENTS, after: null, limit: 200 },
      { filter: { ...ALL_INCIDENTS, q: CANARY }, after: null, limit: 50 },
      { filter: { ...ALL_INCIDENTS, set: "resolved" }, after: null, limit: 200 },
    ],
    "alerts.incident": open.slice(0, 40).map(({ id }) => ({ id })),
    "reports.archive": [{ filter: ALL_REPORTS, after: null, limit: 50 }],
    "reports.read": runs
      .flatMap(({ run }) => [
        { runId: run.id, language: "en" },
        { runId: run.id, language: "zh-CN" },
      ])
      .slice(0, 12),
    "board.pool": [{ id: pool.id }],
    "board.card": [{ uuid: card!.uuid }],
    "card.detail": [{ uuid: card!.uuid }],
    "board.cardReadings": [{ uuid: card!.uuid, from: TENANTS_START - 86_400_000, to: TENANTS_START }],
    "board.views.list": [{ page: "board" }],
    "board.wall": [{ at: TENANTS_START - 3_600_000 }],
    "board.view": [undefined, { at: TENANTS_START - 86_400_000 }],
    "usage.sources": [{ feature: null }, { feature: foreign[0]!.key }],
    "usage.unitPrices": [{ feature: null }, { feature: foreign[0]!.key }],
    "usage.otherCosts": [{ feature: null }, { feature: foreign[0]!.key }],
    "tiers.events": [{ poolId: null, from: TENANTS_START - 14 * 86_400_000, to: TENANTS_START }],
    "review.list": ["open", "accepted", "done", "dismissed"].map((state) => ({ state })),
  };
  asks = callsOf()
    .filter(({ type, path }) => type === "query" && path !== "reports.shared")
    .flatMap(({ path, schema }) => {
      const sampled = schema === null ? [undefined] : [0, 1].map((turn) => sampleOf(schema, turn));
      return [...(real[path] ?? []), ...sampled].map((input) => ({ path, input }));
    });
  files = [
    "/api/cards.csv", "/api/cards.csv?q=" + encodeURIComponent(others.pods[0] ?? "-"), "/api/capacity.csv", "/api/coverage.csv?from=2026-11-01&to=2026-11-03", "/api/incidents.csv", "/api/incidents.csv?set=resolved",
    "/api/inventory.csv", "/api/inventory-nodes.csv", "/api/pools.csv", "/api/pools.csv?by=vendor", "/api/cost.csv", "/api/proof.csv", "/api/features.csv", "/api/ledger/export?format=csv", "/api/ledger/export?format=focus", "/api/prices.csv", "/api/review.csv",
    ...open.slice(0, 3).map(({ id }) => `/api/incidents/${id}/evidence.zip`),
    ...runs.slice(0, 2).flatMap(({ run }) => ["by-vendor", "features", "incidents", "idle-pools"].map((table) => `/api/reports/${run.id}/${table}.csv?lang=en`)),
  ]; // prettier-ignore
}, 300_000);
afterAll(async () => {
  await demo?.running.stop();
  if (demo !== undefined) rmSync(demo.dataDir, { recursive: true, force: true });
});

const dataOf = (text: string): unknown =>
  (JSON.parse(Buffer.from(text, "latin1").toString()) as { result?: { data?: unknown } }).result?.data;

describe("money, for people without the right to see it (API-05)", () => {
  test("no answer of any query holds an amount the whole console holds", async () => {
    const [amounts, plain, seen] = [new Set<string>(), new Set<string>(), new Map<string, string>()];
    let answered = 0;
    let planted = 0;
    for (const { path, input } of asks) {
      const whole = await query(path, input, null);
      if (whole.status === 200)
        for (const { text, isMoney } of leavesOf(dataOf(whole.text))) (isMoney ? amounts : plain).add(text);
      if (PLANTED.some((amount) => whole.text.includes(amount))) planted += 1;
      const answer = await query(path, input, operator);
      if (answer.status !== 200) continue;
      answered += 1;
      expect(
        PLANTED.filter((amount) => answer.text.includes(amount)),
        path,
      ).toEqual([]);
      for (const { text } of leavesOf(dataOf(answer.text))) seen.set(text, path);
    }
    const told = [...amounts].filter((text) => text.length >= 8 && !plain.has(text));
    expect(told.length).toBeGreaterThan(200);
    expect(planted).toBeGreaterThan(5); // the canaries are there to be found
    expect(answered).toBeGreaterThan(60);
    expect(told.filter((text) => seen.has(text)).map((text) => `${seen.get(text)}: ${text}`)).toEqual([]);
  }, 120_000);

  test("no file holds one, and what is nothing but money is refused", async () => {
    let whole = "";
    for (const file of files) {
      whole += (await ask(file, null)).text;
      const answer = await ask(file, operator);
      expect([200, 400, 403, 404], file).toContain(answer.status);
      if (answer.status !== 200) continue;
      expect(
        PLANTED.filter((amount) => answer.text.includes(amount)),
        file,
      ).toEqual([]);
      expect(answer.text, file).not.toMatch(/[¥￥$]\s?\d/);
    }
    expect(PLANTED.some((amount) => whole.includes(amount))).toBe(true);
    for (const file of ["cost.csv", "proof.csv", "ledger/export", "prices.csv"])
      expect((await ask(`/api/${file}`, operator)).status, file).toBe(403);
  }, 60_000);

  test("a report names no amount on its page, and nobody turns that on who may not see money", async () => {
    for (const { input } of asks.filter(({ path }) => path === "reports.read").slice(0, 8)) {
      const [whole, hidden] = [await query("reports.read", input, null), await query("reports.read", input, operator)];
      if (whole.status !== 200 || !/[¥$]\d/.test(Buffer.from(whole.text, "latin1").toString())) continue;
      const text = Buffer.from(hidden.text, "latin1").toString();
      expect(text).toContain("•••");
      expect(text).not.toMatch(/[¥￥$]\s?-?\d/);
    }
    const edit = { id: null, name: "x", kind: "daily", cron: "7 9 * * *", zone: "UTC", scope: { vendors: [], regions: [], models: [], billings: [], teams: [] }, language: "en", recipients: [], isPaused: true }; // prettier-ignore
    expect((await change("reports.saveDefinition", { ...edit, showsMoney: true }, operator)).text).toContain(
      "money.see",
    );
    // nobody of this name is in the tables, and a change looks again whether its author still may
    const saved = await change("reports.saveDefinition", edit, { ...operator, kind: "open" });
    expect(saved.status, saved.text).toBe(200);
    const rows = (await demo.api.reports.definitions.query()).rows.filter(({ definition }) => definition.name === "x");
    expect(rows.map(({ definition }) => definition.showsMoney)).toEqual([false]);
    const pdf = files.find((file) => file.startsWith("/api/reports/"))!.replace(/\/[a-z-]+\.csv/, ".pdf");
    const [kept, own] = [await ask(pdf, null), await ask(pdf, operator)];
    expect([kept.status, own.status]).toEqual([200, 200]);
    expect(own.text === kept.text, "the kept PDF, which names amounts, was handed out").toBe(false);
    const yaml = "unitPrices:\n  - feature: chat-assist\n    price: 1\n    currency: CNY\n";
    expect((await change("mapping.previewYaml", { yaml }, operator)).text).toMatch(/prices\.write|unknown|feature/);
  });
});

describe("two tenants (API-04)", () => {
  const foreign = (text: string): string[] => tenants.foreignIn(text);

  test("the whole API as one tenant holds nothing of the others", async () => {
    let [answered, whole] = [0, 0];
    for (const { path, input } of asks) {
      const all = await query(path, input, null);
      if (foreign(all.text).length > 0) whole += 1;
      const { status, text } = await query(path, input, tenant);
      const name = `${path} ${JSON.stringify(input)}`;
      expect([200, 400, 403, 404, 503], `${name}: ${text.slice(0, 200)}`).toContain(status);
      if (status !== 200) continue;
      answered += 1;
      expect(foreign(text), name).toEqual([]);
      const asked = new Set([...leavesOf(input)].map((leaf) => leaf.text)); // a proof says its question again
      const names = [...leavesOf(dataOf(text))].map((leaf) => leaf.text);
      expect(
        names.filter((leaf) => others.keys.has(leaf) && !asked.has(leaf)),
        name,
      ).toEqual([]);
    }
    expect(answered).toBeGreaterThan(40);
    expect(whole).toBeGreaterThan(15); // what is looked for can be found
  }, 120_000);

  test("every door of the table has its place in the walk with another's names", () => {
    expect(walkedDoors().toSorted()).toEqual([...DOORS.keys()].toSorted());
  });

  test("through every door with another's names: not there, closed, or one's own; and as if there were none such", async () => {
    const { faults, whole } = await walkAs(as(tenant), as(null), tenants.a, foreign);
    expect(faults).toEqual([]);
    expect(whole).toBeGreaterThan(10); // what is looked for can be found
  }, 60_000);

  test("channels are neither read, tried nor sent again by a tenant, nor by anybody without the right", async () => {
    const settings = { mentions: [CANARY], mentionsAll: false, to: [], from: "", keyword: CANARY };
    const wish = { id: null, name: `${CANARY} chat`, kind: "slack", language: "en", sendsResolved: true, settings };
    const secrets = { url: `http://127.0.0.1:9/${CANARY}` };
    const saved = JSON.parse((await change("alerts.saveChannel", { ...wish, secrets })).text) as {
      result: { data: number };
    };
    const id = saved.result.data;
    const told = (await query("alerts.channels", undefined, null)).text;
    expect(told).toContain(`${CANARY} chat`); // what is looked for can be found
    expect((await change("alerts.testChannel", { id })).status).toBe(200); // and its failure is told to who may ask
    const viewer = { permissions: permissionsOf(["viewer"]) };
    const finance = { permissions: permissionsOf(["finance"]) };
    for (const actor of [tenant, { ...tenant, ...viewer }, person(viewer), person(finance)])
      for (const [path, input] of [
        ["alerts.channels", undefined],
        ["alerts.deadLetters", { channelId: id }],
        ["alerts.replay", { outboxId: "1" }],
        ["alerts.testChannel", { id }],
        ["alerts.enableChannel", { id, enabled: false }],
        ["alerts.saveChannel", { ...wish, id, secrets }],
        ["alerts.saveRoutes", { routes: [] }],
        ["alerts.removeChannel", { id }],
      ] as const) {
        const { status, text } = await (path === "alerts.channels" || path === "alerts.deadLetters" ? query : change)(
          path,
          input,
          actor,
        );
        expect([path, status, foreign(text)]).toEqual([path, 403, []]);
      }
    expect((await query("alerts.channels", undefined, null)).text).toContain(`${CANARY} chat`); // it stands
    expect((await change("alerts.removeChannel", { id })).status).toBe(200);
  });

  test("a tenant does see its own", async () => {
    const view = dataOf((await query("features.list", {}, tenant)).text) as {
      features: { team: string }[];
      total: { costMicro: string };
      loose: unknown[];
    };
    expect(view.features.length).toBeGreaterThan(0);
    expect(new Set(view.features.map(({ team }) => team))).toEqual(new Set(tenant.teams));
    expect(view.loose).toEqual([]);
    const range = { from: "2026-10-28", to: "2026-11-04" };
    const costs = dataOf((await query("cost.view", { by: "feature", range }, tenant)).text) as {
      groups: { micro: string }[];
      total: { micro: string };
    };
    expect(costs.groups.length).toBeGreaterThan(0);
    expect(costs.groups.reduce((sum, { micro }) => sum + BigInt(micro), 0n)).toBe(BigInt(costs.total.micro));
  });

  test("no file of a tenant holds anything of the others", async () => {
    let open = 0;
    for (const file of files) {
      const { status, text } = await ask(file, tenant);
      if (status !== 200) continue;
      open += 1;
      expect(foreign(text), file).toEqual([]);
      for (const key of others.keys) expect(text.includes(`,${key},`), `${file}: ${key}`).toBe(false);
    }
    expect(open).toBeGreaterThan(4);
  }, 60_000);

  test("reports, their PDF and what goes to a chat of one tenant's hold nothing of the others", async () => {
    const { api } = demo;
    const archive = (actor: Actor | null) =>
      query("reports.archive", { filter: ALL_REPORTS, after: null, limit: 50 }, actor);
    const [first] = (await api.reports.archive.query({ filter: ALL_REPORTS, after: null, limit: 50 })).rows;
    const { kind, period } = first!.run;
    const team = [...tenant.teams!][0]!;
    const theirs = (await api.features.list.query({})).features.find(
      (one) => one.team !== "" && one.team !== team,
    )!.team;
    const chat = await serveBots({ clock: demo.clock });
    try {
      const channel = {
        id: null,
        name: "chat of a tenant",
        kind: "slack",
        language: "en",
        sendsResolved: true,
      } as const;
      const settings = { mentions: [], mentionsAll: false, to: [], from: "", keyword: "" };
      const channelId = await api.alerts.saveChannel.mutate({
        ...channel,
        settings,
        secrets: { url: chat.url("slack/b") },
      });
      const runOf = async (of: string): Promise<number> => {
        const scope = { vendors: [], regions: [], models: [], billings: [], teams: [of] };
        const wish = {
          id: null,
          name: `of ${of}`,
          kind,
          cron: "7 9 * * *",
          zone: "UTC",
          scope,
          language: "en",
        } as const;
        const recipients = of === team ? [{ kind: "chat", channelId } as const] : [];
        const { id } = await api.reports.saveDefinition.mutate({ ...wish, recipients, isPaused: false });
        const { runId } = await api.reports.run.mutate({ definitionId: id, period });
        const isDone = async () => {
          const { rows } = await api.reports.archive.query({ filter: ALL_REPORTS, after: null, limit: 50 });
          expect(rows.find(({ run }) => run.id === runId)?.run.state).toBe("done");
        };
        await vi.waitFor(isDone, { timeout: 30_000, interval: 250 });
        return runId;
      };
      const [own, other] = [await runOf(team), await runOf(theirs)];
      const wordsOf = async (runId: number, actor: Actor | null) => {
        const { status, text } = await ask(`/api/reports/${runId}.pdf?lang=en`, actor);
        return { status, text: status === 200 ? poppler("pdftotext", Buffer.from(text, "latin1"), "-raw") : "" };
      };
      const keysIn = (text: string | null) => [...others.keys].filter((key) => text?.includes(key));
      const [mine, foreignOne, control] = [
        await wordsOf(own, tenant),
        await wordsOf(other, tenant),
        await wordsOf(other, null),
      ];
      expect([mine.status, foreignOne.status, control.status]).toEqual([200, 404, 200]);
      if (control.text !== null)
        expect(keysIn(control.text).length, "what is looked for can be found").toBeGreaterThan(0);
      expect([...foreign(mine.text ?? ""), ...keysIn(mine.text)]).toEqual([]);
      expect((await ask(`/api/reports/${other}/features.csv?lang=en`, tenant)).status).toBe(404);
      expect((await query("reports.read", { runId: other, language: "en" }, tenant)).status).toBe(404);
      expect(await archive(tenant).then(({ text }) => foreign(text))).toEqual([]);
      for (const [path, input] of [
        ["reports.share", { runId: own, days: 1 }],
        ["reports.sendTest", { id: 1 }],
        ["alerts.testChannel", { id: channelId }],
      ] as const)
        expect((await change(path, input, tenant)).status, path).toBe(403);

      const isTold = () => expect(chat.bots.records.length).toBeGreaterThan(0);
      await vi.waitFor(isTold, { timeout: 30_000, interval: 250 });
      const told = chat.bots.records.map(({ body }) => body).join("\n");
      expect(told).toContain("Patrol report"); // it is the digest
      expect([...foreign(told), ...keysIn(told), ...PLANTED.filter((amount) => told.includes(amount))]).toEqual([]);
    } finally {
      await chat.stop();
    }
  }, 120_000);

  test("another's is answered as what does not exist is", async () => {
    const [key] = others.keys;
    const [unknown, theirs] = [
      await query("features.page", { key: "no-such" }, tenant),
      await query("features.page", { key }, tenant),
    ];
    expect([unknown.status, theirs.status]).toEqual([404, 404]);
    expect(theirs.text).toBe(unknown.text.replaceAll("no-such", key!));
  });

  test("teams that are wildcards, empty or gone see nothing", async () => {
    for (const teams of [[], ["*"], ["%"], [""], ["__proto__"], ["gone"]]) {
      const view = dataOf((await query("features.list", {}, person({ teams }))).text) as { features: unknown[] };
      expect(view.features, JSON.stringify(teams)).toEqual([]);
      const costs = dataOf((await query("cost.view", { by: "feature" }, person({ teams }))).text) as {
        groups: unknown[];
      };
      expect(costs.groups, JSON.stringify(teams)).toEqual([]);
      const { rows } = dataOf(
        (await query("reports.archive", { filter: ALL_REPORTS, after: null, limit: 9 }, person({ teams }))).text,
      ) as { rows: unknown[] };
      expect(rows, JSON.stringify(teams)).toEqual([]);
    }
  });

  test("nobody names a role or a team in an input: no procedure takes a key its schema does not have", async () => {
    const taken: string[] = [];
    for (const { path, schema, type } of callsOf()) {
      if (schema === null || type === "subscription" || path.startsWith("access.") || path.startsWith("tokens."))
        continue;
      for (const key of ["role", "roles", "teams", "permissions", "actor"]) {
        if (schema.properties?.[key] !== undefined) continue;
        const input = { ...(sampleOf(schema) as object), [key]: ["admin"] };
        const { status } = type === "query" ? await query(path, input, operator) : await change(path, input, operator);
        if (status === 200) taken.push(`${path} ${key}`);
      }
    }
    expect(taken).toEqual([]);
  }, 120_000);
});
