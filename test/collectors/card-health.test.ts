import { describe, expect, test } from "vitest";
import { cardExporters } from "../../collectors/card-exporters.ts";
import { CardTarget } from "../../collectors/card-target.ts";
import type { HealthField } from "../../db/model/health.ts";
import { frameOf, healthOf, line } from "./dcgm-bodies.ts";

const say = (text: string): Partial<Record<HealthField, number>> | null =>
  healthOf(frameOf(new CardTarget(), text).frame);

describe("what the rules of health read", () => {
  test.each<[string, string | number, HealthField, number]>([
    ["DCGM_FI_DEV_GPU_MAX_OP_TEMP", 85, "temperatureLimitCelsius", 85],
    ["DCGM_FI_DEV_GPU_MAX_OP_TEMP_CELSIUS", 85, "temperatureLimitCelsius", 85],
    ["DCGM_FI_DEV_MEM_MAX_OP_TEMP", 95, "memoryTemperatureLimitCelsius", 95],
    ["DCGM_FI_DEV_SLOWDOWN_TEMP", 89, "slowdownCelsius", 89],
    ["DCGM_FI_DEV_GPU_TEMP_LIMIT", -3, "temperatureMarginCelsius", -3],
    ["DCGM_FI_DEV_GPU_TEMP_MARGIN_CELSIUS", 53, "temperatureMarginCelsius", 53],
    ["DCGM_FI_DEV_ENFORCED_POWER_LIMIT", "400.000000", "powerLimitWatts", 400],
    ["DCGM_FI_DEV_FAN_SPEED", 30, "fanRatio", 0.3],
    ["DCGM_FI_DEV_PCIE_LINK_WIDTH", 8, "pcieWidth", 8],
    ["DCGM_FI_DEV_PCIE_MAX_LINK_WIDTH", 16, "pcieWidthMax", 16],
    ["DCGM_FI_DEV_CLOCKS_EVENT_REASONS", 0x48, "clockReasons", 0x48],
    ["DCGM_FI_DEV_CLOCK_THROTTLE_REASONS", 1, "clockReasons", 1],
    ["DCGM_FI_DEV_THRESHOLD_SRM", 1, "sramThresholdExceeded", 1],
    ["DCGM_FI_DEV_SRAM_EXCEEDED", 0, "sramThresholdExceeded", 0],
    ["DCGM_FI_DEV_MEMORY_UNREPAIRABLE_FLAG", 1, "memoryUnrepairable", 1],
    ["DCGM_FI_DEV_GPU_RECOVERY_ACTION", 2, "recoveryAction", 2],
    ["DCGM_FI_DEV_RETIRED_PENDING", 1, "pagesPending", 1],
    ["DCGM_FI_DEV_RETIRED_DBE", 3, "pagesRetiredDbe", 3],
    ["DCGM_FI_DEV_BANKS_REMAP_ROWS_AVAIL_LOW", 2, "banksLow", 2],
    ["DCGM_FI_DEV_BANK_REMAP_AVAIL_NONE", 1, "banksNone", 1],
    ["DCGM_FI_DEV_FABRIC_MANAGER_STATUS", 3, "fabricManagerStatus", 3],
    ["DCGM_FI_DEV_CLOCKS_EVENT_REASON_HW_POWER_BRAKE_SLOWDOWN_NS", "1500000000", "powerBrakeSeconds", 1.5],
    ["DCGM_FI_DEV_CLOCKS_EVENT_REASON_HW_THERM_SLOWDOWN_NS", "2000000000", "hwThermalSeconds", 2],
    ["DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL", 4, "nvlinkReplayTotal", 4],
    ["DCGM_FI_DEV_NVLINK_ERROR_DL_RECOVERY", 5, "nvlinkRecoveryTotal", 5],
    ["DCGM_EXP_GPU_HEALTH_STATUS", 10, "healthStatus", 10],
  ])("%s %s is %s %d", (metric, raw, field, expected) => {
    expect(say(line(metric, raw))).toEqual({ [field]: expected });
  });

  test("of all that is watched, the worst is the card's health", () => {
    const watch = (name: string, value: number): string =>
      line("DCGM_EXP_GPU_HEALTH_STATUS", value, { extra: `health_watch="${name}"` });
    expect(say(watch("PCIE", 0) + watch("MEM", 20) + watch("THERMAL", 10))).toEqual({ healthStatus: 20 });
  });

  test("peers that cannot be reached are counted; one that nobody knows of is not", () => {
    const peer = (name: string, value: number): string =>
      line("DCGM_EXP_P2P_STATUS", value, { extra: `peer_gpu="${name}"` });
    expect(say(peer("1", 0))).toEqual({ peersUnreachable: 0 });
    expect(say(peer("1", 5) + peer("2", 3) + peer("3", 0) + peer("4", 6))).toEqual({ peersUnreachable: 2 });
  });

  test("CRC errors of flits and data add up, over the links of a card", () => {
    const link = (kind: string, index: number, value: number): string =>
      `DCGM_FI_DEV_NVLINK_CRC_${kind}_ERROR_COUNT_TOTAL{nvlink="${index}",gpu="0",gpu_uuid="GPU-0",model_name="x"} ${value}\n`;
    expect(say(link("FLIT", 0, 1) + link("FLIT", 1, 2) + link("DATA", 0, 4))).toEqual({ nvlinkCrcTotal: 7 });
  });

  test("a frame without any of it holds none, also where the exporter prints blanks", () => {
    expect(say(line("DCGM_FI_DEV_GPU_TEMP", 40))).toBeNull();
    expect(say(line("DCGM_FI_DEV_SLOWDOWN_TEMP", "2147483634"))).toBeNull();
    expect(say(line("DCGM_FI_DEV_CLOCKS_EVENT_REASONS", "9223372036854775794"))).toBeNull();
  });

  test("each card has its own", () => {
    const { frame } = frameOf(
      new CardTarget(),
      line("DCGM_FI_DEV_GPU_TEMP", 40) + line("DCGM_FI_DEV_SLOWDOWN_TEMP", 89, { gpu: 1 }),
    );
    expect([healthOf(frame, 0), healthOf(frame, 1)]).toEqual([{}, { slowdownCelsius: 89 }]);
  });
});

test("a Prometheus is never asked for them where slots are read", () => {
  const { metrics, healthMetrics, liveMetrics } = cardExporters;
  expect(healthMetrics).toContain("DCGM_FI_DEV_SLOWDOWN_TEMP");
  expect(healthMetrics.filter((name) => metrics.includes(name) || liveMetrics.includes(name))).toEqual([]);
  for (const needed of [
    "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL",
    "DCGM_EXP_XID_ERRORS_COUNT",
    "DCGM_FI_DEV_PCIE_REPLAY_COUNTER",
  ])
    expect(liveMetrics).toContain(needed);
});
