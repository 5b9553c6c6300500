import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stage, stageApi } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await stageApi();
});
afterAll(() => stage.app.close());

const post = (payload: string | Buffer, type = "text/csv", name = "prices.csv") =>
  stage.app.inject({
    method: "POST",
    url: `/api/pricing/uploads?name=${encodeURIComponent(name)}`,
    headers: { "content-type": type },
    payload,
  });

test("a file is kept as it is and known by its id", async () => {
  const bytes = Buffer.from([0xb3, 0xa7, 0x2c, 0x31]);
  const answer = await post(bytes, "application/octet-stream");
  expect(answer.statusCode).toBe(200);
  const { id, name } = answer.json<{ id: string; name: string }>();
  expect(name).toBe("prices.csv");
  expect(Buffer.from(stage.deps.imports.file(id).bytes)).toEqual(bytes);
  expect(answer.headers["cache-control"]).toBe("no-store");
});

test("nothing is kept of an empty file, of one beyond 32 MiB, or of a type a form of another site can send", async () => {
  expect((await post("")).statusCode).toBe(400);
  expect((await post(Buffer.alloc(32 * 1_048_576 + 1, 97))).statusCode).toBe(413);
  expect((await post("a,b", "text/plain")).statusCode).toBe(415);
  expect((await post("a=b", "application/x-www-form-urlencoded")).statusCode).toBe(415);
  expect((await post("{}", "application/json")).statusCode).toBe(415);
});

test.each([
  ["../../etc/passwd", "passwd"],
  ["C:\\tables\\list.csv", "list.csv"],
  ["a\u0007\u202eb.csv", "ab.csv"],
  ["", "table.csv"],
  ["x".repeat(500), "x".repeat(120)],
])("the name %j is kept as %j", async (name, kept) => {
  expect((await post("a", "text/csv", name)).json<{ name: string }>().name).toBe(kept);
});

test("only the newest files are kept", async () => {
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push((await post("a")).json<{ id: string }>().id);
  expect(() => stage.deps.imports.file(ids[0] ?? "")).toThrow("choose it again");
  expect(stage.deps.imports.file(ids[4] ?? "").name).toBe("prices.csv");
});
