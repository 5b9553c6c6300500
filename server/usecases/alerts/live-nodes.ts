import type { TargetView } from "../../../db/model/views.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import type { RoundNode } from "../../domain/health/round.ts";
import type { NodeWord } from "../../ingest/kube-nodes.ts";
import type { SeenNode, WatchRound } from "../../ingest/watch-round.ts";
import type { ExpectedCards } from "./expected-cards.ts";

export type NodeParts = {
  readonly kube: { word(cluster: string, name: string): NodeWord };
  readonly targets: () => readonly TargetView[];
  readonly expected: Pick<ExpectedCards, "of">;
};

type Exporter = { readonly isUp: boolean; readonly since: number };

/** Every node with cards of ours: what it should carry, and what its exporter and Kubernetes say of it. */
export class LiveNodes {
  private readonly parts: NodeParts;
  private readonly exporters = new Map<string, Exporter>(); // by origin: how it answered last, and since when so

  constructor(parts: NodeParts) {
    this.parts = parts;
  }

  at(round: WatchRound, now: UnixMs): readonly RoundNode[] {
    this.follow(now);
    return round.nodes.map((node) => {
      const { isReady, isInKube, isCordoned, capacity } = this.parts.kube.word(node.cluster, node.name);
      return {
        ...placeOf(node),
        ...this.parts.expected.of(node),
        isReady,
        isInKube,
        isCordoned,
        kubeCapacity: capacity,
        ...this.exporterOf(node),
      };
    });
  }

  /** A node is read while one of its exporters answers. */
  private exporterOf({ origins }: SeenNode): Pick<RoundNode, "isExporterUp" | "exporterSince"> {
    const known = [...origins].flatMap((origin) => this.exporters.get(origin) ?? []);
    const up = known.filter(({ isUp }) => isUp);
    const those = up.length > 0 ? up : known;
    if (those.length === 0) return { isExporterUp: null, exporterSince: null };
    const since =
      up.length > 0 ? Math.min(...those.map((one) => one.since)) : Math.max(...those.map((one) => one.since));
    return { isExporterUp: up.length > 0, exporterSince: unixMs(since) };
  }

  private follow(now: UnixMs): void {
    const targets = this.parts.targets();
    const listed = new Set<string>();
    for (const { origin, up: isRead, fault, lastSuccessAt } of targets) {
      listed.add(origin);
      if (isRead === null) continue;
      const up = isRead || fault === "empty"; // it answers, without a card: the cards are lost, not the exporter
      const before = this.exporters.get(origin);
      // Down since it last answered, as far as that is known.
      if (before?.isUp !== up) this.exporters.set(origin, { isUp: up, since: up ? now : (lastSuccessAt ?? now) });
    }
    for (const origin of this.exporters.keys()) if (!listed.has(origin)) this.exporters.delete(origin);
  }
}

function placeOf({ key, name, vendor, region, zone, cluster, rows }: SeenNode) {
  return { key, name, vendor, region, zone, cluster, rows };
}
