import type { MetricRule, Quantity } from "./card-series.ts";

/** Largest count that is not one of DCGM's blanks for doubles (140737488355328 and on). */
const MOST_COUNT = 140_737_488_355_327;
/** Largest integer that is not one of DCGM's blanks for int64 (9223372036854775792 and on). */
const MOST_WIDE = 9.2e18;

type Unit = (says: Quantity) => MetricRule;
const unit =
  (times: number, over: number, most: number): Unit =>
  (says) => ({ says, times, over, least: 0, most });

// The one place where DCGM's units become ours. Ranges are ours: far past any card, well short of nonsense.
const percent = unit(1, 100, 100);
const ratio = unit(1, 1, 1);
const mebibytes = unit(2 ** 20, 1, 1e8);
const watts = unit(1, 1, 1e5);
const celsius = unit(1, 1, 250);
const megahertz = unit(1e6, 1, 1e5);
const millijoules = unit(1, 1_000, MOST_WIDE);
const nanoseconds = unit(1, 1e9, MOST_WIDE);
const bytesPerSecond = unit(1, 1, MOST_WIDE);
/** NVLink bandwidth: printed in KiB per second ÷ 1000, and already a rate (facts/dcgm-fields.md, field 449). */
const nvlinkMegabytes = unit(1_024_000, 1, 1e9);
const count = unit(1, 1, MOST_COUNT);
const flag = unit(1, 1, 1);
const code = unit(1, 1, 1e6);
/** Degrees left before a limit: below zero once it is passed. */
const degreesLeft = (says: Quantity): MetricRule => ({ says, times: 1, over: 1, least: -250, most: 250 });
/** Bits of an int32 that is not one of its blanks (2147483632 and on). */
const bits = unit(1, 1, 2_147_483_631);

/** The names of one field: as in DCGM up to 4.5, since 4.6, and of dcgm-exporter 1.x. */
type Field = { readonly unit: Unit; readonly says: Quantity; readonly names: readonly string[] };
const field = (says: Quantity, unit: Unit, ...names: readonly string[]): Field => ({ says, unit, names });

