/**
 * The counters of dcgm-exporter, in the order of its default-counters.csv, and which exporters print which.
 * Source of names, types and HELP: facts/dcgm-fields.md and the captured scrapes; 4.6 names: dcgm-field-aliases.csv.
 */
import { type CardField, FIELD } from "../../db/model/card-fields.ts";
import { type LaneReading, NVLINK_UNIT, type SimCard } from "./card.ts";
import type { ExporterStyle } from "./layout.ts";

const MIB = 1_048_576;

/** board: the same on every instance of a card; lane: of the instance itself. NaN = this card does not have it. */
export type DcgmMetric = {
  readonly name: string;
  readonly renamed?: string; // since DCGM 4.6
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly float: boolean;
  readonly styles: string; // o old, s stock, x the site's own list
  readonly field?: CardField; // what of a frame it carries, for the mask of history
  readonly notOnMig?: true;
  readonly value: (card: SimCard, reading: LaneReading, values: Float64Array, at: number) => number;
};

const board = (field: CardField, scale = 1): Pick<DcgmMetric, "field" | "value"> => {
  const column = FIELD[field];
  return { field, value: (_card, _reading, values, at) => Math.round((values[at + column] as number) * scale) };
};

const g = { type: "gauge", float: false } as const;
const c = { type: "counter", float: false } as const;
const all = { styles: "osx" } as const;

