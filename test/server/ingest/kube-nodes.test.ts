import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { CollectError, type Fetcher } from "../../../collectors/collector.ts";
import type { Database } from "../../../db/database.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { registerHolders } from "../../../db/store/registry.ts";
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

type Series = Readonly<Record<string, string | number>> & { readonly __name__: string };
const SERIES: Series[] = [
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
const answering = (isUp: () => boolean, series: () => readonly Series[] = () => SERIES): Fetcher => ({
  async get(_key, { body = "", url }) {
    if (!isUp()) throw new CollectError("connect", "nobody answers");
    const asked = decodeURIComponent(body + url.search);
    const result = series()
      .filter((s) => asked.includes(`"${s.__name__}"`))
      .map(({ value = 1, ...metric }) => ({
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

test("what Kubernetes says of holders is kept, told once, and known after a restart", async () => {
  const name = { cluster: "k1", namespace: "a", container: "c", share: 1 };
  const [p = 0, old = 0, other = 0] = await registerHolders(db, [
    { ...name, pod: "p", podUid: "1" },
    { ...name, pod: "p", podUid: "0" },
    { ...name, pod: "other", podUid: "" },
  ]);
  const life = { namespace: "a", pod: "p", uid: "1" };
  const said: Series[] = [
    ...SERIES,
    { __name__: "kube_pod_start_time", ...life, value: NOW / 1000 - 90 },
    { __name__: "kube_pod_owner", ...life, owner_kind: "StatefulSet", owner_name: "chat", owner_is_controller: "true" },
    { __name__: "kube_pod_labels", ...life, label_team: "search", label___proto__: "x\u0000" },
  ];
  let series = said;
  const told: number[][] = [];
  const clock = manualClock(unixMs(NOW));
  const fetcher = answering(
    () => true,
    () => series,
  );
  let fails = false;
  const onHolderFacts = async (ids: readonly number[]) => {
    if (fails) throw new Error("busy");
    told.push([...ids]);
  };
  const kube = new KubeNodes({ db, clock, rules, env: {}, fetcher, onHolderFacts });
  await kube.load();
  await kube.follow(config);
  const round = async () => {
    await clock.advance(MINUTE_MS);
    await vi.waitFor(() => expect(kube.views()[0]?.at).toBe(clock.now()));
    await kube.settled();
  };
  await kube.settled();
  expect(told).toEqual([[p]]);
  expect([p, old, other].map(kube.startedAt)).toEqual([NOW - 90_000, null, null]);
  const rows = () => db.query(`SELECT holder_id, owner_kind || '/' || owner_name AS owner, labels FROM holder_kube`);
  const labels = { team: "search", ["__proto__"]: "x\ufffd" };
  expect(await rows()).toEqual([{ holder_id: p, owner: "StatefulSet/chat", labels }]);

  await round();
  expect(told).toEqual([[p]]); // the same again is nothing new
  const [late = 0] = await registerHolders(db, [{ ...name, pod: "p", container: "sidecar", podUid: "1" }]);
  await round();
  expect(told).toEqual([[p], [late]]);
  series = said.map((one) => (one["label_team"] === undefined ? one : { ...one, label_team: "ads" }));
  fails = true;
  await round();
  fails = false;
  await round();
  expect(told).toEqual([[p], [late], [p, late]]); // who did not hear it is told again
  series = []; // the pod is gone; what was said of it stays
  await round();
  expect(await rows()).toHaveLength(2);
  kube.stop();

  series = said.map((one) => (one["label_team"] === undefined ? one : { ...one, label_team: "ads" }));
  const again = new KubeNodes({ db, clock, rules, env: {}, fetcher, onHolderFacts });
  await again.load();
  expect(again.startedAt(p)).toBe(NOW - 90_000);
  await again.follow(config);
  await again.settled();
  expect(told.slice(3)).toEqual([[p, late]]); // the process before may have ended before it told
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

test("what is said of a node now: ready, there, cordoned; nothing where the last answer is old", async () => {
  const clock = manualClock(unixMs(NOW));
  let isUp = true;
  let series: readonly Series[] = [
    ...SERIES,
    { __name__: "kube_node_status_condition", node: "gpu-1", condition: "Ready", status: "false", value: 1 },
    { __name__: "kube_node_spec_unschedulable", node: "gpu-1", value: 1 },
    { __name__: "kube_node_labels", node: "gpu-2", label_pay: "x" },
  ];
  const kube = new KubeNodes({
    db,
    clock,
    rules,
    env: {},
    fetcher: answering(
      () => isUp,
      () => series,
    ),
  });
  expect(kube.word("k1", "gpu-1")).toEqual({ isReady: null, isInKube: null, isCordoned: null, capacity: null });
  await kube.follow(config);
  expect(kube.word("k1", "gpu-1")).toEqual({ isReady: false, isInKube: true, isCordoned: true, capacity: 8 });
  const slot = { from: unixMs(NOW - MINUTE_MS), to: unixMs(NOW + MINUTE_MS) };
  expect([kube.wasDown("k1", "gpu-1", slot), kube.wasDown("", "gpu-1", slot)]).toEqual([true, true]);
  expect([kube.wasDown("k1", "gpu-2", slot), kube.wasDown("k2", "gpu-1", slot)]).toEqual([false, false]);
  expect(kube.word("k1", "gpu-2")).toEqual({ isReady: null, isInKube: true, isCordoned: null, capacity: null });
  expect(kube.word("k1", "never-named").isInKube).toBeNull();
  expect(kube.word("k2", "gpu-1").isInKube).toBeNull(); // nobody tells of that cluster
  expect(kube.pod("k1", "a", "p", "1")).toMatchObject({ phase: "Running", cards: new Map([["nvidia_com_gpu", 3]]) });
  expect(kube.pod("k1", "a", "gone", "")).toBeNull();

  series = SERIES; // gpu-2 was removed
  await kube.settled();
  await clock.advance(MINUTE_MS);
  await vi.waitFor(() => expect(kube.word("k1", "gpu-2").isInKube).toBe(false));
  isUp = false;
  await clock.advance(6 * MINUTE_MS);
  expect(kube.word("k1", "gpu-1")).toEqual({ isReady: null, isInKube: null, isCordoned: null, capacity: null });
  kube.stop();
});
