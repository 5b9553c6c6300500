import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stage, stageApi } from "./stage.ts";

const SECRET = "postgres://dapan:hunter2@db/x";

let stage: Stage;
beforeAll(async () => {
  const broken = async () => {
    throw new Error(`connection to ${SECRET} refused at Object.query (/srv/dapan/db/store/board.ts:12:3)`);
  };
  stage = await stageApi({ board: { poolUtilisation: broken, cardPoints: broken, fleetHours: broken } });
});
afterAll(() => stage.app.close());

/** Fuzzed calls; DAPAN_FUZZ=10000 for the full figure of API-10. */
const RUNS = Number(process.env["DAPAN_FUZZ"] ?? 1_000);

describe("a bug is masked", () => {
  test("the caller learns an id, the log says the rest under the same id", async () => {
    const answer = await stage.app.inject("/api/trpc/fleet.summary");
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      error: {
        code: -32603,
        message: "Something went wrong on the server.",
        data: {
          code: "INTERNAL_SERVER_ERROR",
          httpStatus: 500,
          errorId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          approvalId: null,
        },
      },
    });
    const { errorId } = answer.json().error.data;
    const line = stage.logLines().find((l) => l["errorId"] === errorId);
    expect(JSON.stringify(line)).toContain("refused at Object.query");
  });

  test("a failing CSV is masked before its first byte", async () => {
    const failing = await stageApi({ board: { cardUtilisation: async () => Promise.reject(new Error(SECRET)) } });
    const answer = await failing.app.inject("/api/cards.csv");
    await failing.app.close();
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({ error: "Something went wrong on the server.", errorId: expect.any(String) });
  });

  test("a card nobody knows is told plainly", async () => {
    const input = encodeURIComponent(JSON.stringify({ uuid: "GPU-nope" }));
    const answer = await stage.app.inject(`/api/trpc/card.detail?input=${input}`);
    expect(answer.statusCode).toBe(404);
    expect(answer.json().error.message).toContain("GPU-nope");
  });

  test("no call of any shape ends the process, shows a stack or a secret", { timeout: 300_000 }, async () => {
    const name = fc.oneof(
      fc.constantFrom(
        "fleet.summary",
        "fleet.cards",
        "fleet.history",
        "card.detail",
        "sources.list",
        "sources.targets",
      ),
      fc.constantFrom(
        "__proto__",
        "constructor",
        "fleet",
        "fleet.",
        ".",
        "toString",
        "fleet.constructor",
        "hasOwnProperty",
      ),
      fc.string({ maxLength: 20 }),
    );
    const input = fc.oneof(
      fc.json(),
      fc.constantFrom(
        '{"__proto__":{"polluted":1},"hours":1}',
        '{"constructor":{"prototype":{"polluted":1}}}',
        "{",
        "null",
      ),
      fc
        .record({ hours: fc.anything(), uuid: fc.anything(), source: fc.anything() })
        .map((v) => JSON.stringify(v) ?? ""),
      fc.string({ unit: "binary", maxLength: 50 }),
    );
    const call = fc.record({
      method: fc.constantFrom("GET" as const, "POST" as const, "HEAD" as const),
      names: fc.array(name, { minLength: 1, maxLength: 4 }),
      batch: fc.boolean(),
      input,
      accept: fc.constantFrom("application/json", "application/jsonl", "text/event-stream", "*/*"),
      lastEventId: fc.string({ maxLength: 10 }),
    });
    await fc.assert(
      fc.asyncProperty(call, async ({ method, names, batch, input: said, accept, lastEventId }) => {
        const path = names.map((n) => encodeURIComponent(n)).join(",");
        const wellFormed = said.replaceAll(/[\uD800-\uDFFF]/g, "?");
        const query = `${batch ? "batch=1&" : ""}input=${encodeURIComponent(wellFormed)}`;
        const answer = await stage.app.inject({
          method,
          url: `/api/trpc/${path}?${query}`,
          headers: { accept, "content-type": "application/json", "last-event-id": encodeURIComponent(lastEventId) },
          ...(method === "POST" ? { payload: wellFormed } : {}),
        });
        expect(answer.statusCode).toBeLessThan(600);
        expect(answer.body).not.toMatch(/\n\s+at |node_modules|hunter2|board\.ts/);
        expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });
});
