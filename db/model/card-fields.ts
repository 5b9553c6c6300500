/**
 * What an exporter can say about one card at one instant, in the order of a frame's columns.
 * The order is stored (journal of open slots), so append; never reorder.
 *
 * - gauge: speaks until the next reading.
 * - counter: only its increase means something; a fall is a reset.
 * - state: a code or flag; only its changes mean something.
 */
export const CARD_FIELDS = [
  { name: "utilRatio", kind: "gauge" }, // share of time at least one kernel ran (DCGM GPU_UTIL, Ascend utilization)
  { name: "engineRatio", kind: "gauge" }, // graphics/compute engine active (PROF_GR_ENGINE_ACTIVE); under MIG weighted by slice
  { name: "smRatio", kind: "gauge" },
  { name: "tensorRatio", kind: "gauge" },
  { name: "dramRatio", kind: "gauge" },
  { name: "encodeRatio", kind: "gauge" },
  { name: "decodeRatio", kind: "gauge" },
  { name: "memoryUsedBytes", kind: "gauge" },
  { name: "memoryTotalBytes", kind: "gauge" },
  { name: "powerWatts", kind: "gauge" },
  { name: "temperatureCelsius", kind: "gauge" },
  { name: "memoryTemperatureCelsius", kind: "gauge" },
  { name: "smClockHz", kind: "gauge" },
  { name: "nvlinkBytesPerSecond", kind: "gauge" },
  { name: "pcieRxBytesPerSecond", kind: "gauge" },
  { name: "pcieTxBytesPerSecond", kind: "gauge" },
  { name: "energyJoules", kind: "counter" }, // since driver load
  { name: "eccCorrectedTotal", kind: "counter" }, // single-bit, volatile if said, else aggregate
  { name: "eccUncorrectedTotal", kind: "counter" }, // double-bit, volatile if said, else aggregate
  { name: "rowsRemappedCorrectedTotal", kind: "counter" },
  { name: "rowsRemappedUncorrectedTotal", kind: "counter" },
  { name: "pagesRetiredTotal", kind: "counter" }, // V100, T4
  { name: "pcieReplayTotal", kind: "counter" },
  { name: "nvlinkErrorTotal", kind: "counter" }, // CRC + replay + recovery, all links
  { name: "thermalThrottleSeconds", kind: "counter" },
  { name: "powerThrottleSeconds", kind: "counter" },
  { name: "rowRemapPending", kind: "state" }, // 0/1
  { name: "rowRemapFailed", kind: "state" }, // 0/1
  { name: "xidCode", kind: "state" }, // last XID, 0 none; sticky
  { name: "npuHealthy", kind: "state" }, // Ascend health_status: 1 good, 0 bad, -1 the call failed
  { name: "npuErrorCode", kind: "state" }, // Ascend error_code as a decimal number, 0 none
  { name: "linkUp", kind: "state" }, // Ascend link_status 0/1
] as const satisfies readonly { readonly name: string; readonly kind: "gauge" | "counter" | "state" }[];

export type CardField = (typeof CARD_FIELDS)[number]["name"];

/** Columns of one row of a frame. */
export const FIELD_COUNT = CARD_FIELDS.length;

/** Column of each field: `values[row * FIELD_COUNT + FIELD.powerWatts]`. */
export const FIELD = Object.fromEntries(CARD_FIELDS.map((f, i) => [f.name, i])) as Readonly<Record<CardField, number>>;
