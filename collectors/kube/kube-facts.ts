import { type UnixMs, unixMs } from "../../db/model/units.ts";
import { KUBE_PHASES, type KubeNode, type KubeOwner, type KubePhase, type KubePod } from "../../db/model/kube.ts";

/** One series of kube-state-metrics and its value. */
export type KubeSeries = {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
};

/** Resource names that stand for cards, as kube-state-metrics spells them (facts/other-metrics.md 1). */
export const CARD_RESOURCES = "nvidia_com_(gpu.*|mig_.*)|huawei_com_.*|amd_com_gpu";
const CARD_RESOURCE = new RegExp(`^(?:${CARD_RESOURCES})$`);

type Draft<T> = { -readonly [K in keyof T]: T[K] };
type NodeDraft = Draft<Omit<KubeNode, "labels" | "capacity">> & {
  labels: Map<string, string>;
  capacity: Map<string, number>;
};
type PodDraft = Draft<Omit<KubePod, "labels" | "cards">> & {
  createdAt: KubePod["startedAt"];
  labels: Map<string, string>;
  containers: Map<string, number>; // "resource\0container" → cards
};

/**
 * Nodes and pods out of kube-state-metrics' series, in any order. Of two replicas that say the same the first counts.
 * Where service discovery pushed the pod's own labels aside they are read from `exported_…`.
 */
export function kubeFacts(series: readonly KubeSeries[]): { readonly nodes: KubeNode[]; readonly pods: KubePod[] } {
  const nodes = new Map<string, NodeDraft>();
  const pods = new Map<string, PodDraft>();
  const owners = new Map<string, KubeOwner>();
  for (const one of series) {
    if (one.name.startsWith("kube_node_")) readNode(one, nodes);
    else if (one.name.startsWith("kube_pod_")) readPod(one, pods);
    else readOwner(one, owners);
  }
  return {
    nodes: [...nodes.values()].toSorted(byKey((n) => [n.cluster, n.name])),
    pods: [...pods.values()]
      .map((pod) => finished(pod, owners))
      .toSorted(byKey((p) => [p.cluster, p.namespace, p.name, p.uid])),
  };
}

function readNode({ name, labels, value }: KubeSeries, nodes: Map<string, NodeDraft>): void {
  const cluster = labels.get("cluster") ?? "";
  const node = said(labels, "node");
  if (node === "") return;
  const key = keyOf(cluster, node);
  let draft = nodes.get(key);
  if (draft === undefined) {
    draft = {
      cluster,
      name: node,
      labels: new Map(),
      providerId: "",
      isReady: null,
      isUnschedulable: null,
      capacity: new Map(),
    };
    nodes.set(key, draft);
  }
  if (name === "kube_node_info") draft.providerId ||= labels.get("provider_id") ?? "";
  else if (name === "kube_node_labels") addLabels(labels, draft.labels);
  else if (name === "kube_node_spec_unschedulable") draft.isUnschedulable ??= value === 1;
  else if (name === "kube_node_status_capacity") addCards(labels.get("resource") ?? "", value, draft.capacity);
  else if (name === "kube_node_status_condition" && labels.get("condition") === "Ready" && value === 1) {
    const status = labels.get("status");
    if (status === "true" || status === "false") draft.isReady ??= status === "true";
    else if (status === "unknown") draft.hasLostContact = true;
  }
}

function readPod({ name, labels, value }: KubeSeries, pods: Map<string, PodDraft>): void {
  const cluster = labels.get("cluster") ?? "";
  const namespace = said(labels, "namespace");
  const pod = said(labels, "pod");
  if (pod === "") return;
  const uid = said(labels, "uid");
  const key = keyOf(cluster, namespace, pod, uid);
  let draft = pods.get(key);
  if (draft === undefined) {
    draft = {
      cluster,
      namespace,
      name: pod,
      uid,
      node: "",
      phase: null,
      owner: null,
      startedAt: null,
      createdAt: null,
      labels: new Map(),
      containers: new Map(),
    };
    pods.set(key, draft);
  }
  if (name === "kube_pod_labels") addLabels(labels, draft.labels);
  else if (name === "kube_pod_status_phase" && value === 1) draft.phase ??= phaseOf(labels.get("phase") ?? "");
  else if (name === "kube_pod_owner" && labels.get("owner_is_controller") !== "false") {
    draft.owner = ownerOf(labels, "owner_kind", "owner_name") ?? draft.owner; // says more than created_by
  } else if (name === "kube_pod_info") {
    draft.node ||= said(labels, "node");
    draft.owner ??= ownerOf(labels, "created_by_kind", "created_by_name");
  } else if (name === "kube_pod_start_time") draft.startedAt ??= instantOf(value);
  else if (name === "kube_pod_created") draft.createdAt ??= instantOf(value);
  else if (name === "kube_pod_container_resource_requests") {
    const resource = labels.get("resource") ?? "";
    addCards(resource, value, draft.containers, `${resource}\0${said(labels, "container")}`);
    draft.node ||= said(labels, "node");
  }
}

