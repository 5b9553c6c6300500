/** Temperature limits of a model in °C, where the card does not say its own. null = nobody published one. */
type TemperatureLimits = {
  readonly maxOperating: number;
  readonly slowdown: number | null;
  readonly memoryMax: number | null;
};

const ampere: TemperatureLimits = { maxOperating: 85, slowdown: 89, memoryMax: 95 };
/** Newer cards say degrees left: clocks are cut two degrees past the operating limit. */
const hopper: TemperatureLimits = { maxOperating: 87, slowdown: 89, memoryMax: null };
const volta: TemperatureLimits = { maxOperating: 83, slowdown: 87, memoryMax: 85 };
/** No vendor limit was found: 85 and 95 are ours, unverified, and nobody is paged for them. */
const ascend: TemperatureLimits = { maxOperating: 85, slowdown: null, memoryMax: 95 };

/**
 * By id of CARD_MODELS. Source: `nvidia-smi -q` of single cards (facts/health-rules.md section 4); limits differ by VBIOS,
 * so what a card says of itself goes first. A model that is not here was never captured: its rules say nothing.
 */
const LIMITS: ReadonlyMap<string, TemperatureLimits> = new Map([
  ["T4", { maxOperating: 85, slowdown: 93, memoryMax: null }],
  ["V100-SXM2-16G", volta],
  ["V100-SXM2-32G", volta],
  ["A10", { maxOperating: 91, slowdown: 98, memoryMax: null }],
  ["A100-40G-SXM", ampere],
  ["A100-40G-PCIE", ampere],
  ["A100-80G-SXM", ampere],
  ["A100-80G-PCIE", ampere],
  ["A800-80G-PCIE", ampere],
  ["L4", { maxOperating: 86, slowdown: 88, memoryMax: null }],
  ["L40S", hopper],
  ["RTX4090", { maxOperating: 82, slowdown: 84, memoryMax: null }],
  ["H100-SXM", hopper],
  ["H200", hopper],
  ["Ascend910B1", ascend],
  ["Ascend910B2", ascend],
  ["Ascend910B3", ascend],
  ["Ascend910B4", ascend],
  ["Ascend910C", ascend],
  ["Ascend310P", ascend],
]);

/** In °C; null = nobody knows. */
export function limitOf(model: string, part: "core" | "memory", limit: "max_operating" | "slowdown"): number | null {
  const limits = LIMITS.get(model);
  if (limits === undefined) return null;
  if (part === "memory") return limit === "max_operating" ? limits.memoryMax : null;
  return limit === "slowdown" ? limits.slowdown : limits.maxOperating;
}
