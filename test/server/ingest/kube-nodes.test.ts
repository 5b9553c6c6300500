import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CollectError, type Fetcher } from "../../../collectors/collector.ts";
import type { Database } from "../../../db/database.ts";
import { unixMs } from "../../../db/model/units.ts";
import { readConfig } from "../../../server/config/read.ts";
import { placeOf } from "../../../server/config/place-rules.ts";
import { KubeNodes } from "../../../server/ingest/kube-nodes.ts";
import { freshDataDir, open } from "../../db/databases.ts";
import { frame, sighting } from "../../tools/frames.ts";
import { manualClock } from "../../tools/manual-clock.ts";

const NOW = Date.UTC(2026, 0, 5);
let dataDir = "";
let db: Database;
beforeAll(async () => {
  dataDir = await freshDataDir();
  db = await open({ dataDir });
}, 60_000);
afterAll(async () => {
  await db?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const SERIES = [
  {
    __name__: "kube_node_labels",
    node: "gpu-1",
    label_failure_domain_beta_kubernetes_io_region: "sh-1",
    label_pay: "包年包月",
  },
  { __name__: "kube_node_status_capacity", node: "gpu-1", resource: "nvidia_com_gpu", value: 8 },
  { __name__: "kube_pod_info", node: "gpu-1", namespace: "a", pod: "p", uid: "1" },
  { __name__: "kube_pod_status_phase", namespace: "a", pod: "p", uid: "1", phase: "Running" },
  {
    __name__: "kube_pod_container_resource_requests",
    namespace: "a",
    pod: "p",
    uid: "1",
    container: "c",
    resource: "nvidia_com_gpu",
    value: 3,
  },
];
const answering = (isUp: () => boolean): Fetcher => ({
  async get(_key, { body = "", url }) {
    if (!isUp()) throw new CollectError("connect", "nobody answers");
    const asked = decodeURIComponent(body + url.search);
    const result = SERIES.filter((s) => asked.includes(`"${s.__name__}"`)).map(({ value = 1, ...metric }) => ({
      metric,
      value: [NOW / 1000, String(value)],
    }));
    const text = JSON.stringify({ status: "success", data: { resultType: "vector", result } });
    return { status: 200, contentType: "application/json", dateHeader: "", body: new TextEncoder().encode(text) };
  },
  forget: () => undefined,
  close: async () => undefined,
});

const reading = readConfig(
  `labels: {billing: {from: [billing, pay], rename: {包年包月: monthly}}, vendor: {constant: cloud-a}}
sources: [{name: prom, type: prometheus, url: "http://prom:9090", kubeStateMetrics: true, labels: {cluster: k1}}]`,
  "dapan.yaml",
  {},
);
if (!reading.ok) throw new Error(JSON.stringify(reading.faults));
const { config } = reading;
const rules = () => config.labels;
const said = (labels: Record<string, string>) => placeOf(new Map(Object.entries(labels)), config.labels).place;
const on = (place: ReturnType<typeof said>) => ({ ...frame("x", NOW, [sighting("a", { node: "gpu-1" })], {}), place });

test("labels of a node say what the target leaves unsaid, before the first card is placed, and after a restart", async () => {
  const clock = manualClock(unixMs(NOW));
  const first = new KubeNodes({ db, clock, rules, env: {}, fetcher: answering(() => true) });
  await first.load();
  const place = said({ cluster: "k1", zone: "z" });
  expect(first.fill(on(place)).place).toBe(place);
  await first.follow(config);
  const filled = first.fill(on(place)).place;
  expect(filled).toEqual({ vendor: "cloud-a", region: "sh-1", zone: "z", cluster: "k1", billing: "monthly" });
  expect(first.fill(on(place)).place).toBe(filled);
  expect(first.fill(on(said({ cluster: "k1", region: "own" }))).place.region).toBe("own");
  expect(first.fill(on(said({ cluster: "k2" }))).place.region).toBe("");
  expect([first.node("k1", "gpu-1")?.capacity.get("nvidia_com_gpu"), first.requested("k1", "gpu-1")]).toEqual([8, 3]);
  first.stop();

  const again = new KubeNodes({ db, clock, rules, env: {}, fetcher: answering(() => false) });
  await again.load();
  expect(again.fill(on(place)).place).toEqual(filled);
  const following = again.follow(config);
  await clock.advance(10_000);
  await following;
  expect(again.fill(on(place)).place).toEqual(filled);
  expect(again.views()[0]?.error).toBe("nobody answers");
  again.stop();
});

test("a key that is nearly right is told", () => {
  const wrong = readConfig(
    `sources: [{name: p, type: prometheus, url: "http://p", kubeStateMetric: true}]`,
    "dapan.yaml",
    {},
  );
  expect(wrong.ok ? [] : wrong.faults.map((f) => f.expected)).toEqual(["kubeStateMetrics (did you mean that?)"]);
});
