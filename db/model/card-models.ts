/**
 * The card models Dapan knows, with what a judgement needs of the data sheet. From facts/cards.json (sources there).
 * memoryGB and tdpW are the sheet's; null = not published. migInstances: slices a whole card divides into, 0 = no MIG.
 */
export type CardModel = {
  readonly id: string; // stored and shown: "A100-80G-SXM"
  readonly vendor: "nvidia" | "huawei" | "amd"; // who makes it, not who rents it out
  readonly modelNames: readonly string[]; // as exporters say it
  readonly memoryGB: number;
  readonly tdpW: number | null;
  readonly migInstances: number;
};

export const CARD_MODELS: readonly CardModel[] = [
  { id: "T4", vendor: "nvidia", modelNames: ["Tesla T4", "NVIDIA T4"], memoryGB: 16, tdpW: 70, migInstances: 0 },
  {
    id: "V100-SXM2-16G",
    vendor: "nvidia",
    modelNames: ["Tesla V100-SXM2-16GB"],
    memoryGB: 16,
    tdpW: 300,
    migInstances: 0,
  },
  {
    id: "V100-SXM2-32G",
    vendor: "nvidia",
    modelNames: ["Tesla V100-SXM2-32GB"],
    memoryGB: 32,
    tdpW: 300,
    migInstances: 0,
  },
  {
    id: "V100-PCIE-16G",
    vendor: "nvidia",
    modelNames: ["Tesla V100-PCIE-16GB"],
    memoryGB: 16,
    tdpW: 250,
    migInstances: 0,
  },
  {
    id: "V100-PCIE-32G",
    vendor: "nvidia",
    modelNames: ["Tesla V100-PCIE-32GB"],
    memoryGB: 32,
    tdpW: 250,
    migInstances: 0,
  },
  { id: "A10", vendor: "nvidia", modelNames: ["NVIDIA A10"], memoryGB: 24, tdpW: 150, migInstances: 0 },
  { id: "A30", vendor: "nvidia", modelNames: ["NVIDIA A30"], memoryGB: 24, tdpW: 165, migInstances: 4 },
  { id: "A40", vendor: "nvidia", modelNames: ["NVIDIA A40"], memoryGB: 48, tdpW: 300, migInstances: 0 },
  { id: "L4", vendor: "nvidia", modelNames: ["NVIDIA L4"], memoryGB: 24, tdpW: 72, migInstances: 0 },
  { id: "L20", vendor: "nvidia", modelNames: ["NVIDIA L20"], memoryGB: 48, tdpW: 275, migInstances: 0 },
  { id: "L40", vendor: "nvidia", modelNames: ["NVIDIA L40"], memoryGB: 48, tdpW: 300, migInstances: 0 },
  { id: "L40S", vendor: "nvidia", modelNames: ["NVIDIA L40S"], memoryGB: 48, tdpW: 350, migInstances: 0 },
  {
    id: "A100-40G-SXM",
    vendor: "nvidia",
    modelNames: ["NVIDIA A100-SXM4-40GB", "A100-SXM4-40GB"],
    memoryGB: 40,
    tdpW: 400,
    migInstances: 7,
  },
  {
    id: "A100-40G-PCIE",
    vendor: "nvidia",
    modelNames: ["NVIDIA A100-PCIE-40GB", "A100-PCIE-40GB"],
    memoryGB: 40,
    tdpW: 250,
    migInstances: 7,
  },
  {
    id: "A100-80G-SXM",
    vendor: "nvidia",
    modelNames: ["NVIDIA A100-SXM4-80GB", "A100-SXM4-80GB"],
    memoryGB: 80,
    tdpW: 400,
    migInstances: 7,
  },
  {
    id: "A100-80G-PCIE",
    vendor: "nvidia",
    modelNames: ["NVIDIA A100 80GB PCIe"],
    memoryGB: 80,
    tdpW: 300,
    migInstances: 7,
  },
  {
    id: "A800-80G-SXM",
    vendor: "nvidia",
    modelNames: ["NVIDIA A800-SXM4-80GB"],
    memoryGB: 80,
    tdpW: 400,
    migInstances: 7,
  },
  {
    id: "A800-80G-PCIE",
    vendor: "nvidia",
    modelNames: ["NVIDIA A800 80GB PCIe"],
    memoryGB: 80,
    tdpW: 300,
    migInstances: 7,
  },
  { id: "H100-SXM", vendor: "nvidia", modelNames: ["NVIDIA H100 80GB HBM3"], memoryGB: 80, tdpW: 700, migInstances: 7 },
  { id: "H100-PCIE", vendor: "nvidia", modelNames: ["NVIDIA H100 PCIe"], memoryGB: 80, tdpW: 350, migInstances: 7 },
  { id: "H800-SXM", vendor: "nvidia", modelNames: ["NVIDIA H800"], memoryGB: 80, tdpW: 700, migInstances: 7 },
  { id: "H800-PCIE", vendor: "nvidia", modelNames: ["NVIDIA H800 PCIe"], memoryGB: 80, tdpW: 350, migInstances: 7 },
  { id: "H20", vendor: "nvidia", modelNames: ["NVIDIA H20"], memoryGB: 96, tdpW: 400, migInstances: 7 },
  { id: "H200", vendor: "nvidia", modelNames: ["NVIDIA H200"], memoryGB: 141, tdpW: 700, migInstances: 7 },
  { id: "B200", vendor: "nvidia", modelNames: ["NVIDIA B200"], memoryGB: 180, tdpW: 1000, migInstances: 7 },
  { id: "GB200", vendor: "nvidia", modelNames: ["NVIDIA GB200"], memoryGB: 186, tdpW: 1200, migInstances: 7 },
  {
    id: "RTX4090",
    vendor: "nvidia",
    modelNames: ["NVIDIA GeForce RTX 4090"],
    memoryGB: 24,
    tdpW: 450,
    migInstances: 0,
  },
  {
    id: "Ascend910B1",
    vendor: "huawei",
    modelNames: ["910B1", "Ascend910B1"],
    memoryGB: 64,
    tdpW: 400,
    migInstances: 0,
  },
  {
    id: "Ascend910B2",
    vendor: "huawei",
    modelNames: ["910B2", "Ascend910B2"],
    memoryGB: 64,
    tdpW: 400,
    migInstances: 0,
  },
  {
    id: "Ascend910B3",
    vendor: "huawei",
    modelNames: ["910B3", "Ascend910B3"],
    memoryGB: 64,
    tdpW: 400,
    migInstances: 0,
  },
  {
    id: "Ascend910B4",
    vendor: "huawei",
    modelNames: ["910B4", "Ascend910B4"],
    memoryGB: 32,
    tdpW: 350,
    migInstances: 0,
  },
  {
    id: "Ascend910C",
    vendor: "huawei",
    modelNames: ["910C", "Ascend910_9391", "Ascend910_9392", "Ascend910_9382"],
    memoryGB: 128,
    tdpW: null,
    migInstances: 0,
  },
  { id: "Ascend310P", vendor: "huawei", modelNames: ["310P3", "Ascend310P3"], memoryGB: 48, tdpW: 75, migInstances: 0 },
  {
    id: "MI300X",
    vendor: "amd",
    modelNames: ["AMD Instinct MI300X", "MI300X"],
    memoryGB: 192,
    tdpW: 750,
    migInstances: 8,
  },
];

/**
 * The spelling by which model names are compared: drivers leave the maker's name out, and an exporter may replace
 * blanks (facts/cards.md, "Matching").
 */
function plain(modelName: string): string {
  return modelName
    .toLowerCase()
    .replace(/[\s_-]+/g, "-")
    .replace(/^-|-$/g, "")
    .replace(/^nvidia-/, "");
}

const BY_NAME: ReadonlyMap<string, CardModel> = new Map(
  CARD_MODELS.flatMap((model) => [model.id, ...model.modelNames].map((name) => [plain(name), model] as const)),
);

/** The known model of a name as an exporter says it; null for a stranger. */
export const cardModel = (modelName: string): CardModel | null => BY_NAME.get(plain(modelName)) ?? null;

/** The id of the model, or the name as it was said: a card of an unknown model is still a card. */
export const modelOf = (modelName: string): string => cardModel(modelName)?.id ?? modelName;