/** ReplicaSet → Deployment, Job → CronJob or TrainJob. */
function readOwner({ name, labels }: KubeSeries, owners: Map<string, KubeOwner>): void {
  const owner = ownerOf(labels, "owner_kind", "owner_name");
  if (owner === null || labels.get("owner_is_controller") === "false") return;
  const cluster = labels.get("cluster") ?? "";
  const namespace = said(labels, "namespace");
  if (name === "kube_replicaset_owner")
    owners.set(keyOf(cluster, namespace, "ReplicaSet", labels.get("replicaset") ?? ""), owner);
  else if (name === "kube_job_owner") owners.set(keyOf(cluster, namespace, "Job", said(labels, "job_name")), owner);
}

/** Unix seconds as an instant; a pod of before 2000 or of the far future is a slip of somebody's clock. */
function instantOf(seconds: number): UnixMs | null {
  const ms = Math.round(seconds * 1000);
  return ms >= EARLIEST_MS && ms < LATEST_MS ? unixMs(ms) : null;
}
const EARLIEST_MS = Date.UTC(2000);
const LATEST_MS = Date.UTC(2200);

function finished({ containers, createdAt, ...pod }: PodDraft, owners: ReadonlyMap<string, KubeOwner>): KubePod {
  const cards = new Map<string, number>();
  for (const [key, count] of containers) {
    const resource = key.slice(0, key.indexOf("\0"));
    cards.set(resource, (cards.get(resource) ?? 0) + count);
  }
  return { ...pod, startedAt: pod.startedAt ?? createdAt, owner: topOwner(pod, owners), cards };
}

/** Up the chain as far as it is known; a chain that turns back on itself ends after a few steps. */
function topOwner(
  { cluster, namespace, owner }: Pick<KubePod, "cluster" | "namespace" | "owner">,
  owners: ReadonlyMap<string, KubeOwner>,
): KubeOwner | null {
  let top = owner;
  for (let step = 0; top !== null && step < 4; step += 1) {
    const next = owners.get(keyOf(cluster, namespace, top.kind, top.name));
    if (next === undefined) return top;
    top = next;
  }
  return top;
}

/** kube-state-metrics says `<none>` (older: nothing) where there is no owner. */
function ownerOf(labels: ReadonlyMap<string, string>, kind: string, name: string): KubeOwner | null {
  const owner = { kind: labels.get(kind) ?? "", name: labels.get(name) ?? "" };
  return owner.kind === "" || owner.kind === "<none>" || owner.name === "" ? null : owner;
}

function phaseOf(text: string): KubePhase | null {
  return KUBE_PHASES.find((phase) => phase === text) ?? null;
}

function addLabels(labels: ReadonlyMap<string, string>, into: Map<string, string>): void {
  for (const [name, value] of labels) {
    if (name.startsWith("label_") && !into.has(name.slice(6))) into.set(name.slice(6), value);
  }
}

function addCards(resource: string, value: number, into: Map<string, number>, key = resource): void {
  if (CARD_RESOURCE.test(resource) && Number.isFinite(value) && !into.has(key)) into.set(key, value);
}

/** The object's own label: `exported_x` where the target's labels took the name `x`. */
function said(labels: ReadonlyMap<string, string>, name: string): string {
  return labels.get(`exported_${name}`) ?? labels.get(name) ?? "";
}

const keyOf = (...parts: readonly string[]): string => parts.join("\0");

function byKey<T>(keys: (item: T) => readonly string[]): (a: T, b: T) => number {
  return (a, b) => {
    const [x, y] = [keyOf(...keys(a)), keyOf(...keys(b))];
    return x === y ? 0 : x < y ? -1 : 1;
  };
}