const FIELDS: readonly Field[] = [
  field("utilRatio", percent, "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_DEV_GPU_UTIL_RATIO", "dcgm_gpu_utilization"), // _RATIO still prints 0–100
  field("encodeRatio", percent, "DCGM_FI_DEV_ENC_UTIL", "dcgm_enc_utilization"),
  field("decodeRatio", percent, "DCGM_FI_DEV_DEC_UTIL", "dcgm_dec_utilization"),
  field("engineRatio", ratio, "DCGM_FI_PROF_GR_ENGINE_ACTIVE", "DCGM_FI_PROF_GR_ENGINE_UTIL_RATIO"),
  field("smRatio", ratio, "DCGM_FI_PROF_SM_ACTIVE", "DCGM_FI_PROF_SM_UTIL_RATIO"),
  field("tensorRatio", ratio, "DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", "DCGM_FI_PROF_TENSOR_UTIL_RATIO"),
  field("dramRatio", ratio, "DCGM_FI_PROF_DRAM_ACTIVE", "DCGM_FI_PROF_DRAM_UTIL_RATIO"),
  field("memoryUsedBytes", mebibytes, "DCGM_FI_DEV_FB_USED", "dcgm_fb_used"),
  field("memoryFreeBytes", mebibytes, "DCGM_FI_DEV_FB_FREE", "dcgm_fb_free"),
  field("memoryReservedBytes", mebibytes, "DCGM_FI_DEV_FB_RESERVED"),
  field("memoryTotalBytes", mebibytes, "DCGM_FI_DEV_FB_TOTAL"),
  field("powerWatts", watts, "DCGM_FI_DEV_POWER_USAGE", "DCGM_FI_DEV_BOARD_POWER_WATTS", "dcgm_power_usage"),
  field("temperatureCelsius", celsius, "DCGM_FI_DEV_GPU_TEMP", "DCGM_FI_DEV_GPU_TEMP_CELSIUS", "dcgm_gpu_temp"),
  field(
    "memoryTemperatureCelsius",
    celsius,
    "DCGM_FI_DEV_MEMORY_TEMP",
    "DCGM_FI_DEV_MEMORY_TEMP_CELSIUS",
    "dcgm_memory_temp",
  ),
  field("smClockHz", megahertz, "DCGM_FI_DEV_SM_CLOCK", "dcgm_sm_clock"),
  field("energyJoules", millijoules, "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", "dcgm_total_energy_consumption"),
  field("pcieRxBytesPerSecond", bytesPerSecond, "DCGM_FI_PROF_PCIE_RX_BYTES"),
  field("pcieTxBytesPerSecond", bytesPerSecond, "DCGM_FI_PROF_PCIE_TX_BYTES"),
  field("nvlinkRx", bytesPerSecond, "DCGM_FI_PROF_NVLINK_RX_BYTES"),
  field("nvlinkTx", bytesPerSecond, "DCGM_FI_PROF_NVLINK_TX_BYTES"),
  field(
    "nvlinkBytesPerSecond",
    nvlinkMegabytes,
    "DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL",
    "DCGM_FI_DEV_NVLINK_THROUGHPUT_TOTAL",
    "dcgm_nvlink_bandwidth_total",
  ),
  field("eccCorrectedTotal", count, "DCGM_FI_DEV_ECC_SBE_VOL_TOTAL", "dcgm_ecc_sbe_volatile_total"),
  field("eccUncorrectedTotal", count, "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", "dcgm_ecc_dbe_volatile_total"),
  field("eccCorrectedForLife", count, "DCGM_FI_DEV_ECC_SBE_AGG_TOTAL", "dcgm_ecc_sbe_aggregate_total"),
  field("eccUncorrectedForLife", count, "DCGM_FI_DEV_ECC_DBE_AGG_TOTAL", "dcgm_ecc_dbe_aggregate_total"),
  field(
    "rowsRemappedCorrectedTotal",
    count,
    "DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS",
    "DCGM_FI_DEV_ROW_REMAP_CORRECTABLE_TOTAL",
  ),
  field(
    "rowsRemappedUncorrectedTotal",
    count,
    "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS",
    "DCGM_FI_DEV_ROW_REMAP_UNCORRECTABLE_TOTAL",
  ),
  field("rowRemapPending", flag, "DCGM_FI_DEV_ROW_REMAP_PENDING"),
  field("rowRemapFailed", flag, "DCGM_FI_DEV_ROW_REMAP_FAILURE", "DCGM_FI_DEV_ROW_REMAP_FAILED"),
  field(
    "pagesRetiredSingle",
    count,
    "DCGM_FI_DEV_RETIRED_SBE",
    "DCGM_FI_DEV_PAGE_RETIRED_SBE_TOTAL",
    "dcgm_retired_pages_sbe",
  ),
  field(
    "pagesRetiredDouble",
    count,
    "DCGM_FI_DEV_RETIRED_DBE",
    "DCGM_FI_DEV_PAGE_RETIRED_DBE_TOTAL",
    "dcgm_retired_pages_dbe",
  ),
  field(
    "pcieReplayTotal",
    count,
    "DCGM_FI_DEV_PCIE_REPLAY_COUNTER",
    "DCGM_FI_DEV_PCIE_REPLAY_TOTAL",
    "dcgm_pcie_replay_counter",
  ),
  field(
    "nvlinkCrcFlit",
    count,
    "DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL",
    "DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_TOTAL",
    "dcgm_nvlink_flit_crc_error_count_total",
  ),
  field(
    "nvlinkCrcData",
    count,
    "DCGM_FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_TOTAL",
    "DCGM_FI_DEV_NVLINK_CRC_DATA_ERROR_TOTAL",
    "dcgm_nvlink_data_crc_error_count_total",
  ),
  field(
    "nvlinkReplay",
    count,
    "DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL",
    "DCGM_FI_DEV_NVLINK_REPLAY_ERROR_TOTAL",
    "dcgm_nvlink_replay_error_count_total",
  ),
  field(
    "nvlinkRecovery",
    count,
    "DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL",
    "DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_TOTAL",
    "dcgm_nvlink_recovery_error_count_total",
  ),
  field("nvlinkDlCrc", count, "DCGM_FI_DEV_NVLINK_ERROR_DL_CRC", "DCGM_FI_DEV_NVLINK_CRC_ERROR_TOTAL"),
  field("nvlinkDlReplay", count, "DCGM_FI_DEV_NVLINK_ERROR_DL_REPLAY", "DCGM_FI_DEV_NVLINK_REPLAY_TOTAL"),
  field("nvlinkDlRecovery", count, "DCGM_FI_DEV_NVLINK_ERROR_DL_RECOVERY", "DCGM_FI_DEV_NVLINK_RECOVERY_TOTAL"),
  field("thermalViolation", nanoseconds, "DCGM_FI_DEV_THERMAL_VIOLATION", "dcgm_thermal_violation"), // ns; the old help text said µs and was wrong
  field("powerViolation", nanoseconds, "DCGM_FI_DEV_POWER_VIOLATION", "dcgm_power_violation"),
  field("swThermalSlowdown", nanoseconds, "DCGM_FI_DEV_CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN_NS"),
  field("hwThermalSlowdown", nanoseconds, "DCGM_FI_DEV_CLOCKS_EVENT_REASON_HW_THERM_SLOWDOWN_NS"),
  field("swPowerCap", nanoseconds, "DCGM_FI_DEV_CLOCKS_EVENT_REASON_SW_POWER_CAP_NS"),
  field("hwPowerBrake", nanoseconds, "DCGM_FI_DEV_CLOCKS_EVENT_REASON_HW_POWER_BRAKE_SLOWDOWN_NS"),
  field("temperatureLimitCelsius", celsius, "DCGM_FI_DEV_GPU_MAX_OP_TEMP", "DCGM_FI_DEV_GPU_MAX_OP_TEMP_CELSIUS"),
  field(
    "memoryTemperatureLimitCelsius",
    celsius,
    "DCGM_FI_DEV_MEM_MAX_OP_TEMP",
    "DCGM_FI_DEV_MEMORY_MAX_OP_TEMP_CELSIUS",
  ),
  field("slowdownCelsius", celsius, "DCGM_FI_DEV_SLOWDOWN_TEMP", "DCGM_FI_DEV_GPU_TEMP_SLOWDOWN_CELSIUS"),
  field(
    "temperatureMarginCelsius",
    degreesLeft,
    "DCGM_FI_DEV_GPU_TEMP_LIMIT", // a margin in spite of its name
    "DCGM_FI_DEV_GPU_TEMP_MARGIN_CELSIUS",
  ),
  field("powerLimitWatts", watts, "DCGM_FI_DEV_ENFORCED_POWER_LIMIT", "DCGM_FI_DEV_BOARD_POWER_LIMIT_ENFORCED_WATTS"),
  field("fanRatio", percent, "DCGM_FI_DEV_FAN_SPEED"),
  field("pcieWidth", count, "DCGM_FI_DEV_PCIE_LINK_WIDTH"),
  field("pcieWidthMax", count, "DCGM_FI_DEV_PCIE_MAX_LINK_WIDTH"),
  field("clockReasons", bits, "DCGM_FI_DEV_CLOCKS_EVENT_REASONS", "DCGM_FI_DEV_CLOCK_THROTTLE_REASONS"),
  field("sramThresholdExceeded", flag, "DCGM_FI_DEV_THRESHOLD_SRM", "DCGM_FI_DEV_SRAM_EXCEEDED"),
  field("memoryUnrepairable", code, "DCGM_FI_DEV_MEMORY_UNREPAIRABLE_FLAG", "DCGM_FI_DEV_MEMORY_UNREPAIRABLE"),
  field("recoveryAction", code, "DCGM_FI_DEV_GET_GPU_RECOVERY_ACTION", "DCGM_FI_DEV_GPU_RECOVERY_ACTION"),
  field(
    "pagesPending",
    code,
    "DCGM_FI_DEV_RETIRED_PENDING",
    "DCGM_FI_DEV_PAGE_RETIRED_PENDING",
    "dcgm_retired_pages_pending",
  ),
  field("banksLow", code, "DCGM_FI_DEV_BANKS_REMAP_ROWS_AVAIL_LOW", "DCGM_FI_DEV_BANK_REMAP_AVAIL_LOW"),
  field("banksNone", code, "DCGM_FI_DEV_BANKS_REMAP_ROWS_AVAIL_NONE", "DCGM_FI_DEV_BANK_REMAP_AVAIL_NONE"),
  field("fabricManagerStatus", code, "DCGM_FI_DEV_FABRIC_MANAGER_STATUS"),
  field("nvswitchFatalCode", code, "DCGM_FI_DEV_NVSWITCH_FATAL_ERRORS", "DCGM_FI_DEV_SXID_FATAL_ERROR"),
  field("healthStatus", code, "DCGM_EXP_GPU_HEALTH_STATUS"),
  field("peersUnreachable", code, "DCGM_EXP_P2P_STATUS"), // of one peer each: card-columns.ts counts them
  field("xidCode", code, "DCGM_FI_DEV_XID_ERRORS", "DCGM_FI_DEV_XID_ERROR", "dcgm_xid_errors"),
  field("xidWindow", count, "DCGM_EXP_XID_ERRORS_COUNT"),
];

/** Metric of dcgm-exporter → what it says. Sources: facts/dcgm-fields.md 2 and 3, dcgm-field-aliases.csv. */
export const DCGM_METRICS: ReadonlyMap<string, MetricRule> = new Map(
  FIELDS.flatMap(({ says, unit, names }) => names.map((name) => [name, unit(says)] as const)),
);
