import type { KubeLabels, KubeNode, KubePod } from "../../db/model/kube.ts";

/** Where a node stands and what it is, by the well-known labels. "" = not said. */
export type NodePlacement = {
  readonly region: string;
  readonly zone: string;
  readonly instanceType: string;
  readonly cardProduct: string; // "NVIDIA-A100-SXM4-80GB"
};

/** Well-known labels in kube-state-metrics' spelling, the beta names of before Kubernetes 1.17 last. */
export function placementOf({ labels }: { readonly labels: KubeLabels }): NodePlacement {
  const first = (...names: readonly string[]): string => {
    for (const name of names) {
      const value = labels.get(name);
      if (value !== undefined && value !== "") return value;
    }
    return "";
  };
  return {
    region: first("topology_kubernetes_io_region", "failure_domain_beta_kubernetes_io_region"),
    zone: first("topology_kubernetes_io_zone", "failure_domain_beta_kubernetes_io_zone"),
    instanceType: first("node_kubernetes_io_instance_type", "beta_kubernetes_io_instance_type"),
    cardProduct: first("nvidia_com_gpu_product", "accelerator_name", "accelerator_huawei_com_device_type"),
  };
}

/** Finds the node of a card: by cluster and name; without a cluster only where the name is unique. */
export function nodeIndex(nodes: readonly KubeNode[]): (cluster: string, name: string) => KubeNode | null {
  const exact = new Map(nodes.map((node) => [`${node.cluster}\0${node.name}`, node]));
  const unique = new Map<string, KubeNode | null>();
  for (const node of nodes) unique.set(node.name, unique.has(node.name) ? null : node);
  return (cluster, name) => exact.get(`${cluster}\0${name}`) ?? (cluster === "" ? (unique.get(name) ?? null) : null);
}

/** How an exporter names the holder of a card. */
export type HolderName = {
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
};

/**
 * Finds the pod that holds a card. By uid where both sides say one, for names are used again; else by cluster, namespace
 * and name, the running life first. Pods that are done hold no card.
 */
export function podIndex(pods: readonly KubePod[]): (holder: HolderName) => KubePod | null {
  const byUid = new Map<string, KubePod>();
  const byName = new Map<string, KubePod>();
  for (const pod of pods) {
    if (pod.uid !== "") byUid.set(pod.uid, pod);
    const key = `${pod.cluster}\0${pod.namespace}\0${pod.name}`;
    const before = byName.get(key);
    if (before === undefined || rank(pod) > rank(before)) byName.set(key, pod);
  }
  return ({ cluster, namespace, pod, podUid }) => {
    const named = byName.get(`${cluster}\0${namespace}\0${pod}`) ?? null;
    if (podUid === "") return named !== null && holdsCards(named) ? named : null;
    return byUid.get(podUid) ?? (named !== null && named.uid === "" ? named : null);
  };
}

/** Whether a pod may have cards of its own now: only a running pod counts as allocated (a pending one has none yet). */
export function holdsCards(pod: KubePod): boolean {
  return pod.phase === "Running" || pod.phase === "Unknown" || pod.phase === null;
}

const rank = (pod: KubePod): number => (pod.phase === "Running" ? 2 : holdsCards(pod) ? 1 : 0);
