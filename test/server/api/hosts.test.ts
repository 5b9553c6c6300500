import http from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../../server/clock.ts";
import { holdConfig } from "../../../server/config/holder.ts";
import { readConfig } from "../../../server/config/read.ts";
import { createLog } from "../../../server/telemetry/log.ts";
import { ASSETS, type Stage, stageApi } from "./stage.ts";

let stage: Stage;
let port = 0;
beforeAll(async () => {
  const log = createLog("silent", systemClock);
  const said = "listen: {host: gpu-head, names: [dapan.example.com]}\nauth: {signIn: accounts}";
  const reading = readConfig(said, "dapan.yaml", {});
  if (!reading.ok) throw new Error("the names are wrong");
  stage = await stageApi({ assets: ASSETS, config: holdConfig(reading.config, null, log) });
  port = Number(new URL(await stage.app.listen({ port: 0, host: "127.0.0.1" })).port);
});
afterAll(() => stage.app.close());

type Said = { readonly status: number; readonly body: string };
type Ask = { readonly path?: string; readonly method?: string; readonly headers: Record<string, string> };

/** Over a real connection: the Host is what the caller says, as in a browser whose DNS was turned to us. */
const ask = ({ path = "/healthz", method = "GET", headers }: Ask): Promise<Said> =>
  new Promise((resolve, reject) => {
    const sent = http.request({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
      let body = "";
      answer.on("data", (part: Buffer) => (body += part.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
    });
    sent.on("error", reject);
    sent.end(method === "POST" ? "{}" : undefined);
  });

describe("a request must know us by name", () => {
  test.each([
    ["127.0.0.1", 200],
    ["127.0.0.1:7070", 200],
    ["10.4.5.6:7070", 200], // probes of pods
    ["[::1]:7070", 200],
    ["[fd00::7]", 200],
    ["localhost:7070", 200],
    ["LOCALHOST.", 200],
    ["dapan.localhost", 200],
    ["dapan.example.com", 200],
    ["Dapan.Example.com.:443", 200],
    ["gpu-head:7070", 200],
    ["evil.example", 421],
    ["localhost.evil.example", 421],
    ["notlocalhost", 421],
    ["dapan.example.com.evil.example", 421],
    ["sub.dapan.example.com", 421],
    ["xdapan.example.com", 421],
    ["127.0.0.1.nip.io", 421],
    ["127.1", 421], // browsers write addresses out
    ["0x7f.0.0.1", 421],
    ["300.0.0.1", 421],
    ["[::1", 421],
    ["[::zz]", 421],
    ["localhost:7070:80", 421],
    ["user@localhost", 421],
    ["localhost evil.example", 421],
    ["localhost, evil.example", 421],
    [":7070", 421],
  ])("%s: %i", async (host, status) => {
    expect((await ask({ headers: { host } })).status).toBe(status);
  });

  test.each(["/", "/costs", "/assets/app-1a2b.js", "/readyz", "/metrics", "/api/trpc/sources.list", "/api/cards.csv"])(
    "for every route: %s",
    async (path) => {
      expect((await ask({ path, headers: { host: "localhost" } })).status).toBe(200);
      expect((await ask({ path, headers: { host: "rebound.evil.example" } })).status).toBe(421);
    },
  );

  test("the refusal names the key, and repeats only what can be a name", async () => {
    expect((await ask({ headers: { host: "evil.example:7070" } })).body).toContain(
      'is not known as \\"evil.example\\"; if it should be, add the name to listen.names in dapan.yaml',
    );
    const odd = await ask({ headers: { host: "<b>x</b>" } });
    expect(odd.body).toContain("listen.names");
    expect(odd.body).not.toContain("<b>");
  });

  test("a page whose name was turned to this machine cannot push, though to its browser it is same-origin", async () => {
    const host = "rebound.evil.example:7070";
    const page = { "content-type": "application/json", "sec-fetch-site": "same-origin", origin: `http://${host}` };
    const push = { path: "/api/v1/usage", method: "POST" };
    expect((await ask({ ...push, headers: { ...page, host } })).status).toBe(421);
    const own = { ...page, host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` };
    expect((await ask({ ...push, headers: own })).status).toBe(400); // past the doors: it has no key
  });
});

describe("pages of other sites get no data, also by GET", () => {
  const DATA = ["/api/trpc/sources.list", "/%61pi/trpc/sources.list", "/api/cards.csv", "/api/pools.csv"];
  test.each(DATA.flatMap((path) => ["cross-site", "same-site"].map((site) => [path, site] as const)))(
    "%s from %s",
    async (path, site) => {
      const headers = { host: "localhost", "sec-fetch-site": site, "sec-fetch-mode": "no-cors" };
      const answer = await ask({ path, headers });
      expect([answer.status, answer.body]).toEqual([403, expect.stringContaining("only pages of this console")]);
      expect((await ask({ path, method: "HEAD", headers })).status).not.toBe(200);
    },
  );

  test.each(["same-origin", "none"])("our own pages and typed addresses do: %s", async (site) => {
    for (const path of ["/api/trpc/sources.list", "/api/cards.csv"])
      expect((await ask({ path, headers: { host: "localhost", "sec-fetch-site": site } })).status).toBe(200);
  });

  test("a link from elsewhere opens a page", async () => {
    const headers = { host: "dapan.example.com", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    for (const path of ["/", "/costs"]) expect((await ask({ path, headers })).status).toBe(200);
  });

  test("recomputing, which holds locks, is no GET", async () => {
    const input = encodeURIComponent(JSON.stringify({ range: { from: "2026-11-01", to: "2026-11-02" }, filter: {} }));
    const answer = await ask({ path: `/api/trpc/cost.recompute?input=${input}`, headers: { host: "localhost" } });
    expect(answer.status).toBe(405);
  });
});
