import type { Holder } from "../db/model/frame.ts";
import { slicesOf, slicesOfCard } from "./card-columns.ts";
import type { CardLabels, Pod } from "./card-series.ts";

/**
 * Who holds a card, with shares: 1 alone, 1/n when n pods share it, slices/all of a MIG instance. A pod that holds two
 * instances is one holder with both shares. Sorted, so that the order of an exporter's lines is no change of holders.
 */
export function holdersOf(labels: readonly CardLabels[], modelName: string): readonly Holder[] {
  const instances = new Map<string, { share: number; pods: Map<string, Pod> }>();
  const isMig = labels.some(({ part }) => part.kind === "mig");
  for (const { part, pod } of labels) {
    if (isMig && part.kind !== "mig") continue;
    const id = part.kind === "mig" ? part.id : "";
    let instance = instances.get(id);
    if (instance === undefined) {
      instance = {
        share: part.kind === "mig" ? Math.min(1, slicesOf(part.profile) / slicesOfCard(modelName)) : 1,
        pods: new Map(),
      };
      instances.set(id, instance);
    }
    if (pod !== null) instance.pods.set(keyOf(pod), pod);
  }
  const holders = new Map<string, Holder>();
  for (const { share, pods } of instances.values()) {
    for (const [key, pod] of pods)
      holders.set(key, { ...pod, share: (holders.get(key)?.share ?? 0) + share / pods.size });
  }
  return [...holders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, holder]) => holder);
}

const keyOf = ({ namespace, pod, container, podUid }: Pod): string =>
  JSON.stringify([namespace, pod, container, podUid]);
