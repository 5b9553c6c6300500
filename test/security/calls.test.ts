import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DOORS } from "../../server/api/access-table.ts";
import { type Stage, stageApi } from "../server/api/stage.ts";
import { callsOf, sampleOf, type Shape } from "./inputs.ts";

const CALLS = callsOf();
const CHANGES = CALLS.filter(({ type }) => type === "mutation").map(({ path }) => `/api/trpc/${path}`);
/** Routes that are no procedures and take something. */
const TAKERS = [...DOORS.keys()]
  .filter((name) => name.startsWith("POST ") && !name.includes("/trpc/"))
  .map((name) => name.slice("POST ".length).replaceAll(/:\w+/g, "x"));

let stage: Stage;
beforeAll(async () => void (stage = await stageApi()));
afterAll(() => stage.app.close());

const JSON_TYPE = { "content-type": "application/json" };
const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=x";
/** What a page elsewhere can make a browser send with the cookies of its user. */
const FOREIGN: readonly [shape: string, headers: Record<string, string>, payload: string][] = [
  ["a form of another site", { "content-type": FORM, "sec-fetch-site": "cross-site" }, "a=1"],
  ["a form in an old browser", { "content-type": FORM, origin: "https://evil.example" }, "a=1"],
  ["multipart", { "content-type": MULTIPART, origin: "https://evil.example" }, '--x\r\ncontent-disposition: form-data; name="0"\r\n\r\n{}\r\n--x--'],
  ["text that is JSON", { "content-type": "text/plain", "sec-fetch-site": "cross-site" }, "{}"],
  ["a sandboxed page", { ...JSON_TYPE, origin: "null" }, "{}"],
  ["JSON of another site", { ...JSON_TYPE, "sec-fetch-site": "cross-site", origin: "https://evil.example" }, "{}"],
  ["JSON of a neighbour", { ...JSON_TYPE, "sec-fetch-site": "same-site", origin: "http://other.localhost" }, "{}"],
  ["a beacon without a type", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }, "{}"],
]; // prettier-ignore

describe("API-01: nothing is changed by a page elsewhere", () => {
  test.each(FOREIGN)("%s, at every mutation and every route that takes something", async (_shape, headers, payload) => {
    expect(CHANGES.length).toBeGreaterThan(50);
    for (const url of [...CHANGES, ...CHANGES.map((one) => `${one}?batch=1`), ...TAKERS]) {
      const answer = await stage.app.inject({
        method: "POST",
        url,
        headers: { host: "localhost", ...headers },
        payload,
      });
      expect([url, [403, 415].includes(answer.statusCode)]).toEqual([url, true]);
    }
  });

  test("an image's GET changes nothing, whatever it says its method is", async () => {
    for (const url of CHANGES)
      for (const headers of [{}, { "sec-fetch-site": "cross-site" }, { "x-http-method-override": "POST" }]) {
        const answer = await stage.app.inject({
          url: `${url}?input=%7B%7D`,
          headers: { host: "localhost", ...headers },
        });
        expect([url, [403, 405].includes(answer.statusCode)]).toEqual([url, true]);
      }
  });
});

