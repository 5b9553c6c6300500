/**
 * How often what breaks, and how it is repaired.
 *
 * Source: facts/fault-rates.json (`base` of each class, events per 1,000 GPU-days; firstAction; repairHours), which
 * takes them from Llama 3, Delta, RSC and Crusoe. `exporter-down` is ours: nobody publishes it.
 */
export type FaultClass = (typeof FAULT_CLASSES)[number]["id"];

/** per: what the rate counts. A node class has the rate of its 1 to 8 cards together. */
export const FAULT_CLASSES = [
  { id: "gpu-hard-other", per: "card", rate: 0.17 },
  { id: "gpu-memory-uncorrectable", per: "card", rate: 0.1 },
  { id: "gpu-sram", per: "card", rate: 0.02 },
  { id: "gsp-firmware", per: "card", rate: 0.03 },
  { id: "nvlink", per: "card", rate: 0.05 },
  { id: "thermal-or-power", per: "card", rate: 0.02 },
  { id: "app-xid", per: "card", rate: 10 },
  { id: "ecc-correctable-burst", per: "card", rate: 0.2 },
  { id: "network-port-or-cable", per: "card", rate: 0.06 },
  { id: "silent-data-corruption", per: "card", rate: 0.007 },
  { id: "software-bug-platform", per: "card", rate: 0.07 },
  { id: "storage-or-mount", per: "node", rate: 0.08 },
  { id: "host-other", per: "node", rate: 0.03 },
  { id: "host-maintenance-unplanned", per: "node", rate: 0.036 },
  { id: "exporter-down", per: "node", rate: 0.5 },
] as const;

export const LEMON_FACTOR = 12; // lemons.hazardMultiplier

export const FIRST_ACTION = { reset: 0.5, reboot: 0.35, replace: 0.15 } as const;

/** Hours from the fault to the end of its repair. */
export const REPAIR_HOURS = {
  reset: [0.1, 0.5],
  reboot: [0.25, 1],
  operator: [2, 23],
  replace: [24, 336],
} as const satisfies Record<string, readonly [number, number]>;

/** Classes that stop the job on the card, and with it the whole gang. */
export const FATAL_CLASSES: ReadonlySet<FaultClass> = new Set([
  "gpu-hard-other",
  "gpu-memory-uncorrectable",
  "gpu-sram",
  "gsp-firmware",
  "software-bug-platform",
  "host-other",
  "host-maintenance-unplanned",
]);

/** Classes whose events are the card's own and grow with its hazard factor; application errors do not care which card runs them. */
export const HARDWARE_CLASSES: ReadonlySet<FaultClass> = new Set(
  FAULT_CLASSES.map((c) => c.id).filter(
    (id) => id !== "app-xid" && id !== "software-bug-platform" && id !== "exporter-down",
  ),
);

/** How many events of one card's class to expect in a day. */
export function dailyRate(
  id: FaultClass,
  rate: number,
  card: { readonly faultFactor: number; readonly memoryFaultFactor: number },
  lemon: boolean,
): number {
  const hardware = HARDWARE_CLASSES.has(id);
  const factor = hardware ? card.faultFactor * (lemon ? LEMON_FACTOR : 1) : 1;
  const memory = id === "gpu-memory-uncorrectable" ? card.memoryFaultFactor : 1;
  return (rate / 1000) * factor * memory;
}
