import { expect, test } from "vitest";
import type { KubeNode } from "../../../db/model/kube.ts";
import { HOUR_MS, MINUTE_MS, SLOT_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { DownNodes } from "../../../server/ingest/down-nodes.ts";

const T0 = unixMs(Date.UTC(2026, 10, 20, 8));
const slot = (n: number) => ({ from: unixMs(T0 + n * SLOT_MS), to: unixMs(T0 + (n + 1) * SLOT_MS) });
const node = (name: string, said: Pick<KubeNode, "isReady" | "hasLostContact">): KubeNode => ({
  cluster: "k",
  name,
  labels: new Map(),
  providerId: "",
  isUnschedulable: null,
  capacity: new Map(),
  ...said,
});
const down = (...nodes: readonly (readonly [KubeNode, number])[]): DownNodes => {
  const all = new DownNodes();
  for (const [one, minutes] of nodes) all.hear([one], unixMs(T0 + minutes * MINUTE_MS));
  return all;
};

test.each([
  ["not ready in the slot", { isReady: false }, 3, true],
  ["its kubelet fell silent to Kubernetes", { isReady: null, hasLostContact: true as const }, 3, true],
  ["said right after the slot", { isReady: false }, 5, true],
  ["said too late to be about it", { isReady: false }, 6, false],
  ["said before it", { isReady: false }, -1, false],
  ["ready", { isReady: true }, 3, false],
  ["nothing said of it", { isReady: null }, 3, false],
] as const)("%s", (_, said, minutes, isDown) => {
  expect(down([node("n", said), minutes]).wasDown({ cluster: "k", name: "n" }, slot(0))).toBe(isDown);
});

test("each node has its own word, and what is an hour old is forgotten", () => {
  const all = down([node("a", { isReady: false }), 1], [node("b", { isReady: false }), 2]);
  expect(all.wasDown({ cluster: "other", name: "a" }, slot(0))).toBe(false);
  all.hear([node("b", { isReady: true })], unixMs(T0 + HOUR_MS + MINUTE_MS));
  expect(all.wasDown({ cluster: "k", name: "a" }, slot(0))).toBe(false);
  expect(all.wasDown({ cluster: "k", name: "b" }, slot(0))).toBe(true);
});
