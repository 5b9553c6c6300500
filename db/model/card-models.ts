/**
 * The card models Dapan knows by name: data-sheet memory (GB) and power (W, null where none is published), and into how
 * many MIG slices the whole card divides (0 = not at all). Names are as DCGM or npu-exporter prints them, without a
 * leading "NVIDIA ". Source: vendor data sheets, cross-read; MI300X counts its 8 compute partitions.
 */
export const CARD_MODELS = [
  { id: "T4", names: ["Tesla T4", "T4"], maker: "nvidia", memoryGb: 16, tdpWatts: 70, migSlices: 0 },
  { id: "V100-SXM2-16G", names: ["Tesla V100-SXM2-16GB"], maker: "nvidia", memoryGb: 16, tdpWatts: 300, migSlices: 0 },
  { id: "V100-SXM2-32G", names: ["Tesla V100-SXM2-32GB"], maker: "nvidia", memoryGb: 32, tdpWatts: 300, migSlices: 0 },
  { id: "V100-PCIE-16G", names: ["Tesla V100-PCIE-16GB"], maker: "nvidia", memoryGb: 16, tdpWatts: 250, migSlices: 0 },
  { id: "V100-PCIE-32G", names: ["Tesla V100-PCIE-32GB"], maker: "nvidia", memoryGb: 32, tdpWatts: 250, migSlices: 0 },
  { id: "A10", names: ["A10"], maker: "nvidia", memoryGb: 24, tdpWatts: 150, migSlices: 0 },
  { id: "A30", names: ["A30"], maker: "nvidia", memoryGb: 24, tdpWatts: 165, migSlices: 4 },
  { id: "A40", names: ["A40"], maker: "nvidia", memoryGb: 48, tdpWatts: 300, migSlices: 0 },
  { id: "L4", names: ["L4"], maker: "nvidia", memoryGb: 24, tdpWatts: 72, migSlices: 0 },
  { id: "L20", names: ["L20"], maker: "nvidia", memoryGb: 48, tdpWatts: 275, migSlices: 0 },
  { id: "L40", names: ["L40"], maker: "nvidia", memoryGb: 48, tdpWatts: 300, migSlices: 0 },
  { id: "L40S", names: ["L40S"], maker: "nvidia", memoryGb: 48, tdpWatts: 350, migSlices: 0 },
  { id: "A100-40G-SXM", names: ["A100-SXM4-40GB"], maker: "nvidia", memoryGb: 40, tdpWatts: 400, migSlices: 7 },
  { id: "A100-40G-PCIE", names: ["A100-PCIE-40GB"], maker: "nvidia", memoryGb: 40, tdpWatts: 250, migSlices: 7 },
  { id: "A100-80G-SXM", names: ["A100-SXM4-80GB"], maker: "nvidia", memoryGb: 80, tdpWatts: 400, migSlices: 7 },
  { id: "A100-80G-PCIE", names: ["A100 80GB PCIe"], maker: "nvidia", memoryGb: 80, tdpWatts: 300, migSlices: 7 },
  { id: "A800-80G-SXM", names: ["A800-SXM4-80GB"], maker: "nvidia", memoryGb: 80, tdpWatts: 400, migSlices: 7 },
  { id: "A800-80G-PCIE", names: ["A800 80GB PCIe"], maker: "nvidia", memoryGb: 80, tdpWatts: 300, migSlices: 7 },
  { id: "H100-SXM", names: ["H100 80GB HBM3"], maker: "nvidia", memoryGb: 80, tdpWatts: 700, migSlices: 7 },
  { id: "H100-PCIE", names: ["H100 PCIe"], maker: "nvidia", memoryGb: 80, tdpWatts: 350, migSlices: 7 },
  { id: "H800-SXM", names: ["H800"], maker: "nvidia", memoryGb: 80, tdpWatts: 700, migSlices: 7 },
  { id: "H800-PCIE", names: ["H800 PCIe"], maker: "nvidia", memoryGb: 80, tdpWatts: 350, migSlices: 7 },
  { id: "H20", names: ["H20"], maker: "nvidia", memoryGb: 96, tdpWatts: 400, migSlices: 7 },
  { id: "H200", names: ["H200"], maker: "nvidia", memoryGb: 141, tdpWatts: 700, migSlices: 7 },
  { id: "B200", names: ["B200"], maker: "nvidia", memoryGb: 180, tdpWatts: 1000, migSlices: 7 },
  { id: "GB200", names: ["GB200"], maker: "nvidia", memoryGb: 186, tdpWatts: 1200, migSlices: 7 },
  { id: "RTX4090", names: ["GeForce RTX 4090"], maker: "nvidia", memoryGb: 24, tdpWatts: 450, migSlices: 0 },
  { id: "Ascend910B1", names: ["910B1", "Ascend910B1"], maker: "huawei", memoryGb: 64, tdpWatts: 400, migSlices: 0 },
  { id: "Ascend910B2", names: ["910B2", "Ascend910B2"], maker: "huawei", memoryGb: 64, tdpWatts: 400, migSlices: 0 },
  { id: "Ascend910B3", names: ["910B3", "Ascend910B3"], maker: "huawei", memoryGb: 64, tdpWatts: 400, migSlices: 0 },
  { id: "Ascend910B4", names: ["910B4", "Ascend910B4"], maker: "huawei", memoryGb: 32, tdpWatts: 350, migSlices: 0 },
  {
    id: "Ascend910C",
    names: ["910C", "Ascend910_9391", "Ascend910_9392", "Ascend910_9382"],
    maker: "huawei",
    memoryGb: 128,
    tdpWatts: null,
    migSlices: 0,
  },
  { id: "Ascend310P", names: ["310P3", "Ascend310P3"], maker: "huawei", memoryGb: 48, tdpWatts: 75, migSlices: 0 },
  { id: "MI300X", names: ["AMD Instinct MI300X", "MI300X"], maker: "amd", memoryGb: 192, tdpWatts: 750, migSlices: 8 },
] as const satisfies readonly {
  readonly id: string;
  readonly names: readonly string[];
  readonly maker: string;
  readonly memoryGb: number;
  readonly tdpWatts: number | null;
  readonly migSlices: number;
}[];

export type CardModel = (typeof CARD_MODELS)[number];

/**
 * The known model behind a name an exporter prints, or null. Case does not matter; old drivers leave "NVIDIA " out and
 * some exporters replace blanks, so blanks, `_` and `-` are one.
 */
export function knownModel(modelName: string): CardModel | null {
  return BY_NAME.get(normalise(modelName)) ?? null;
}

/** The model id a pool is named by: the known one, else the name as said (an unlisted card is a pool of its own). */
export const modelOf = (modelName: string): string => knownModel(modelName)?.id ?? modelName;

const normalise = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[\s_-]+/g, " ")
    .trim()
    .replace(/^nvidia /, "");

const BY_NAME: ReadonlyMap<string, CardModel> = new Map(
  CARD_MODELS.flatMap((model) => model.names.map((name) => [normalise(name), model] as const)),
);
