import { ASCEND_METRICS } from "./ascend-fields.ts";
import { BOARD, type CardLabels, type CardSeries, labelOf, type Pod } from "./card-series.ts";

type Labels = ReadonlyMap<string, string>;

/** What npu-exporter prints for a chip that several pods share. Kept as the holder's name: somebody holds it, unnamed. */
export const UNNAMED_PODS = "not_displayed_for_multi_pod";

/** One series of npu-exporter as a statement about a card; null when it says nothing we keep or names no chip. */
export function ascendSeries(
  metric: string,
  labels: Labels,
  cardOf: (labels: Labels) => CardLabels = ascendCard,
): CardSeries | null {
  const rule = ASCEND_METRICS.get(metric);
  if (rule === undefined) return null;
  const card = cardOf(labels);
  return card.uuid === "" && card.localId === "" ? null : { rule, card, xid: null };
}

/** The chip these labels name: by its die, or, where the exporter leaves that empty, by its index on its host. */
export function ascendCard(labels: Labels): CardLabels {
  const index = labelOf(labels, "id");
  return {
    uuid: labelOf(labels, "vdie_id"),
    localId: index && `npu-${index}`,
    modelName: labelOf(labels, "model_name"),
    node: labelOf(labels, "node"),
    position: labelOf(labels, "pcie_bus_info") || (index && `index:${index}`),
    driver: "",
    part: BOARD,
    namesPods: labels.has("pod_name"),
    pod: podOf(labels),
  };
}

function podOf(labels: Labels): Pod | null {
  const pod = labelOf(labels, "pod_name");
  if (pod === "") return null;
  if (pod === UNNAMED_PODS) return { namespace: "", pod, container: "", podUid: "" };
  return {
    pod,
    namespace: labelOf(labels, "exported_namespace", "namespace"),
    container: labelOf(labels, "container_name"),
    podUid: "",
  };
}
