import { copyFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { TlsOptions } from "node:tls";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { CollectError, type Fetcher, type GetAnswer, type GetRequest } from "../../../collectors/collector.ts";
import { systemClock } from "../../../server/clock.ts";
import { openFetcher } from "../../../server/egress/fetcher.ts";
import { openPolicy } from "../../../server/egress/policy.ts";
import { type Certificate, makeTlsFixtures, opensslMissing, type TlsFixtures } from "../../services/tls-fixtures.ts";

const MIB = 1024 * 1024;
const BODY = "up 1\n".repeat(2000);

const answers: Readonly<Record<string, RequestListener>> = {
  "/ok": (_, res) => void res.setHeader("content-type", "text/plain; version=0.0.4").end(BODY),
  "/gzip": (_, res) => void res.setHeader("content-encoding", "gzip").end(gzipSync(BODY)),
  "/bomb": (_, res) => void res.setHeader("content-encoding", "gzip").end(gzipSync(Buffer.alloc(50_000_000))),
  "/brotli": (_, res) => void res.setHeader("content-encoding", "br").end("x"),
  "/twice": (_, res) => void res.setHeader("content-encoding", "gzip, gzip").end("x"),
  "/500": (_, res) => void res.writeHead(500, { "content-type": "text/plain" }).end("oh no"),
  "/429": (_, res) => void res.writeHead(429).end(),
  "/redirect": (_, res) => void res.writeHead(302, { location: "https://169.254.169.254/x?token=t" }).end(),
  "/silent": () => {},
  "/short": (_, res) => {
    res.writeHead(200, { "content-length": "1000" }).write("up");
    setTimeout(() => res.destroy(), 20);
  },
  "/endless": (_, res) => {
    const pump = (): void => {
      while (!res.destroyed && res.write("x".repeat(65536)));
      if (!res.destroyed) res.once("drain", pump);
    };
    pump();
  },
  "/endless-brotli": (req, res) => {
    res.setHeader("content-encoding", "br");
    answers["/endless"]?.(req, res);
  },
  "/headers": (_, res) => void res.setHeader("x-long", "x".repeat(20_000)).end(),
  "/echo": (req, res) => {
    let body = "";
    req.on("data", (d: Buffer) => (body += d.toString())).on("end", () => res.end(`${req.method} ${req.headers.authorization} ${body}`));
  },
}; // prettier-ignore

const missing = opensslMissing();
const skip = missing !== null && process.env["DAPAN_REQUIRE_LANES"] !== "1";
if (skip) console.warn(`skipped: TLS of targets: ${missing}`);

let tls: TlsFixtures;
const servers: Server[] = [];
async function serve({ key, cert }: Certificate, more: TlsOptions = {}): Promise<number> {
  const server = createServer({ key, cert, ...more }, (req, res) => answers[req.url ?? ""]?.(req, res));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

let port = 0;
let fetcher: Fetcher | undefined;
beforeAll(async () => {
  if (skip) return;
  tls = makeTlsFixtures();
  port = await serve(tls.good);
});
afterAll(() => {
  if (skip) return;
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
  tls.remove();
});
afterEach(() => fetcher?.close());

function open(allow = ["127.0.0.0/8"]): Fetcher {
  const resolve = async (): Promise<string[]> => ["127.0.0.1"];
  return (fetcher = openFetcher({ policy: openPolicy({ allow }), clock: systemClock, resolve }));
}
function ask(path: string, more: Partial<GetRequest> = {}, at = port, host = "exporter.test"): Promise<GetAnswer> {
  const url = new URL(`https://${host}:${at}${path}`);
  return (fetcher ?? open()).get("k", {
    url,
    headers: {},
    deadlineMs: 3_000,
    maxBytes: 16 * MIB,
    caFile: tls.caFile,
    ...more,
  });
}
async function failureOf(asked: Promise<GetAnswer>): Promise<CollectError> {
  const outcome: unknown = await asked.catch((e: unknown) => e);
  expect(outcome).toBeInstanceOf(CollectError);
  return outcome as CollectError;
}

describe.skipIf(skip)("a target that is not who it says", () => {
  test.each<[string, () => Promise<number>, RegExp]>([
    ["an expired certificate", () => serve(tls.expired), /expired \(CERT_HAS_EXPIRED\)/],
    ["a certificate for another name", () => serve(tls.wrongName), /another name \(ERR_TLS_CERT_ALTNAME_INVALID\)/],
    ["a self-signed certificate", () => serve(tls.selfSigned), /self-signed/],
    ["TLS 1.0", () => serve(tls.good, { minVersion: "TLSv1", maxVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" }), /TLS below 1\.2/],
  ])("%s is refused, with the reason", async (_claim, start, words) => {
    open();
    const error = await failureOf(ask("/ok", {}, await start()));
    expect(error.fault).toBe("tls");
    expect(error.message).toMatch(words);
  }); // prettier-ignore

  test("an authority we were not given is refused", async () => {
    const url = new URL(`https://exporter.test:${port}/ok`);
    const error = await failureOf(open().get("k", { url, headers: {}, deadlineMs: 3000, maxBytes: MIB }));
    expect(error.fault).toBe("tls");
  });
});

describe.skipIf(skip)("a target that is who it says", () => {
  test("is read by name and by address, plain and gzip", async () => {
    open();
    for (const [path, host] of [["/ok", "exporter.test"], ["/gzip", "exporter.test"], ["/ok", "127.0.0.1"]] as const) {
      const answer = await ask(path, {}, port, host);
      expect(Buffer.from(answer.body).toString()).toBe(BODY);
      answer.release?.();
    }
  }); // prettier-ignore

  test("gets a POST with its headers", async () => {
    open();
    const answer = await ask("/echo", { method: "POST", body: "q=1", headers: { authorization: "Bearer s" } });
    expect(Buffer.from(answer.body).toString()).toBe("POST Bearer s q=1");
  });

  test.each<[string, string]>([
    ["/bomb", "body_size_limit"],
    ["/endless", "body_size_limit"],
    ["/brotli", "content_encoding"],
    ["/twice", "content_encoding"],
    ["/500", "http_status"],
    ["/429", "overloaded"],
    ["/redirect", "redirect"],
    ["/short", "truncated"],
    ["/headers", "malformed"],
  ])("%s is %s", async (path, fault) => {
    open();
    const error = await failureOf(ask(path));
    expect(error.fault).toBe(fault);
    expect(error.message).not.toContain("token=t");
  });

  test("loses its connection when its answer is not read to the end", async () => {
    open();
    expect((await failureOf(ask("/endless-brotli"))).fault).toBe("content_encoding");
    const connections = (): Promise<number> =>
      new Promise((resolve) => servers[0]?.getConnections((_, count) => resolve(count)));
    await expect.poll(connections).toBe(0);
  });

  test("ends at the deadline when it does not answer", async () => {
    open();
    const started = performance.now();
    expect((await failureOf(ask("/silent", { deadlineMs: 300 }))).fault).toBe("timeout");
    expect(performance.now() - started).toBeLessThan(800);
  });

  test("is not dialled where the policy says no", async () => {
    open([]);
    expect((await failureOf(ask("/ok"))).fault).toBe("refused_by_policy");
  });

  test("that is gone is connect", async () => {
    open();
    expect((await failureOf(ask("/ok", {}, 1))).fault).toBe("connect");
  });
});

test.skipIf(skip)(
  "a CA file that is replaced counts from the next request on; a missing one is bad_config",
  async () => {
    open();
    const mine = `${tls.caFile}.mine`;
    writeFileSync(mine, "");
    expect((await failureOf(ask("/ok", { caFile: mine }))).fault).toBe("tls");
    copyFileSync(tls.caFile, mine);
    utimesSync(mine, 1, 1);
    expect((await ask("/ok", { caFile: mine })).status).toBe(200);
    rmSync(mine);
    await wait(1);
    expect((await failureOf(ask("/ok", { caFile: mine }))).fault).toBe("bad_config");
  },
);
