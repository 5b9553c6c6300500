/** Temperature limits of a model in °C, where the card does not say its own. */
export type TemperatureLimits = {
  readonly maxOperating: number;
  readonly slowdown: number | null; // null = the model says margins only
  readonly memoryMax: number | null;
};

/**
 * Read off `nvidia-smi -q` of single cards (health-rules.md section 4); limits differ by VBIOS, so what a card says of
 * itself goes first. A model that is not here has no limit we know: its rules say nothing.
 */
const LIMITS: Readonly<Record<string, TemperatureLimits>> = {
  T4: { maxOperating: 85, slowdown: 93, memoryMax: null },
  "V100-SXM2-16G": { maxOperating: 83, slowdown: 87, memoryMax: 85 },
  "V100-SXM2-32G": { maxOperating: 83, slowdown: 87, memoryMax: 85 },
  A10: { maxOperating: 91, slowdown: 98, memoryMax: null },
  "A100-40G-SXM": { maxOperating: 85, slowdown: 89, memoryMax: 95 },
  "A100-40G-PCIE": { maxOperating: 85, slowdown: 89, memoryMax: 95 },
  "A100-80G-SXM": { maxOperating: 85, slowdown: 89, memoryMax: 95 },
  "A100-80G-PCIE": { maxOperating: 85, slowdown: 89, memoryMax: 95 },
  "A800-80G-PCIE": { maxOperating: 85, slowdown: 89, memoryMax: 95 },
  L4: { maxOperating: 86, slowdown: 88, memoryMax: null },
  L40S: { maxOperating: 87, slowdown: 89, memoryMax: null },
  "H100-SXM": { maxOperating: 87, slowdown: 89, memoryMax: null },
  H200: { maxOperating: 87, slowdown: 89, memoryMax: null },
};

/** null = nobody knows. */
export const limitsOf = (model: string): TemperatureLimits | null => LIMITS[model] ?? null;
