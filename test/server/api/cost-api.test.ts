import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CostView, Proof } from "../../../db/model/ledger-views.ts";
import { onPglite } from "../../db/databases.ts";
import { readRows } from "../../tools/focus-check.ts";
import { costDeps, RANGE, seedLedger } from "../usecases/costs/seeded-ledger.ts";
import { stageApi } from "./stage.ts";

onPglite("the cost and features API", (db) => {
  let app: FastifyInstance;
  beforeAll(async () => {
    await seedLedger(db(), 11);
    const { clock, past, pricing, aliases, costs, ledger, features, usage } = await costDeps(db());
    ({ app } = await stageApi({ clock, past, pricing, aliases, costs, ledger, features, usage }));
  });
  afterAll(() => app.close());

  const ask = async (path: string, input?: unknown) => {
    const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
    const answer = await app.inject({ url: `/api/trpc/${path}${query}` });
    const body = answer.json<{ result?: { data: unknown }; error?: { message: string } }>();
    return { status: answer.statusCode, data: body.result?.data, message: body.error?.message };
  };
  const file = async (url: string) => {
    const answer = await app.inject({ url });
    return { status: answer.statusCode, head: answer.headers, rows: readRows(answer.body), body: answer.body };
  };

  test("every procedure answers, and the defaults are the last seven days, allocation and apart", async () => {
    const list = await ask("features.list");
    expect(list.data).toMatchObject({
      basis: "allocation",
      policy: "apart",
      range: { from: "2026-10-31", to: "2026-11-07" },
    });
    expect((await ask("features.page", { key: "unattributed", range: RANGE })).status).toBe(200);
    const view = (await ask("cost.view", { range: RANGE, by: "vendor" })).data as CostView;
    expect(view.groups.map(({ key }) => key).toSorted()).toEqual(["=1+1", "cloud-a", "cloud-b", "own"]);
    expect((await ask("cost.pivot", { range: RANGE, rows: "team", columns: "state" })).status).toBe(200);
    const proof = (await ask("cost.proof", { range: RANGE, filter: { vendor: ["own"], state: ["busy"] } }))
      .data as Proof;
    const shown = (await ask("cost.view", { range: RANGE, by: "pool", filter: { vendor: ["own"], state: ["busy"] } }))
      .data as CostView;
    expect(proof.totalMicro).toBe(shown.total.micro);
    const recompute = { url: "/api/trpc/cost.recompute", payload: { range: RANGE, filter: {} } };
    const anew = await app.inject({ method: "POST", ...recompute });
    expect(anew.json()).toMatchObject({ result: { data: { isEqual: true } } });
    expect((await ask("cost.recompute", recompute.payload)).status).toBe(405); // it holds locks: no foreign page may have it by GET
  });

  test("what cannot be asked is refused in a sentence", async () => {
    expect(await ask("features.page", { key: "nix", range: RANGE })).toMatchObject({
      status: 404,
      message: expect.stringContaining("feature nix does not exist"),
    });
    expect(await ask("cost.view", { range: { from: "2026-13-01", to: "2026-11-01" } })).toMatchObject({
      status: 400,
      message: expect.stringContaining("is no day of a calendar"),
    });
    expect((await ask("cost.view", { by: "colour" })).status).toBe(400);
    expect((await ask("cost.proof", { range: RANGE, filter: { vendor: [] } })).status).toBe(400);
    expect((await ask("cost.proof", { filter: {} })).status).toBe(400);
  });

  test("files have names, and the days and filters of their address", async () => {
    const days = `from=${RANGE.from}&to=${RANGE.to}`;
    const features = await file(`/api/features.csv?${days}&basis=usage&policy=spread`);
    expect(features.head["content-disposition"]).toBe('attachment; filename="dapan-features-2026-11-06.csv"');
    expect(features.rows.at(-1)).toMatchObject({ row: "total", basis: "usage", policy: "spread" });
    const cost = await file(`/api/cost.csv?${days}&vendor=own&vendor=cloud-a&state=free`);
    expect(new Set(cost.rows.map((row) => row["vendor"]))).toEqual(new Set(["own", "cloud-a"]));
    expect(cost.rows.every((row) => row["busy_micro"] === null)).toBe(true);
    const proof = await file(`/api/proof.csv?${days}&feature=chat-assist`);
    expect(new Set(proof.rows.map((row) => row["feature"]))).toEqual(new Set(["chat-assist"]));
    expect((await file(`/api/ledger/export?${days}&format=focus`)).rows[0]).toHaveProperty("ChargePeriodStart");
    expect((await file(`/api/ledger/export?${days}`)).rows[0]).toHaveProperty("total_micro");
  });

  test("a wrong address of a file is refused in a sentence", async () => {
    expect(await file("/api/ledger/export?format=pdf")).toMatchObject({
      status: 400,
      body: expect.stringContaining("write csv or focus"),
    });
    expect(await file("/api/cost.csv?from=2026-11-01")).toMatchObject({
      status: 400,
      body: expect.stringContaining("range.to:"),
    });
  });
});
