/** What `dapan agent` serves on a host without dcgm-exporter: nvidia-smi's figures under DCGM's names. */
import { familyHeader, labelText, type MetricType, sampleLine } from "../exposition-writer.ts";
import { parseSmiCsv, type SmiCard, smiFlag, smiNumber } from "./csv.ts";

type AgentMetric = {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly fields: readonly string[]; // of nvidia-smi, to ask for
  readonly value: (card: SmiCard) => number | null; // in DCGM's unit
};

const number = (field: string, unit: "" | "MiB" | "W" | "%" | "MHz") => ({
  fields: [field],
  value: (card: SmiCard) => smiNumber(card, field, unit),
});
const flag = (field: string) => ({ fields: [field], value: (card: SmiCard) => smiFlag(card, field) });

/** Time throttled: nvidia-smi counts µs, DCGM ns. */
const slowdown = (field: string) => ({
  fields: [field],
  value: (card: SmiCard) => {
    const micros = smiNumber(card, field, "us");
    return micros === null ? null : micros * 1_000;
  },
});

const gauge = { type: "gauge" } as const;
const counter = { type: "counter" } as const;

/** Source of both names: facts/dcgm-fields.md section 3 and `nvidia-smi --help-query-gpu`. Energy, XID, NVLink and PCIe replays have no query field. */
const METRICS: readonly AgentMetric[] = [
  {
    name: "DCGM_FI_DEV_SM_CLOCK",
    help: "SM clock frequency (in MHz).",
    ...gauge,
    ...number("clocks.current.sm", "MHz"),
  },
  {
    name: "DCGM_FI_DEV_MEM_CLOCK",
    help: "Memory clock frequency (in MHz).",
    ...gauge,
    ...number("clocks.current.memory", "MHz"),
  },
  {
    name: "DCGM_FI_DEV_MEMORY_TEMP",
    help: "Memory temperature (in C).",
    ...gauge,
    ...number("temperature.memory", ""),
  },
  { name: "DCGM_FI_DEV_GPU_TEMP", help: "GPU temperature (in C).", ...gauge, ...number("temperature.gpu", "") },
  { name: "DCGM_FI_DEV_POWER_USAGE", help: "Power draw (in W).", ...gauge, ...number("power.draw", "W") },
  {
    name: "DCGM_FI_DEV_ENFORCED_POWER_LIMIT",
    help: "Power limit in force (in W).",
    ...gauge,
    ...number("enforced.power.limit", "W"),
  },
  { name: "DCGM_FI_DEV_GPU_UTIL", help: "GPU utilization (in %).", ...gauge, ...number("utilization.gpu", "%") },
  {
    name: "DCGM_FI_DEV_MEM_COPY_UTIL",
    help: "Memory utilization (in %).",
    ...gauge,
    ...number("utilization.memory", "%"),
  },
  {
    name: "DCGM_FI_DEV_ENC_UTIL",
    help: "Encoder utilization (in %).",
    ...gauge,
    ...number("utilization.encoder", "%"),
  },
  {
    name: "DCGM_FI_DEV_DEC_UTIL",
    help: "Decoder utilization (in %).",
    ...gauge,
    ...number("utilization.decoder", "%"),
  },
  {
    name: "DCGM_FI_DEV_FB_TOTAL",
    help: "Framebuffer memory in total (in MiB).",
    ...gauge,
    ...number("memory.total", "MiB"),
  },
  { name: "DCGM_FI_DEV_FB_FREE", help: "Framebuffer memory free (in MiB).", ...gauge, ...number("memory.free", "MiB") },
  { name: "DCGM_FI_DEV_FB_USED", help: "Framebuffer memory used (in MiB).", ...gauge, ...number("memory.used", "MiB") },
  {
    name: "DCGM_FI_DEV_FB_RESERVED",
    help: "Framebuffer memory reserved (in MiB).",
    ...gauge,
    ...number("memory.reserved", "MiB"),
  },
  {
    name: "DCGM_FI_DEV_ECC_SBE_VOL_TOTAL",
    help: "Total number of single-bit volatile ECC errors.",
    ...counter,
    ...number("ecc.errors.corrected.volatile.total", ""),
  },
  {
    name: "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL",
    help: "Total number of double-bit volatile ECC errors.",
    ...counter,
    ...number("ecc.errors.uncorrected.volatile.total", ""),
  },
  {
    name: "DCGM_FI_DEV_ECC_SBE_AGG_TOTAL",
    help: "Total number of single-bit persistent ECC errors.",
    ...counter,
    ...number("ecc.errors.corrected.aggregate.total", ""),
  },
  {
    name: "DCGM_FI_DEV_ECC_DBE_AGG_TOTAL",
    help: "Total number of double-bit persistent ECC errors.",
    ...counter,
    ...number("ecc.errors.uncorrected.aggregate.total", ""),
  },
  {
    name: "DCGM_FI_DEV_RETIRED_SBE",
    help: "Total number of retired pages due to single-bit errors.",
    ...counter,
    ...number("retired_pages.single_bit_ecc.count", ""),
  },
  {
    name: "DCGM_FI_DEV_RETIRED_DBE",
    help: "Total number of retired pages due to double-bit errors.",
    ...counter,
    ...number("retired_pages.double_bit.count", ""),
  },
  {
    name: "DCGM_FI_DEV_RETIRED_PENDING",
    help: "Whether retired pages wait for a reset.",
    ...gauge,
    ...flag("retired_pages.pending"),
  },
  {
    name: "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS",
    help: "Number of remapped rows for uncorrectable errors",
    ...counter,
    ...number("remapped_rows.uncorrectable", ""),
  },
  {
    name: "DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS",
    help: "Number of remapped rows for correctable errors",
    ...counter,
    ...number("remapped_rows.correctable", ""),
  },
  {
    name: "DCGM_FI_DEV_ROW_REMAP_FAILURE",
    help: "Whether remapping of rows has failed",
    ...gauge,
    ...flag("remapped_rows.failure"),
  },
  {
    name: "DCGM_FI_DEV_ROW_REMAP_PENDING",
    help: "Whether remapping of rows is pending",
    ...gauge,
    ...flag("remapped_rows.pending"),
  },
  {
    name: "DCGM_FI_DEV_CLOCKS_EVENT_REASON_SW_POWER_CAP_NS",
    help: "Time throttled by the software power cap (in ns).",
    ...counter,
    ...slowdown("clocks_event_reasons_counters.sw_power_cap"),
  },
  {
    name: "DCGM_FI_DEV_CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN_NS",
    help: "Time throttled by software for heat (in ns).",
    ...counter,
    ...slowdown("clocks_event_reasons_counters.sw_thermal_slowdown"),
  },
  {
    name: "DCGM_FI_DEV_CLOCKS_EVENT_REASON_HW_THERM_SLOWDOWN_NS",
    help: "Time throttled by hardware for heat (in ns).",
    ...counter,
    ...slowdown("clocks_event_reasons_counters.hw_thermal_slowdown"),
  },
];

