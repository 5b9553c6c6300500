import type { MetricRule, Quantity } from "./card-series.ts";

const rule = (says: Quantity, times: number, over: number, most: number, least = 0): MetricRule => ({
  says,
  times,
  over,
  least,
  most,
});

// The one place where npu-exporter's units become ours: %, MB (of 2^20 bytes: a 64 GB card prints 65536), W, °C, MHz.
const megabytes = (says: Quantity): MetricRule => rule(says, 2 ** 20, 1, 1e8);
const celsius = (says: Quantity): MetricRule => rule(says, 1, 1, 250);
const count = (says: Quantity): MetricRule => rule(says, 1, 1, 140_737_488_355_327);
const ERROR_CODE = rule("npuErrorCode", 1, 1, 2 ** 32 - 1);

/** Metric of npu-exporter → what it says. Source: facts/health-rules.md 9 (Ascend mind-cluster). */
export const ASCEND_METRICS: ReadonlyMap<string, MetricRule> = new Map<string, MetricRule>([
  ["npu_chip_info_utilization", rule("utilRatio", 1, 100, 100)], // AI core
  ["npu_chip_info_hbm_used_memory", megabytes("hbmUsedBytes")],
  ["npu_chip_info_hbm_total_memory", megabytes("hbmTotalBytes")],
  ["npu_chip_info_used_memory", megabytes("memoryUsedBytes")], // DDR: all there is on a 310P
  ["npu_chip_info_total_memory", megabytes("memoryTotalBytes")],
  ["npu_chip_info_power", rule("powerWatts", 1, 1, 1e5)],
  ["npu_chip_info_temperature", celsius("temperatureCelsius")],
  ["npu_chip_info_hbm_temperature", celsius("memoryTemperatureCelsius")],
  ["npu_chip_info_aicore_current_freq", rule("smClockHz", 1e6, 1, 1e5)],
  ["npu_chip_info_hbm_ecc_single_bit_error_cnt", count("eccCorrectedTotal")],
  ["npu_chip_info_hbm_ecc_double_bit_error_cnt", count("eccUncorrectedTotal")],
  ["npu_chip_info_health_status", rule("npuHealthy", 1, 1, 1, -1)],
  ["npu_chip_info_link_status", rule("linkUp", 1, 1, 1)],
  ["npu_chip_info_network_status", rule("networkUp", 1, 1, 1)],
  ["npu_chip_optical_state", rule("opticalUp", 1, 1, 1)],
  ["npu_chip_info_hbm_ecc_double_bit_isolated_pages_cnt", count("pagesRetiredDbe")],
  ["npu_chip_info_error_code", ERROR_CODE],
  ...Array.from({ length: 9 }, (_, i) => [`npu_chip_info_error_code_${i + 1}`, ERROR_CODE] as const),
]);
