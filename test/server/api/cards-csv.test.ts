import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeCardQuery, EVERY_CARD } from "../../../db/model/card-query.ts";
import { aPool, aRow, type Stage, stageApi, stageFleet } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  const rows = Array.from({ length: 1_300 }, (_, i) =>
    aRow({
      id: i,
      uuid: `GPU-${String(i).padStart(5, "0")}`,
      node: i === 3 ? '=cmd|"x",y' : `node-${i % 10}`,
      state: i % 2 ? "busy" : "free",
      poolId: (i % 2) + 1,
      powerWatts: -i,
    }),
  );
  stage = await stageApi({ live: stageFleet(rows, [aPool(), aPool({ id: 2, vendor: "vendor-b" })]).live });
});
afterAll(() => stage.app.close());

const lines = (body: string) => body.split("\r\n").slice(0, -1);

test("the download holds every card, a byte order mark and a name", async () => {
  const answer = await stage.app.inject("/api/cards.csv");
  expect(answer.headers["content-type"]).toBe("text/csv; charset=utf-8");
  expect(answer.headers["content-disposition"]).toMatch(/^attachment; filename="dapan-cards-\d{4}-\d\d-\d\d\.csv"$/);
  expect([...answer.rawPayload.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(lines(answer.body)).toHaveLength(1_301);
});

test("the numbers of the file add up to those of the table", async () => {
  const rows = lines((await stage.app.inject("/api/cards.csv")).body);
  const at = (rows[0] ?? "").split(",").indexOf("power_watts");
  const quoted = /"(?:[^"]|"")*"/g;
  const sum = rows.slice(1).reduce((total, row) => total + Number(row.replaceAll(quoted, "").split(",")[at]), 0);
  expect(sum).toBe(-(1_299 * 1_300) / 2);
});

test("the filter and order of the page's address hold", async () => {
  const query = encodeCardQuery({
    ...EVERY_CARD,
    states: ["busy"],
    pool: { ...EVERY_CARD.pool, vendor: ["vendor-b"] },
    nodes: ["node-1"],
    sort: "uuid",
    descending: true,
  });
  const rows = lines((await stage.app.inject(`/api/cards.csv?${query.toString()}`)).body).slice(1);
  expect(rows).toHaveLength(130);
  expect(rows[0]).toContain("GPU-01291,vendor-b");
});

test("a hostile node name is quoted and no formula", async () => {
  const { body } = await stage.app.inject("/api/cards.csv?q=GPU-00003");
  expect(body).toContain(`,"'=cmd|""x"",y",`);
});
