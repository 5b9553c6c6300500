/** What kube-state-metrics of a cluster answers: the families Dapan reads (facts/other-metrics.md section 1). */
import { family, labelText } from "../exposition-writer.ts";
import { beatOf } from "./dcgm-text.ts";
import type { Fleet } from "./fleet.ts";
import type { SimNode } from "./layout.ts";
import { podsOn, type SimPod } from "./pods.ts";

type Rows = (readonly [labels: string, value: number])[];

const PHASES = ["Pending", "Succeeded", "Failed", "Unknown", "Running"] as const;

/** The body of a cluster's kube-state-metrics at `t`. "" for a cluster without nodes. */
export function renderKsm(fleet: Fleet, cluster: string, t: number): string {
  const beat = beatOf(t);
  const nodes = fleet.clusters.get(cluster) ?? [];
  const down = new Set(nodes.filter((node) => fleet.outageAt(node, beat)?.kind === "node_down"));
  const pods = nodes.filter((node) => !down.has(node)).flatMap((node) => podsOn(fleet, node, beat));
  return nodeFamilies(nodes, down) + podFamilies(pods) + ownerFamilies(pods);
}

function nodeFamilies(nodes: readonly SimNode[], down: ReadonlySet<SimNode>): string {
  const info: Rows = [];
  const labels: Rows = [];
  const conditions: Rows = [];
  const unschedulable: Rows = [];
  const capacity: Rows = [];
  for (const node of nodes) {
    const { place, type } = node.pool;
    info.push([
      labelText([
        ["node", node.name],
        ["kernel_version", "5.15.0-101-generic"],
        ["os_image", "Ubuntu 22.04.4 LTS"],
        ["container_runtime_version", "containerd://1.7.13"],
        ["kubelet_version", "v1.28.9"],
        ["provider_id", `${place.vendor}://${place.region}/${node.name}`],
      ]),
      1,
    ]);
    labels.push([
      labelText([
        ["node", node.name],
        ["label_topology_kubernetes_io_region", place.region],
        ["label_topology_kubernetes_io_zone", place.zone],
        ["label_nvidia_com_gpu_product", type.modelName.replaceAll(" ", "-")],
        ["label_node_kubernetes_io_instance_type", `${type.short}.${node.size}x`],
        ["label_billing", place.billing],
        ["label_role", node.role],
      ]),
      1,
    ]);
    for (const status of ["true", "false", "unknown"] as const) {
      const now = down.has(node) ? "unknown" : "true"; // a kubelet that fell silent makes Ready unknown
      conditions.push([
        labelText([
          ["node", node.name],
          ["condition", "Ready"],
          ["status", status],
        ]),
        Number(status === now),
      ]);
    }
    unschedulable.push([labelText([["node", node.name]]), 0]);
    const resource = type.maker === "ascend" ? "huawei_com_Ascend910" : "nvidia_com_gpu";
    capacity.push([
      labelText([
        ["node", node.name],
        ["resource", resource],
        ["unit", "integer"],
      ]),
      node.size,
    ]);
  }
  return (
    family("kube_node_info", "[STABLE] Information about a cluster node.", "gauge", info) +
    family("kube_node_labels", "[STABLE] Kubernetes labels converted to Prometheus labels.", "gauge", labels) +
    family("kube_node_status_condition", "[STABLE] The condition of a cluster node.", "gauge", conditions) +
    family("kube_node_spec_unschedulable", "[STABLE] Whether a node can schedule new pods.", "gauge", unschedulable) +
    family(
      "kube_node_status_capacity",
      "[STABLE] The total amount of resources available for a node.",
      "gauge",
      capacity,
    )
  );
}

function podFamilies(pods: readonly SimPod[]): string {
  const info: Rows = [];
  const owner: Rows = [];
  const labels: Rows = [];
  const phase: Rows = [];
  const created: Rows = [];
  const requests: Rows = [];
  for (const pod of pods) {
    const { namespace, name, uid, tenant } = pod;
    const who = [
      ["namespace", namespace],
      ["pod", name],
      ["uid", uid],
    ] as const;
    const [kind, ownerName] = tenant.owner;
    info.push([
      labelText([
        ...who,
        ["host_ip", "10.0.0.1"],
        ["pod_ip", ""],
        ["node", pod.node.name],
        ["created_by_kind", kind],
        ["created_by_name", ownerName],
        ["priority_class", ""],
        ["host_network", "false"],
      ]),
      1,
    ]);
    owner.push([
      labelText([...who, ["owner_kind", kind], ["owner_name", ownerName], ["owner_is_controller", "true"]]),
      1,
    ]);
    labels.push([
      labelText([...who, ["label_app", tenant.app], ["label_feature", namespace], ["label_team", tenant.team]]),
      1,
    ]);
    for (const p of PHASES) phase.push([labelText([...who, ["phase", p]]), Number(p === "Running")]);
    created.push([labelText(who), Math.floor(tenant.since / 1_000)]);
    requests.push([
      labelText([
        ...who,
        ["container", tenant.holder.container],
        ["node", pod.node.name],
        ["resource", pod.resource],
        ["unit", "integer"],
      ]),
      pod.cards,
    ]);
  }
  return (
    family("kube_pod_info", "[STABLE] Information about pod.", "gauge", info) +
    family("kube_pod_owner", "[STABLE] Information about the Pod's owner.", "gauge", owner) +
    family("kube_pod_labels", "[STABLE] Kubernetes labels converted to Prometheus labels.", "gauge", labels) +
    family("kube_pod_status_phase", "[STABLE] The pods current phase.", "gauge", phase) +
    family("kube_pod_created", "[STABLE] Unix creation timestamp", "gauge", created) +
    family(
      "kube_pod_container_resource_requests",
      "[EXPERIMENTAL] The number of requested request resource by a container.",
      "gauge",
      requests,
    ) +
    family(
      "kube_pod_container_resource_limits",
      "[EXPERIMENTAL] The number of requested limit resource by a container.",
      "gauge",
      requests,
    )
  );
}

/** ReplicaSet → Deployment and Job → nothing: the chain an owner is resolved along. */
function ownerFamilies(pods: readonly SimPod[]): string {
  const sets: Rows = [];
  const seen = new Set<string>();
  for (const { namespace, tenant } of pods) {
    const [kind, name] = tenant.owner;
    if (kind !== "ReplicaSet" || seen.has(`${namespace}/${name}`)) continue;
    seen.add(`${namespace}/${name}`);
    sets.push([
      labelText([
        ["namespace", namespace],
        ["replicaset", name],
        ["owner_kind", "Deployment"],
        ["owner_name", tenant.app],
        ["owner_is_controller", "true"],
      ]),
      1,
    ]);
  }
  return family("kube_replicaset_owner", "[STABLE] Information about the ReplicaSet's owner.", "gauge", sets);
}