describe("WEB-06, WEB-07, API-15: whatever a route answers", () => {
  const ROUTES = [...DOORS.keys()].filter((name) => /^(?:GET|POST|PUT|DELETE) \//.test(name)).map((name) => name.split(" ") as [string, string]);
  const asked = [
    ...ROUTES.flatMap(([method, url]) => [url.replaceAll(/:\w+/g, "x"), url.replaceAll(/:\w+/g, "1.pdf")].map((at) => [method, at] as const)),
    ...["/api", "/api/", "/api/x.css", "/api/unknown", "/api/trpc", "/api/trpc/x.css", "/api/cards.csv/x.css", "/API/x.js", "/api/trpc/fleet.summary/x.css"].map((at) => ["GET", at] as const),
  ];

  test("carries the policy, and what is under /api is kept by nobody and is no page", async () => {
    expect(ROUTES.length).toBeGreaterThan(25);
    for (const [method, url] of asked) {
      for (const site of ["same-origin", "cross-site"]) {
        const headers = { host: "localhost", "sec-fetch-site": site, ...(method === "GET" ? {} : JSON_TYPE) };
        const answer = await stage.app.inject({ method: method as "GET", url, headers, remoteAddress: "10.0.0.9", ...(method === "GET" ? {} : { payload: "{}" }) });
        const said = answer.headers;
        expect([url, String(said["content-security-policy"])]).toEqual([url, expect.stringMatching(/script-src 'self';.*object-src 'none'.*frame-ancestors 'none'/)]);
        expect([url, said["x-content-type-options"], said["x-frame-options"], said["referrer-policy"], said["cross-origin-opener-policy"]]).toEqual([url, "nosniff", "DENY", "no-referrer", "same-origin"]);
        if (/^\/api/i.test(url)) {
          expect([url, said["cache-control"]]).toEqual([url, "no-store"]);
          expect([url, String(said["content-type"] ?? "").includes("html")]).toEqual([url, false]);
        }
      }
    }
  });
}); // prettier-ignore

/** Objects of a schema that take keys nobody named. */
function looseObjects(shape: Shape, at: string): string[] {
  const { properties = {}, additionalProperties: more, items, anyOf = [], oneOf = [], allOf = [] } = shape;
  const inner = [
    ...Object.entries(properties).map(([key, part]) => [part, `${at}.${key}`] as const),
    ...[...anyOf, ...oneOf, ...allOf].map((part) => [part, at] as const),
    ...(items ? [[items, `${at}[]`] as const] : []),
    ...(typeof more === "object" ? [[more, `${at}.*`] as const] : []),
    ...Object.entries(shape.$defs ?? {}).map(([key, part]) => [part, `${at}#${key}`] as const),
  ];
  const isLoose = shape.type === "object" && more !== false && (typeof more !== "object" || "properties" in shape);
  return [...(isLoose ? [at] : []), ...inner.flatMap(([part, where]) => looseObjects(part, where))];
}

describe("API-07: inputs are what their schemas say", () => {
  beforeAll(() => void Object.freeze(Object.prototype)); // in this file alone: libraries are loaded by now

  test("no object takes a key its schema does not name", () => {
    const loose = CALLS.flatMap(({ path, schema }) => (schema === null ? [] : looseObjects(schema, path)));
    expect(loose.filter((at) => !at.endsWith(".rule.condition"))).toEqual([]); // the rule book reads it, and names the part at fault
    expect(looseObjects({ type: "object", properties: { a: { type: "object" } }, additionalProperties: false }, "x")).toEqual(["x.a"]); // prettier-ignore
  });

  test("a call with one key more is refused, and so is one that reaches for a prototype", async () => {
    const takers = CALLS.filter(({ schema, type }) => schema !== null && type !== "subscription"); // that one is in live.test.ts
    expect(takers.length).toBeGreaterThan(80);
    for (const { path, type, schema } of takers) {
      const sound = sampleOf(schema!) as object;
      for (const [key, value] of [["role", `"admin"`], ["constructor", `{"prototype":{"polluted":1}}`]] as const) {
        const said = `${JSON.stringify(sound).slice(0, -1)}${Object.keys(sound).length > 0 ? "," : ""}"${key}":${value}}`;
        const answer = await call(type, path, said);
        expect([path, key, answer.statusCode]).toEqual([path, key, 400]);
      }
      const answer = await call(type, path, `{"__proto__":{"polluted":1},${JSON.stringify(sound).slice(1)}`.replace(",}", "}"));
      expect([path, answer.statusCode < 500]).toEqual([path, true]);
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    }
  });
}); // prettier-ignore

const call = (type: string, path: string, said: string) =>
  type === "mutation"
    ? stage.app.inject({
        method: "POST",
        url: `/api/trpc/${path}`,
        headers: { host: "localhost", ...JSON_TYPE },
        payload: said,
      })
    : stage.app.inject({ url: `/api/trpc/${path}?input=${encodeURIComponent(said)}`, headers: { host: "localhost" } });
