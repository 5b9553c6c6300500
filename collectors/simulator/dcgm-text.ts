/** What a node's dcgm-exporter answers: facts/dcgm-fields.md section 1, labels in its order. */
import { FIELD_COUNT } from "../../db/model/card-fields.ts";
import { escapeLabelValue, familyHeader } from "../exposition-writer.ts";
import { type LaneReading, SAMPLE_MS, type SimCard } from "./card.ts";
import { type DcgmMetric, metricsOf } from "./dcgm-metrics.ts";
import type { Fleet, SimHost } from "./fleet.ts";
import type { ExporterStyle, SimNode } from "./layout.ts";

/** The window of the exporter's XID count. */
export const XID_WINDOW_MS = 300_000;

const XID_TEXT: Readonly<Record<number, string>> = {
  0: "No Error",
  13: "Graphics Engine Exception",
  31: "GPU memory page fault",
  43: "GPU stopped processing",
  45: "Preemptive cleanup, due to previous errors",
  48: "Double Bit ECC Error",
  62: "Internal micro-controller halt",
  63: "ECC page retirement or row remapping recording event",
  64: "ECC page retirement or row remapper recording failure",
  74: "NVLINK Error",
  79: "GPU has fallen off the bus",
  92: "High single-bit ECC error rate",
  94: "Contained ECC error",
  109: "Context Switch Timeout Error",
  119: "GSP RPC Timeout",
};

/** The beat on which an exporter last read its cards. */
export const beatOf = (t: number): number => Math.floor(t / SAMPLE_MS) * SAMPLE_MS;

type Row = { readonly card: SimCard; readonly at: number; readonly reading: LaneReading; readonly labels: string };
type Printer = { readonly metric: DcgmMetric; readonly header: string; readonly name: string };

const printers = new Map<ExporterStyle, readonly Printer[]>();
const texts = new WeakMap<SimCard, { key: string; labels: string }[]>();
let scratch = new Float64Array(16 * FIELD_COUNT);

/**
 * The body of a node's card exporter at `t`. Cards that fell off the bus are not in it.
 * It does not ask whether the exporter is up: see Fleet.outageAt.
 */
export function renderDcgm(fleet: Fleet, node: SimNode, t: number): string {
  const beat = beatOf(t);
  const host = fleet.host(node);
  const rows = readRows(host, beat);
  let text = "";
  for (const { metric, header, name } of printersOf(node.style)) {
    let body = "";
    for (const row of rows) {
      if (metric.notOnMig && row.card.migs.length > 0) continue;
      const value = metric.value(row.card, row.reading, scratch, row.at);
      if (value !== value) continue; // the card has no such thing: the exporter leaves the series out
      const labels = metric.field === "xidCode" ? xidLabels(node, row.labels, value) : row.labels;
      body += `${name}${labels}${metric.float ? value.toFixed(6) : value}\n`;
    }
    if (body !== "") text += header + body;
  }
  return node.style === "site" ? text + xidCounts(rows, beat) : text;
}

function readRows(host: SimHost, beat: number): Row[] {
  const rows: Row[] = [];
  if (scratch.length < host.cards.length * FIELD_COUNT) scratch = new Float64Array(host.cards.length * FIELD_COUNT);
  let index = 0;
  for (const card of host.cards) {
    card.fate.seek(beat);
    if (card.fate.gone) {
      if (host.node.style === "old") index++; // the newer driver counts anew
      continue;
    }
    card.read(beat, scratch, card.position);
    for (const lane of printedLanes(host.node, card)) {
      const reading = card.readings[lane] as LaneReading; // lane is in range
      rows.push({ card, at: card.position * FIELD_COUNT, reading, labels: laneLabels(host.node, card, lane, index) });
    }
    index++;
  }
  return rows;
}

/** An instance is printed whether held or not; of a shared card each pod has its copy, and nobody one without a pod. */
function printedLanes(node: SimNode, card: SimCard): readonly number[] {
  const lanes = card.readings.map((_, lane) => lane);
  if (node.role !== "sliced") return lanes;
  const held = lanes.filter((lane) => card.readings[lane]?.tenant !== null);
  return held.length > 0 ? held : [0];
}

