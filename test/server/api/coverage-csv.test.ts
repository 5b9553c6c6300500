import { afterAll, beforeAll, expect, test } from "vitest";
import type { CoverageAsk } from "../../../db/model/patrol-views.ts";
import { ServiceError } from "../../../server/errors.ts";
import { type Stage, stageApi } from "./stage.ts";

let stage: Stage;
const asked: CoverageAsk[] = [];
beforeAll(async () => {
  stage = await stageApi({
    patrol: {
      async *coverageCsv(ask) {
        asked.push(ask);
        if (ask.from === "") throw new ServiceError("invalid", "from:  is no day; write it like 2026-11-01");
        yield "head\r\n";
      },
    },
  });
});
afterAll(() => stage.app.close());

test("the file of holes takes days and a scope from its address", async () => {
  const answer = await stage.app.inject(
    "/api/coverage.csv?from=2026-11-01&to=2026-11-07&vendor=a&vendor=b&model=&billing=spot&team=t",
  );
  expect(answer.body).toBe("head\r\n");
  expect(answer.headers["content-disposition"]).toMatch(/^attachment; filename="dapan-coverage-\d{4}-\d\d-\d\d\.csv"$/);
  const scope = { vendors: ["a", "b"], regions: [], models: [], billings: ["spot"], teams: ["t"] };
  expect(asked.at(-1)).toEqual({ from: "2026-11-01", to: "2026-11-07", scope });
});

test("days that are none are refused by name, before the first byte", async () => {
  const answer = await stage.app.inject("/api/coverage.csv");
  expect(answer.statusCode).toBe(400);
  expect(answer.json()).toEqual({ error: "from:  is no day; write it like 2026-11-01" });
});
