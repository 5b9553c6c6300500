import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stage, stageApi } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await stageApi();
});
afterAll(() => stage.app.close());

const post = (headers: Record<string, string>, payload = "{}", url = "/api/trpc/fleet.summary") =>
  stage.app.inject({ method: "POST", url, headers: { host: "dapan.localhost", ...headers }, payload });

describe("unsafe methods come from our own pages, as JSON", () => {
  const JSON_TYPE = { "content-type": "application/json" };
  test.each<[string, Record<string, string>, number]>([
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, 415],
    ["text", { "content-type": "text/plain" }, 415],
    ["multipart", { "content-type": "multipart/form-data; boundary=x" }, 415],
    ["bytes", { "content-type": "application/octet-stream" }, 415],
    ["no type", {}, 415],
    ["JSON in disguise", { "content-type": "text/plain; application/json" }, 415],
    ["another site", { ...JSON_TYPE, "sec-fetch-site": "cross-site" }, 403],
    ["a neighbour host", { ...JSON_TYPE, "sec-fetch-site": "same-site" }, 403],
    ["a typed address", { ...JSON_TYPE, "sec-fetch-site": "none" }, 403],
    ["a foreign origin", { ...JSON_TYPE, origin: "https://evil.example" }, 403],
    ["origin null", { ...JSON_TYPE, origin: "null" }, 403],
    ["an origin that only begins like ours", { ...JSON_TYPE, origin: "http://dapan.localhost.evil.example" }, 403],
    [
      "a foreign page that calls itself JSON",
      { ...JSON_TYPE, origin: "https://evil.example", "sec-fetch-mode": "no-cors" },
      403,
    ],
    // a query does not take POST: past the guard, tRPC says so
    ["our page", { ...JSON_TYPE, "sec-fetch-site": "same-origin", origin: "http://dapan.localhost" }, 405],
    ["our page in an old browser", { ...JSON_TYPE, origin: "http://dapan.localhost" }, 405],
    ["a tool", JSON_TYPE, 405],
    ["a tool that names the charset", { "content-type": "application/json; charset=utf-8" }, 405],
  ])("%s", async (_name, headers, status) => {
    expect((await post(headers)).statusCode).toBe(status);
  });

  test("a method cannot be overridden", async () => {
    const answer = await post({ "content-type": "application/json", "x-http-method-override": "GET" });
    expect(answer.statusCode).toBe(405);
  });
});

describe("sizes are bounded", () => {
  test("a body over 1 MiB is refused", async () => {
    const answer = await post({ "content-type": "application/json" }, JSON.stringify("x".repeat(1_048_576)));
    expect(answer.statusCode).toBe(413);
  });

  test("ten calls in a batch pass, eleven do not", async () => {
    const batch = (count: number) =>
      stage.app.inject(
        `/api/trpc/${Array.from({ length: count }, () => "sources.list").join(",")}?batch=1&input=%7B%7D`,
      );
    expect((await batch(10)).json()).toHaveLength(10);
    expect((await batch(11)).statusCode).toBe(400);
  });

  test("deep JSON is refused without harm", async () => {
    const deep = encodeURIComponent("[".repeat(2_000) + "]".repeat(2_000));
    const answer = await stage.app.inject(`/api/trpc/fleet.history?input=${deep}`);
    expect([400, 414]).toContain(answer.statusCode);
  });

  test.each([0, 169, 1.5, -1, "24", null])("history of %s hours is refused", async (hours) => {
    const input = encodeURIComponent(JSON.stringify({ hours }));
    expect((await stage.app.inject(`/api/trpc/fleet.history?input=${input}`)).statusCode).toBe(400);
  });

  test("unknown keys of an input are refused", async () => {
    const input = encodeURIComponent(JSON.stringify({ hours: 24, role: "admin" }));
    const answer = await stage.app.inject(`/api/trpc/fleet.history?input=${input}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error.message).toContain("role");
  });
});
