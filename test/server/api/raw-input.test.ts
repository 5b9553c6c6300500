import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rawInputFault } from "../../../server/api/raw-input.ts";
import { type Stage, stageApi } from "./stage.ts";

const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}1${"]".repeat(levels)}`);

describe("an input no schema should see", () => {
  test.each<[string, unknown, string | null]>([
    ["nothing", undefined, null],
    ["numbers, words, lists", { a: [1, "x", null, { b: true }] }, null],
    ["any text of any language", "大盘 مرحبا \u202E 😀 \u0001", null],
    ["32 levels", nested(32), null],
    ["33 levels", nested(33), "more than 32 levels"],
    ["a hundred thousand levels", nested(100_000), "more than 32 levels"],
    ["NUL in a text", { rule: { name: "a\0b" } }, "rule.name: has a character no text has"],
    ["NUL in a list", { names: ["a", "\0"] }, "names.1: has"],
    ["NUL in a key", { labels: { "a\0": "x" } }, "labels: a key has"],
    ["half of a pair", "\uD800", "input: has"],
  ])("%s", (_what, input, words) => {
    if (words === null) expect(rawInputFault(input)).toBeNull();
    else expect(rawInputFault(input)).toContain(words);
  });
});

describe("is refused before anything reads it", () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await stageApi()));
  afterAll(() => stage.app.close());

  test("API-02: JSON of more than 32 levels, as a question and as a change, in 20 ms", async () => {
    const deep = JSON.stringify(nested(33));
    const json = { host: "localhost", "content-type": "application/json" };
    const deepest = `${"[".repeat(300_000)}${"]".repeat(300_000)}`;
    await stage.app.inject({ method: "POST", url: "/api/trpc/cost.recompute", headers: json, payload: "{}" }); // warm
    for (const [ask, most] of [
      [{ url: `/api/trpc/board.card?input=${encodeURIComponent(deep)}` }, 20],
      [{ method: "POST", url: "/api/trpc/cost.recompute", headers: json, payload: deep }, 20],
      [{ method: "POST", url: "/api/trpc/cost.recompute", headers: json, payload: deepest }, 200],
    ] as const) {
      const began = process.cpuUsage();
      const answer = await stage.app.inject(ask);
      const { user, system } = process.cpuUsage(began);
      expect(answer.statusCode).toBe(400);
      expect(answer.json().error.message).toContain("more than 32 levels");
      expect((user + system) / 1_000).toBeLessThan(most);
    }
  });

  test("API-06: a NUL is the caller's fault, and says where", async () => {
    const said = encodeURIComponent(JSON.stringify({ uuid: "GPU-1\0" }));
    const answer = await stage.app.inject({
      url: `/api/trpc/board.card?input=${said}`,
      headers: { host: "localhost" },
    });
    expect([answer.statusCode, answer.json().error.message]).toEqual([400, expect.stringContaining("uuid: has a character")]); // prettier-ignore
  });

  test("what asks for nothing comes without a body, as browsers send it; what is no JSON is refused", async () => {
    const ask = (path: string, payload?: string) =>
      stage.app.inject({
        method: "POST",
        url: `/api/trpc/${path}`,
        headers: { host: "localhost", "content-type": "application/json" },
        ...(payload !== undefined && { payload }),
      });
    expect((await ask("audit.verify")).statusCode).toBe(200);
    expect((await ask("cost.recompute", '{"from":')).statusCode).toBe(400);
    expect((await ask("cost.recompute")).statusCode).toBe(400);
  });
});
