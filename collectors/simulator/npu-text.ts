/** What a node's npu-exporter answers: gauges with explicit millisecond timestamps (facts/health-rules.md section 9). */
import { FIELD, FIELD_COUNT } from "../../db/model/card-fields.ts";
import { escapeLabelValue, familyHeader } from "../exposition-writer.ts";
import type { SimCard } from "./card.ts";
import { beatOf } from "./dcgm-text.ts";
import type { Fleet } from "./fleet.ts";
import type { SimNode } from "./layout.ts";

const MIB = 1_048_576;
const IDLE_MILLIVOLT = 600; // typical of the chip, ours

type NpuMetric = {
  readonly name: string;
  readonly help: string;
  readonly value: (values: Float64Array, at: number, card: SimCard) => number;
};

const of =
  (column: number, scale = 1) =>
  (values: Float64Array, at: number): number =>
    Math.round((values[at + column] as number) * scale);

const CHIP_METRICS: readonly NpuMetric[] = [
  {
    name: "npu_chip_info_aicore_current_freq",
    help: "the npu ai core current frequency, unit is 'MHz'",
    value: of(FIELD.smClockHz, 1e-6),
  },
  {
    name: "npu_chip_info_bandwidth_rx",
    help: "the npu interface receive speed, unit is 'MB/s'",
    value: (v, at) => Math.round((v[at + FIELD.tensorRatio] as number) * 20_000),
  },
  {
    name: "npu_chip_info_bandwidth_tx",
    help: "the npu interface transport speed, unit is 'MB/s'",
    value: (v, at) => Math.round((v[at + FIELD.tensorRatio] as number) * 19_000),
  },
  {
    name: "npu_chip_info_error_code",
    help: "the npu error code",
    value: (v, at) =>
      (v[at + FIELD.npuErrorCode] as number) === 0 ? Number.NaN : (v[at + FIELD.npuErrorCode] as number),
  },
  {
    name: "npu_chip_info_hbm_ecc_double_bit_error_cnt",
    help: "the npu hbm double bit error count",
    value: of(FIELD.eccUncorrectedTotal),
  },
  {
    name: "npu_chip_info_hbm_ecc_single_bit_error_cnt",
    help: "the npu hbm single bit error count",
    value: of(FIELD.eccCorrectedTotal),
  },
  { name: "npu_chip_info_hbm_temperature", help: "the npu hbm temperature", value: of(FIELD.memoryTemperatureCelsius) },
  {
    name: "npu_chip_info_hbm_total_memory",
    help: "the npu hbm total memory",
    value: (v, at) => (v[at + FIELD.memoryTotalBytes] as number) / MIB,
  },
  {
    name: "npu_chip_info_hbm_used_memory",
    help: "the npu hbm used memory",
    value: (v, at) => (v[at + FIELD.memoryUsedBytes] as number) / MIB,
  },
  { name: "npu_chip_info_health_status", help: "the npu health status", value: of(FIELD.npuHealthy) },
  { name: "npu_chip_info_link_status", help: "the npu link status", value: of(FIELD.linkUp) },
  { name: "npu_chip_info_network_status", help: "the npu network health status", value: of(FIELD.linkUp) },
  {
    name: "npu_chip_info_power",
    help: "the npu power",
    value: (v, at) => Math.round((v[at + FIELD.powerWatts] as number) * 10) / 10,
  },
  { name: "npu_chip_info_temperature", help: "the npu temperature", value: of(FIELD.temperatureCelsius) },
  { name: "npu_chip_info_utilization", help: "the ai core utilization", value: of(FIELD.utilRatio, 100) },
  {
    name: "npu_chip_info_voltage",
    help: "the npu voltage",
    value: (v, at) => IDLE_MILLIVOLT + Math.round((v[at + FIELD.utilRatio] as number) * 250),
  },
];

let scratch = new Float64Array(16 * FIELD_COUNT);

/** The body of a node's npu-exporter at `t`. A chip without an error has no error series; a chip that fell off has none at all. */
export function renderNpu(fleet: Fleet, node: SimNode, t: number): string {
  const beat = beatOf(t);
  const host = fleet.host(node);
  if (scratch.length < host.cards.length * FIELD_COUNT) scratch = new Float64Array(host.cards.length * FIELD_COUNT);
  const present: { readonly card: SimCard; readonly labels: string; readonly named: string }[] = [];
  for (const card of host.cards) {
    card.fate.seek(beat);
    if (card.fate.gone) continue;
    card.read(beat, scratch, card.position);
    present.push({ card, labels: chipLabels(card, "model_name"), named: chipLabels(card, "name") });
  }
  let text = `${familyHeader("machine_npu_nums", "Amount of npu installed on the machine.", "gauge")}machine_npu_nums ${present.length}\n`;
  for (const { name, help, value } of CHIP_METRICS) {
    let body = "";
    for (const { card, labels } of present) {
      const said = value(scratch, card.position * FIELD_COUNT, card);
      if (said === said) body += `${name}${labels}${said} ${t}\n`;
    }
    if (body !== "") text += familyHeader(name, help, "gauge") + body;
  }
  text += familyHeader("npu_chip_info_name", "the Ascend npu name with value '1'", "gauge");
  for (const { named } of present) text += `npu_chip_info_name${named}1 ${t}\n`;
  return `${text}${familyHeader("npu_exporter_version_info", "exporter version with value '1'", "gauge")}npu_exporter_version_info{exporterVersion="v6.0.0"} 1\n`;
}

function chipLabels(card: SimCard, nameLabel: "model_name" | "name"): string {
  const holder = card.readings[0]?.tenant?.holder;
  const [container, namespace, pod] = [holder?.container ?? "", holder?.namespace ?? "", holder?.pod ?? ""].map(
    escapeLabelValue,
  );
  const model = `${nameLabel}="${escapeLabelValue(card.type.modelName)}"`;
  const head = `{container_name="${container}",id="${card.position}"`;
  return `${head},${model},namespace="${namespace}",pcie_bus_info="${card.busId.slice(4)}",pod_name="${pod}",vdie_id="${card.uuid()}"} `;
}
