import type { KubeNode } from "../../db/model/kube.ts";
import { HOUR_MS, MINUTE_MS, type Window } from "../../db/model/time.ts";
import type { UnixMs } from "../../db/model/units.ts";

/** Slots are closed within minutes; what was said earlier explains none that is still open. */
const KEPT_MS = HOUR_MS;
/** Kubernetes is asked once a minute: what ended a slot may be told right after it. */
const LATE_MS = MINUTE_MS;

/**
 * When Kubernetes said a node was down: its kubelet said it is not ready, or fell silent to Kubernetes. Why cards of it were
 * not read is then known; without this word a silent exporter is only that.
 */
export class DownNodes {
  private readonly heard = new Map<string, UnixMs[]>(); // cluster and node → when it was said, ascending

  hear(nodes: readonly KubeNode[], at: UnixMs): void {
    for (const node of nodes) {
      if (node.isReady !== false && node.hasLostContact !== true) continue;
      const key = keyOf(node);
      const said = this.heard.get(key) ?? [];
      this.heard.set(key, [...said.filter((before) => before < at && before > at - KEPT_MS), at]);
    }
    for (const [key, said] of this.heard) if ((said.at(-1) ?? 0) <= at - KEPT_MS) this.heard.delete(key);
  }

  /** Whether it was said within the window or right after it. */
  wasDown(node: Pick<KubeNode, "cluster" | "name">, { from, to }: Window): boolean {
    return this.heard.get(keyOf(node))?.some((at) => at >= from && at < to + LATE_MS) ?? false;
  }
}

const keyOf = ({ cluster, name }: Pick<KubeNode, "cluster" | "name">): string => `${cluster}\0${name}`;
