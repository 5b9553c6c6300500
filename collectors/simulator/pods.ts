/** The pods that hold cards on a node at an instant, as Kubernetes would list them. */
import type { Fleet } from "./fleet.ts";
import { mix } from "./hash.ts";
import { podUid, type Tenant } from "./lane.ts";
import type { SimNode } from "./layout.ts";

export type SimPod = {
  readonly tenant: Tenant;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly node: SimNode;
  readonly resource: string; // as kube-state-metrics spells it
  cards: number; // or instances, or shares
};

/** Pods in order of their first card. A gang's pod holds all cards of its node. */
export function podsOn(fleet: Fleet, node: SimNode, t: number): SimPod[] {
  const pods = new Map<string, SimPod>();
  for (const card of fleet.host(node).cards) {
    card.fate.seek(t);
    if (card.fate.gone) continue;
    for (const [i, lane] of card.lanes.entries()) {
      lane.seek(t);
      const tenant = lane.tenantAt(t);
      if (tenant === null) continue;
      const { namespace, pod } = tenant.holder;
      const known = pods.get(`${namespace}/${pod}`);
      if (known !== undefined) {
        known.cards++;
        continue;
      }
      pods.set(`${namespace}/${pod}`, {
        tenant,
        namespace,
        name: pod,
        uid: podUid(namespace, pod, mix(tenant.key, node.key)),
        node,
        resource: resourceOf(node, card.migs[i]?.profile),
        cards: 1,
      });
    }
  }
  return [...pods.values()];
}

function resourceOf(node: SimNode, profile: string | undefined): string {
  if (node.pool.type.maker === "ascend") return "huawei_com_Ascend910";
  if (profile !== undefined) return `nvidia_com_mig_${profile.replace(".", "_")}`;
  return node.role === "sliced" ? "nvidia_com_gpu_shared" : "nvidia_com_gpu";
}
