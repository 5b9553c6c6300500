import { gunzipSync } from "node:zlib";
import { get } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseJsonTargets } from "../../../collectors/discovery/parse-targets.ts";
import { PLAIN_METRICS } from "../../../collectors/discovery/target.ts";
import { CardTarget } from "../../../collectors/card-target.ts";
import { expositionMode } from "../../../collectors/exposition/content-type.ts";
import { renderDcgm } from "../../../collectors/simulator/dcgm-text.ts";
import { type FleetServer, serveFleet } from "../../../collectors/simulator/serve.ts";
import { unixMs } from "../../../db/model/units.ts";
import { manualClock } from "../../tools/manual-clock.ts";

const START = Date.UTC(2026, 10, 20, 12);
const clock = manualClock(unixMs(START));
let server: FleetServer;

beforeAll(async () => {
  server = await serveFleet({ clock, cards: 1_000, seed: 1 });
});
afterAll(() => server.stop());

type Got = { readonly status: number; readonly type: string; readonly encoding: string; readonly body: Buffer };

function fetchOf(path: string, headers: Record<string, string> = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    get(`${server.url}${path}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const { statusCode: status = 0, headers: said } = response;
        resolve({
          status,
          type: said["content-type"] ?? "",
          encoding: said["content-encoding"] ?? "",
          body: Buffer.concat(chunks),
        });
      });
      response.on("error", reject);
    }).on("error", reject);
  });
}

const alive = () => server.fleet.nodes.filter((n) => server.fleet.outageAt(n, clock.now()) === undefined);

test("every card exporter that is up answers a body the collector reads, cards and all", async () => {
  for (const node of alive().slice(0, 60)) {
    const got = await fetchOf(`/n/${node.name}/metrics`);
    expect(got.status).toBe(200);
    const about = { origin: node.name, at: clock.now(), reachMs: 30_000, place: node.pool.place, node: node.name };
    const { frame, duplicates, refused } = new CardTarget().toFrame(got.body, expositionMode(got.type), about);
    expect(duplicates, node.name).toBe(0);
    expect(refused, node.name).toBe(0);
    expect(frame.cards.length).toBeGreaterThan(node.size - 2);
  }
});

test("gzip is given to who asks for it, and holds the same bytes", async () => {
  const [node] = alive();
  const plain = await fetchOf(`/n/${node?.name}/metrics`);
  const packed = await fetchOf(`/n/${node?.name}/metrics`, { "accept-encoding": "gzip" });
  expect(plain.encoding).toBe("");
  expect(packed.encoding).toBe("gzip");
  expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
});

test("the body follows the clock", async () => {
  const node = alive().find((n) => n.style === "site");
  if (node === undefined) throw new Error("some node is up");
  const first = await fetchOf(`/n/${node.name}/metrics`);
  await clock.advance(60_000);
  const second = await fetchOf(`/n/${node.name}/metrics`);
  expect(second.body.equals(first.body)).toBe(false);
  expect(second.body.toString()).toBe(renderDcgm(server.fleet, node, clock.now()));
});

test("service discovery lists every card exporter with where it stands, in the form we read", async () => {
  const got = await fetchOf("/sd");
  expect(got.type).toBe("application/json");
  const targets = parseJsonTargets({
    text: got.body.toString(),
    place: "sd",
    extra: new Map(),
    defaults: PLAIN_METRICS,
  });
  const listed = server.targets.filter((t) => t.job === "card-exporter");
  expect(targets.map((t) => t.origin)).toEqual(listed.map((t) => t.url));
  expect(Object.fromEntries(targets[0]?.labels ?? [])).toEqual({ job: "card-exporter", ...listed[0]?.labels });
  const all = JSON.parse((await fetchOf("/sd?job=all")).body.toString()) as unknown[];
  expect(all).toHaveLength(server.targets.length);
});

test("an exporter that is down hangs up or answers 503, and an order can silence any", async () => {
  const silent = server.fleet.nodes.filter((n) => server.fleet.outageAt(n, clock.now()) !== undefined);
  expect(silent.length).toBeGreaterThan(0); // the show has one
  for (const node of silent) {
    const got = await fetchOf(`/n/${node.name}/metrics`).then(
      (g) => g.status,
      () => "hung up",
    );
    expect([503, "hung up"]).toContain(got);
  }
  const node = alive().at(-1);
  expect((await fetchOf(`/fault?node=${node?.name}&kind=down`)).status).toBe(200);
  await expect(fetchOf(`/n/${node?.name}/metrics`)).rejects.toThrow();
  expect((await fetchOf(`/fault?node=${node?.name}&kind=up`)).status).toBe(200);
  expect((await fetchOf(`/n/${node?.name}/metrics`)).status).toBe(200);
  expect((await fetchOf(`/fault?node=nobody&kind=up`)).status).toBe(404);
  expect((await fetchOf(`/fault?node=${node?.name}&kind=sideways`)).status).toBe(400);
});

test("a path that is nothing is 404, whatever stands in it", async () => {
  for (const path of ["/", "/n/nobody/metrics", "/ksm/nowhere", "/n/%E0%A4%A/metrics", "/n/../../etc/passwd"]) {
    expect((await fetchOf(path)).status, path).toBe(404);
  }
});

test("an empty fleet serves, and its discovery is an empty list", async () => {
  const none = await serveFleet({ clock, cards: 0 });
  try {
    expect(none.targets).toEqual([]);
    const body = await new Promise<string>((resolve, reject) => {
      get(`${none.url}/sd`, (r) => r.setEncoding("utf8").on("data", resolve)).on("error", reject);
    });
    expect(body).toBe("[]");
  } finally {
    await none.stop();
  }
});