/** `{gpu="0",…} `, kept as long as nothing in it changes: most of a body is this text. */
function laneLabels(node: SimNode, card: SimCard, lane: number, index: number): string {
  let kept = texts.get(card);
  if (kept === undefined) texts.set(card, (kept = []));
  const tenant = card.readings[lane]?.tenant ?? null;
  const key = `${index} ${card.fate.generation} ${tenant?.key ?? ""}`;
  const known = kept[lane];
  if (known?.key === key) return known.labels;
  const labels = `${staticLabels(node, card, lane, index)}${podLabels(node, card, lane)}} `;
  kept[lane] = { key, labels };
  return labels;
}

function staticLabels(node: SimNode, card: SimCard, lane: number, index: number): string {
  const mig = card.migs[lane];
  const bus = node.style === "old" ? "" : `,pci_bus_id="${card.busId}"`;
  const instance = mig === undefined ? "" : `,GPU_I_PROFILE="${mig.profile}",GPU_I_ID="${mig.id}"`;
  const host = node.style === "lower" || node.style === "renamed" ? "hostname" : "Hostname";
  const model = escapeLabelValue(card.type.modelName);
  return `{gpu="${index}",UUID="${card.uuid()}"${bus},device="nvidia${index}",modelName="${model}"${instance},${host}="${node.hostname}",DCGM_FI_DRIVER_VERSION="${node.driver}"`;
}

/** An idle card has no pod labels, or empty ones on an old exporter. */
function podLabels(node: SimNode, card: SimCard, lane: number): string {
  const tenant = card.readings[lane]?.tenant ?? null;
  if (tenant === null) return node.style === "old" ? ',container="",namespace="",pod=""' : "";
  const { container, namespace, pod } = tenant.holder;
  const vgpu = node.role === "sliced" ? `,vgpu="${lane}"` : "";
  return `,container="${escapeLabelValue(container)}",namespace="${escapeLabelValue(namespace)}",pod="${escapeLabelValue(pod)}"${vgpu}`;
}

/** Since 3.2 the series names its code, so that a new code is a new series. */
function xidLabels(node: SimNode, labels: string, code: number): string {
  if (node.style === "old") return labels;
  return `${labels.slice(0, -2)},err_code="${code}",err_msg="${XID_TEXT[code] ?? "Unknown Error"}"} `;
}

function xidCounts(rows: readonly Row[], beat: number): string {
  if (rows.length === 0) return "";
  let text = familyHeader(
    "DCGM_EXP_XID_ERRORS_COUNT",
    "Count of XID Errors within user-specified time window (see xid-count-window-size param).",
    "gauge",
  );
  for (const { card, labels } of rows) {
    const counts = xidsWithin(card, beat);
    const open = labels.slice(0, -2);
    if (counts.size === 0) text += `DCGM_EXP_XID_ERRORS_COUNT${open},window_size_in_ms="${XID_WINDOW_MS}"} 0\n`;
    for (const [code, count] of counts)
      text += `DCGM_EXP_XID_ERRORS_COUNT${open},window_size_in_ms="${XID_WINDOW_MS}",xid="${code}"} ${count}\n`;
  }
  return text;
}

/** How often each XID was seen in the window that ends at `t`. */
export function xidsWithin(card: SimCard, t: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  const { codes } = card.fate;
  for (let i = codes.length - 1; i >= 0; i--) {
    const seen = codes[i];
    if (seen === undefined || seen.at <= t - XID_WINDOW_MS) break;
    counts.set(seen.code, (counts.get(seen.code) ?? 0) + 1);
  }
  return counts;
}

function printersOf(style: ExporterStyle): readonly Printer[] {
  const known = printers.get(style);
  if (known !== undefined) return known;
  const made = metricsOf(style).map((metric) => {
    const name = style === "renamed" ? (metric.renamed ?? metric.name) : metric.name;
    return { metric, name, header: familyHeader(name, metric.help, metric.type) };
  });
  printers.set(style, made);
  return made;
}