/** Fields that name the card. nvidia-smi cannot be asked for less. */
export const IDENTITY_FIELDS = ["index", "uuid", "name", "pci.bus_id", "driver_version"] as const;

/** Every field the agent has a use for, identity first. */
export const SMI_FIELDS: readonly string[] = [...IDENTITY_FIELDS, ...new Set(METRICS.flatMap((m) => m.fields))];

/**
 * The agent's answer in the text format: one series a figure that was said, DCGM's labels in DCGM's order. What
 * nvidia-smi does not support is left out, as dcgm-exporter does. A line without a UUID names no card and is left out.
 *
 * @param csv what nvidia-smi printed for a --query-gpu with SMI_FIELDS or some of them
 * @throws CollectError when it is not such output
 */
export function agentBody(csv: string, hostname: string): string {
  const cards = parseSmiCsv(csv).flatMap((card) => {
    const labels = labelsOf(card, hostname);
    return labels === null ? [] : [{ card, labels }];
  });
  let text = "";
  for (const { name, help, type, value } of METRICS) {
    let rows = "";
    for (const { card, labels } of cards) {
      const said = value(card);
      if (said !== null) rows += sampleLine(name, labels, said);
    }
    if (rows !== "") text += familyHeader(name, help, type) + rows;
  }
  return text;
}

function labelsOf(card: SmiCard, hostname: string): string | null {
  const uuid = card.get("uuid");
  if (uuid === undefined) return null;
  const index = card.get("index");
  const pairs: [string, string][] = [];
  if (index !== undefined) pairs.push(["gpu", index]);
  pairs.push(["UUID", uuid]);
  const busId = card.get("pci.bus_id");
  if (busId !== undefined) pairs.push(["pci_bus_id", busId]);
  if (index !== undefined) pairs.push(["device", `nvidia${index}`]);
  pairs.push(["modelName", card.get("name") ?? ""], ["Hostname", hostname]);
  pairs.push(["DCGM_FI_DRIVER_VERSION", card.get("driver_version") ?? ""]);
  return labelText(pairs);
}
