import type { CardField } from "./card-fields.ts";

/**
 * What only the rules of health read, beside CARD_FIELDS: said by few exporters, kept in memory and never in slots.
 * Order of `CardFrame.health`; NaN = not said. Numbers in brackets are DCGM's fields (facts in docs/alerts.md).
 */
export const HEALTH_FIELDS = [
  { name: "temperatureLimitCelsius", kind: "gauge" }, // highest the core may reach in operation [152]
  { name: "memoryTemperatureLimitCelsius", kind: "gauge" }, // [151]
  { name: "slowdownCelsius", kind: "gauge" }, // clocks are cut from here on [158]
  { name: "temperatureMarginCelsius", kind: "gauge" }, // degrees left; may be negative [153]
  { name: "powerLimitWatts", kind: "gauge" }, // enforced [164]
  { name: "fanRatio", kind: "gauge" }, // [191]
  { name: "pcieWidth", kind: "gauge" }, // lanes [238]
  { name: "pcieWidthMax", kind: "gauge" }, // [236]
  { name: "clockReasons", kind: "state" }, // bit mask of the moment [112]
  { name: "sramThresholdExceeded", kind: "state" }, // 0/1 [346]
  { name: "memoryUnrepairable", kind: "state" }, // 0 = no [1507]
  { name: "recoveryAction", kind: "state" }, // 0 none, 1 reset, 2 reboot, 3 drain P2P, 4 drain and reset [1523]
  { name: "pagesPending", kind: "state" }, // pages to be retired at the next reset [392]
  { name: "pagesRetiredDbe", kind: "counter" }, // [391]
  { name: "banksLow", kind: "state" }, // memory banks with few spare rows [388]
  { name: "banksNone", kind: "state" }, // and with none [389]
  { name: "fabricManagerStatus", kind: "state" }, // [170]
  { name: "nvswitchFatalCode", kind: "state" }, // last fatal SXid; sticky [856]
  { name: "powerBrakeSeconds", kind: "counter" }, // [1424]
  { name: "hwThermalSeconds", kind: "counter" }, // [1423]
  { name: "nvlinkCrcTotal", kind: "counter" }, // [409 + 419]
  { name: "nvlinkReplayTotal", kind: "counter" }, // [429]
  { name: "nvlinkRecoveryTotal", kind: "counter" }, // [439]
  { name: "healthStatus", kind: "state" }, // worst of DCGM_EXP_GPU_HEALTH_STATUS: 0 pass, 10 warn, 20 fail [9003]
  { name: "peersUnreachable", kind: "state" }, // DCGM_EXP_P2P_STATUS 3–5 [9004]
  { name: "networkUp", kind: "state" }, // Ascend network_status 0/1
  { name: "opticalUp", kind: "state" }, // Ascend optical_state 0/1
] as const satisfies readonly { readonly name: string; readonly kind: "gauge" | "counter" | "state" }[];

export type HealthField = (typeof HEALTH_FIELDS)[number]["name"];
export const HEALTH_FIELD_COUNT = HEALTH_FIELDS.length;
export const HEALTH_FIELD = Object.fromEntries(HEALTH_FIELDS.map((f, i) => [f.name, i])) as Readonly<
  Record<HealthField, number>
>;

/** What is worked out of readings for the rules; ms while it lasts, NaN = not so just now, or nobody can tell. */
export const DERIVED_SIGNALS = [
  "heldQuietMs", // held and without activity for so long
  "freeMs", // held by nobody for so long
  "zombieMs", // nobody named, memory in use and no activity for so long
  "unreadMs", // its last reading ran out so long ago
  "powerMissingMs", // everything else is said, power is not
  "activityRatio", // the busiest of its engines, 0..1
] as const;
export type DerivedSignal = (typeof DERIVED_SIGNALS)[number];

/** Anything a rule can compare. */
export type Signal = CardField | HealthField | DerivedSignal;
