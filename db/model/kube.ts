import type { UnixMs } from "./units.ts";

/** Labels of Kubernetes objects, in kube-state-metrics' spelling: every character but letters and digits is "_". */
export type KubeLabels = ReadonlyMap<string, string>;

/** A node as Kubernetes sees it. null = not said, which is neither true nor false. */
export type KubeNode = {
  readonly cluster: string;
  readonly name: string;
  readonly labels: KubeLabels;
  readonly providerId: string; // "" when not said
  readonly isReady: boolean | null; // null also when Kubernetes itself does not know
  readonly hasLostContact?: true; // Ready is unknown: its kubelet is silent to Kubernetes, as of a node without power
  readonly isUnschedulable: boolean | null; // cordoned
  readonly capacity: ReadonlyMap<string, number>; // cards by resource name: "nvidia_com_gpu" → 8; may not fall on a drop
};

/** What a pod belongs to in the end: its Deployment, not the ReplicaSet in between. */
export type KubeOwner = { readonly kind: string; readonly name: string };

export const KUBE_PHASES = ["Pending", "Running", "Succeeded", "Failed", "Unknown"] as const;
export type KubePhase = (typeof KUBE_PHASES)[number];

/** A pod. Names are used again (StatefulSets): `uid` tells one life from the next. */
export type KubePod = {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string; // "" when not said
  readonly node: string; // "" while not scheduled
  readonly phase: KubePhase | null;
  readonly owner: KubeOwner | null; // null = nobody, or not said
  readonly labels: KubeLabels;
  readonly cards: ReadonlyMap<string, number>; // cards requested by resource name; empty = none
  readonly startedAt: UnixMs | null; // when a node took it up, else when it was made; null = not said
};

/** Kubernetes as one Prometheus knew it at an instant. */
export type KubeFacts = { readonly at: UnixMs; readonly nodes: readonly KubeNode[]; readonly pods: readonly KubePod[] };