export const DCGM_METRICS: readonly DcgmMetric[] = [
  { name: "DCGM_FI_DEV_SM_CLOCK", help: "SM clock frequency (in MHz).", ...g, ...all, ...board("smClockHz", 1e-6) },
  {
    name: "DCGM_FI_DEV_MEM_CLOCK",
    help: "Memory clock frequency (in MHz).",
    ...g,
    ...all,
    value: (card) => card.type.memoryClockMhz,
  },
  {
    name: "DCGM_FI_DEV_MEMORY_TEMP",
    renamed: "DCGM_FI_DEV_MEMORY_TEMP_CELSIUS",
    help: "Memory temperature (in C).",
    ...g,
    ...all,
    ...board("memoryTemperatureCelsius"),
  },
  {
    name: "DCGM_FI_DEV_GPU_TEMP",
    renamed: "DCGM_FI_DEV_GPU_TEMP_CELSIUS",
    help: "GPU temperature (in C).",
    ...g,
    ...all,
    ...board("temperatureCelsius"),
  },
  {
    name: "DCGM_FI_DEV_POWER_USAGE",
    renamed: "DCGM_FI_DEV_BOARD_POWER_WATTS",
    help: "Power draw (in W).",
    type: "gauge",
    float: true,
    ...all,
    field: "powerWatts",
    value: (_c, _r, v, at) => v[at + FIELD.powerWatts] as number,
  },
  {
    name: "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION",
    help: "Total energy consumption since boot (in mJ).",
    ...c,
    ...all,
    ...board("energyJoules", 1_000),
  },
  {
    name: "DCGM_FI_DEV_PCIE_REPLAY_COUNTER",
    renamed: "DCGM_FI_DEV_PCIE_REPLAY_TOTAL",
    help: "Total number of PCIe retries.",
    ...c,
    ...all,
    ...board("pcieReplayTotal"),
  },
  {
    name: "DCGM_FI_DEV_GPU_UTIL",
    renamed: "DCGM_FI_DEV_GPU_UTIL_RATIO",
    help: "GPU utilization (in %).",
    ...g,
    ...all,
    notOnMig: true,
    ...board("utilRatio", 100),
  },
  {
    name: "DCGM_FI_DEV_MEM_COPY_UTIL",
    help: "Memory utilization (in %).",
    ...g,
    ...all,
    notOnMig: true,
    value: (_c, _r, v, at) => Math.round((v[at + FIELD.dramRatio] as number) * 100),
  },
  {
    name: "DCGM_FI_DEV_ENC_UTIL",
    help: "Encoder utilization (in %).",
    ...g,
    ...all,
    notOnMig: true,
    ...board("encodeRatio", 100),
  },
  {
    name: "DCGM_FI_DEV_DEC_UTIL",
    help: "Decoder utilization (in %).",
    ...g,
    ...all,
    notOnMig: true,
    ...board("decodeRatio", 100),
  },
  {
    name: "DCGM_FI_DEV_XID_ERRORS",
    renamed: "DCGM_FI_DEV_XID_ERROR",
    help: "Value of the last XID error encountered.",
    ...g,
    ...all,
    ...board("xidCode"),
  },
  {
    name: "DCGM_FI_DEV_FB_FREE",
    help: "Framebuffer memory free (in MiB).",
    ...g,
    ...all,
    field: "memoryTotalBytes",
    value: (card, r, v, at) => freeMib(card, r, v, at),
  },
  {
    name: "DCGM_FI_DEV_FB_USED",
    help: "Framebuffer memory used (in MiB).",
    ...g,
    ...all,
    field: "memoryUsedBytes",
    value: (card, r, v, at) => (card.migs.length > 0 ? r.usedMib : (v[at + FIELD.memoryUsedBytes] as number) / MIB),
  },
  {
    name: "DCGM_FI_DEV_FB_RESERVED",
    help: "Framebuffer memory reserved (in MiB).",
    ...g,
    styles: "sx",
    notOnMig: true,
    value: (card) => card.type.reservedMib,
  },
  {
    name: "DCGM_FI_DEV_ECC_SBE_VOL_TOTAL",
    help: "Total number of single-bit volatile ECC errors.",
    ...c,
    styles: "x",
    ...board("eccCorrectedTotal"),
  },
  {
    name: "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL",
    help: "Total number of double-bit volatile ECC errors.",
    ...c,
    styles: "x",
    ...board("eccUncorrectedTotal"),
  },
  {
    name: "DCGM_FI_DEV_RETIRED_DBE",
    renamed: "DCGM_FI_DEV_PAGE_RETIRED_DBE_TOTAL",
    help: "Total number of retired pages due to double-bit errors.",
    ...c,
    styles: "x",
    ...board("pagesRetiredTotal"),
  },
  {
    name: "DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL",
    renamed: "DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_TOTAL",
    help: "Total number of NVLink flow-control CRC errors.",
    ...c,
    styles: "x",
    ...board("nvlinkErrorTotal"),
  },
  {
    name: "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL",
    renamed: "DCGM_FI_DEV_NVLINK_THROUGHPUT_TOTAL",
    help: "Total number of NVLink bandwidth counters for all lanes.",
    ...c,
    ...all,
    ...board("nvlinkBytesPerSecond", 1 / NVLINK_UNIT),
  },
  { name: "DCGM_FI_DEV_VGPU_LICENSE_STATUS", help: "vGPU License status", ...g, ...all, value: () => 0 },
  {
    name: "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS",
    renamed: "DCGM_FI_DEV_ROW_REMAP_UNCORRECTABLE_TOTAL",
    help: "Number of remapped rows for uncorrectable errors",
    ...c,
    ...all,
    ...board("rowsRemappedUncorrectedTotal"),
  },
  {
    name: "DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS",
    renamed: "DCGM_FI_DEV_ROW_REMAP_CORRECTABLE_TOTAL",
    help: "Number of remapped rows for correctable errors",
    ...c,
    ...all,
    ...board("rowsRemappedCorrectedTotal"),
  },
  {
    name: "DCGM_FI_DEV_ROW_REMAP_FAILURE",
    renamed: "DCGM_FI_DEV_ROW_REMAP_FAILED",
    help: "Whether remapping of rows has failed",
    ...g,
    ...all,
    ...board("rowRemapFailed"),
  },
  {
    name: "DCGM_FI_DEV_ROW_REMAP_PENDING",
    help: "Whether remapping of rows is pending",
    ...g,
    styles: "x",
    ...board("rowRemapPending"),
  },
  {
    name: "DCGM_FI_DEV_POWER_VIOLATION",
    help: "Throttling duration due to power constraints (in ns).",
    ...c,
    styles: "x",
    ...board("powerThrottleSeconds", 1e9),
  },
  {
    name: "DCGM_FI_DEV_THERMAL_VIOLATION",
    help: "Throttling duration due to thermal constraints (in ns).",
    ...c,
    styles: "x",
    ...board("thermalThrottleSeconds", 1e9),
  },
  {
    name: "DCGM_FI_DEV_CLOCKS_EVENT_REASONS",
    help: "Reasons why the clocks are as they are (bit mask).",
    ...g,
    styles: "x",
    value: (card, _r, v, at) => clockReasons(card, v, at),
  },
  {
    name: "DCGM_FI_PROF_GR_ENGINE_ACTIVE",
    renamed: "DCGM_FI_PROF_GR_ENGINE_UTIL_RATIO",
    help: "Ratio of time the graphics engine is active.",
    type: "gauge",
    float: true,
    styles: "sx",
    field: "engineRatio",
    value: (card, r, v, at) => laneOr(card, r.engine, v, at, FIELD.engineRatio),
  },
  {
    name: "DCGM_FI_PROF_SM_ACTIVE",
    renamed: "DCGM_FI_PROF_SM_UTIL_RATIO",
    help: "The ratio of cycles an SM has at least 1 warp assigned.",
    type: "gauge",
    float: true,
    styles: "x",
    field: "smRatio",
    value: (card, r, v, at) => laneOr(card, r.sm, v, at, FIELD.smRatio),
  },
  {
    name: "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE",
    renamed: "DCGM_FI_PROF_TENSOR_UTIL_RATIO",
    help: "Ratio of cycles the tensor (HMMA) pipe is active.",
    type: "gauge",
    float: true,
    styles: "sx",
    field: "tensorRatio",
    value: (card, r, v, at) => laneOr(card, r.tensor, v, at, FIELD.tensorRatio),
  },
  {
    name: "DCGM_FI_PROF_DRAM_ACTIVE",
    renamed: "DCGM_FI_PROF_DRAM_UTIL_RATIO",
    help: "Ratio of cycles the device memory interface is active sending or receiving data.",
    type: "gauge",
    float: true,
    styles: "sx",
    field: "dramRatio",
    value: (card, r, v, at) => laneOr(card, r.dram, v, at, FIELD.dramRatio),
  },
  {
    name: "DCGM_FI_PROF_PCIE_TX_BYTES",
    help: "The rate of data transmitted over the PCIe bus - including both protocol headers and data payloads - in bytes per second.",
    ...g,
    styles: "sx",
    notOnMig: true,
    ...board("pcieTxBytesPerSecond"),
  },
  {
    name: "DCGM_FI_PROF_PCIE_RX_BYTES",
    help: "The rate of data received over the PCIe bus - including both protocol headers and data payloads - in bytes per second.",
    ...g,
    styles: "sx",
    notOnMig: true,
    ...board("pcieRxBytesPerSecond"),
  },
];

/** The metrics one exporter prints. */
export function metricsOf(style: ExporterStyle): readonly DcgmMetric[] {
  const letter = style === "old" ? "o" : style === "stock" ? "s" : "x";
  return DCGM_METRICS.filter((m) => m.styles.includes(letter));
}

function laneOr(card: SimCard, ofLane: number, values: Float64Array, at: number, column: number): number {
  return card.migs.length > 0 ? ofLane : (values[at + column] as number);
}

function freeMib(card: SimCard, reading: LaneReading, values: Float64Array, at: number): number {
  if (card.migs.length === 0)
    return card.type.memoryMib - card.type.reservedMib - (values[at + FIELD.memoryUsedBytes] as number) / MIB;
  const mig = card.migs[card.readings.indexOf(reading)];
  return (mig?.memoryMib ?? 0) - reading.usedMib;
}

/** Idle, cut for heat, or nothing: facts/dcgm-fields.md section 4. */
function clockReasons({ fate }: SimCard, values: Float64Array, at: number): number {
  const idle = values[at + FIELD.engineRatio] === 0 ? 0x1 : 0;
  return idle | (fate.hotSince >= 0 ? 0x20 : 0);
}
