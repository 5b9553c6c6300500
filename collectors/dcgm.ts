import { BOARD, type CardLabels, type CardSeries, labelOf, type Part, type Pod } from "./card-series.ts";
import { DCGM_METRICS } from "./dcgm-fields.ts";

type Labels = ReadonlyMap<string, string>;

/** A pod that carries the exporter itself: as a holder it is a slip of relabelling, as a host name no node. */
const EXPORTER_POD = /(?:^|-)dcgm-exporter(?:-|$)/;
const EXPORTER_CONTAINERS: ReadonlySet<string> = new Set(["nvidia-dcgm-exporter", "dcgm-exporter", "exporter"]);

/** Far above any XID NVIDIA lists (176 in 2026): a larger number is no code. */
const MOST_XID = 100_000;

/**
 * One series of dcgm-exporter as a statement about a card; null when it says nothing we keep or names no card
 * (switches and CPUs have series too). Identity is the UUID: the index and the device change when a card drops.
 */
export function dcgmSeries(
  metric: string,
  labels: Labels,
  cardOf: (labels: Labels) => CardLabels = dcgmCard,
): CardSeries | null {
  const rule = DCGM_METRICS.get(metric);
  if (rule === undefined) return null;
  const card = cardOf(labels);
  if (card.uuid === "") return null;
  if (rule.says !== "xidWindow") return { rule, card, xid: null };
  const code = Number(labelOf(labels, "xid") || 0); // a clean card has a count of 0 without the label
  const windowMs = Number(labelOf(labels, "window_size_in_ms") || Number.NaN);
  const isCode = Number.isInteger(code) && code >= 0 && code <= MOST_XID;
  return isCode && windowMs > 0 ? { rule, card, xid: { code, windowMs } } : null;
}

/** The card these labels name: the new spelling, the old-namespace mode, and the other words of NVLink series. */
export function dcgmCard(labels: Labels): CardLabels {
  const index = labelOf(labels, "gpu");
  return {
    uuid: labelOf(labels, "UUID", "uuid", "gpu_uuid"),
    localId: "",
    modelName: labelOf(labels, "modelName", "model_name"),
    node: nodeOf(labels),
    position: labelOf(labels, "pci_bus_id") || (index && `index:${index}`),
    driver: labelOf(labels, "DCGM_FI_DRIVER_VERSION", "DCGM_FI_SYSTEM_DRIVER_VERSION"),
    part: partOf(labels),
    ...podOf(labels),
  };
}

/** `node` is what relabelling adds. Hostname may be the exporter's pod, whose name changes with every restart: no node. */
function nodeOf(labels: Labels): string {
  const said = labelOf(labels, "node");
  if (said !== "") return said;
  const host = labelOf(labels, "Hostname", "hostname");
  return EXPORTER_POD.test(host) ? "" : host;
}

function partOf(labels: Labels): Part {
  const instance = labelOf(labels, "GPU_I_ID");
  if (instance !== "") return { kind: "mig", id: instance, profile: labelOf(labels, "GPU_I_PROFILE") };
  const link = labelOf(labels, "nvlink");
  return link === "" ? BOARD : { kind: "link", id: link };
}

/**
 * The workload on the card. Prometheus without honorLabels moves it to exported_* and puts the exporter's own pod in
 * its place; old-namespace mode calls it pod_name. An empty pod means nobody, as far as the exporter knows.
 */
function podOf(labels: Labels): { readonly namesPods: boolean; readonly pod: Pod | null } {
  if (labels.has("exported_pod"))
    return named(labels, "exported_pod", "exported_namespace", "exported_container", "exported_pod_uid");
  if (labels.has("pod_name")) return named(labels, "pod_name", "pod_namespace", "container_name", "pod_uid");
  const pod = labels.get("pod");
  if (pod === undefined) return { namesPods: false, pod: null };
  const ownPod = EXPORTER_CONTAINERS.has(labelOf(labels, "container")) || EXPORTER_POD.test(pod);
  return ownPod ? { namesPods: false, pod: null } : named(labels, "pod", "namespace", "container", "pod_uid");
}

function named(
  labels: Labels,
  pod: string,
  namespace: string,
  container: string,
  uid: string,
): { readonly namesPods: boolean; readonly pod: Pod | null } {
  const name = labelOf(labels, pod);
  if (name === "") return { namesPods: true, pod: null };
  return {
    namesPods: true,
    pod: {
      pod: name,
      namespace: labelOf(labels, namespace),
      container: labelOf(labels, container),
      podUid: labelOf(labels, uid),
    },
  };
}
