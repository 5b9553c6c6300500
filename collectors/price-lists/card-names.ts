import { CARD_MODELS, type CardModel, cardModel } from "../../db/model/card-models.ts";

/** How a card's name in a price list was read. */
export const CARD_NAME_WHYS = [
  "alias", // a person said what this name is
  "exact", // a name exporters use, or an id of ours
  "read", // family and memory name one model
  "form_assumed", // they name a card with SXM and one with PCIe: lists that do not say mean SXM, as nearly all clouds rent
  "stranger", // a card without a data sheet here, under the name its exporter gives it
  "unknown", // nothing we ever heard of, kept as it is written
] as const;
export type CardNameWhy = (typeof CARD_NAME_WHYS)[number];

export type CardName = {
  readonly model: string | null; // id of a card model; null = no data sheet
  readonly name: string; // what the price book stores: the id, or the name a stranger's exporter gives it
  readonly memoryGB: number | null; // as the name says it, else of the model; null = neither says
  readonly why: CardNameWhy;
};

/**
 * Cards that price lists offer and facts/cards.json has no sheet of, by family and memory, under the names their driver
 * gives them, so that a price meets the pool its exporter makes. From dcgm and nvidia-smi outputs.
 */
const STRANGERS: readonly (readonly [family: string, memoryGB: number | null, name: string])[] = [
  ["K80", null, "Tesla K80"],
  ["M60", null, "Tesla M60"],
  ["P4", null, "Tesla P4"],
  ["P40", null, "Tesla P40"],
  ["P100", 12, "Tesla P100-PCIE-12GB"],
  ["P100", null, "Tesla P100-PCIE-16GB"],
  ["A10G", null, "NVIDIA A10G"],
  ["A2", null, "NVIDIA A2"],
  ["A16", null, "NVIDIA A16"],
  ["A2000", null, "NVIDIA RTX A2000"],
  ["A4000", null, "NVIDIA RTX A4000"],
  ["A4500", null, "NVIDIA RTX A4500"],
  ["A5000", null, "NVIDIA RTX A5000"],
  ["A6000", null, "NVIDIA RTX A6000"],
  ["RTX4000", null, "Quadro RTX 4000"],
  ["RTX5000", null, "Quadro RTX 5000"],
  ["RTX6000", null, "Quadro RTX 6000"],
  ["RTX8000", null, "Quadro RTX 8000"],
  ["RTX3070", null, "NVIDIA GeForce RTX 3070"],
  ["RTX3080", null, "NVIDIA GeForce RTX 3080"],
  ["RTX3080TI", null, "NVIDIA GeForce RTX 3080 Ti"],
  ["RTX3090", null, "NVIDIA GeForce RTX 3090"],
  ["RTX3090TI", null, "NVIDIA GeForce RTX 3090 Ti"],
  ["RTX4080", null, "NVIDIA GeForce RTX 4080"],
  ["RTX5090", null, "NVIDIA GeForce RTX 5090"],
  ["GH200", null, "NVIDIA GH200 480GB"],
];

/** Families whose models differ in memory, form or step: these must be told apart; the first form is the assumed one. */
const FORMS = ["SXM", "PCIE"] as const;
type Form = (typeof FORMS)[number];

/**
 * Which card a name in a price list means: "A100 (80 GB)", "H100 HGX (80GB)", "RTX A6000 (48 GB)", "A100-80GB",
 * "Tesla V100-SXM2-32GB". Total: a name nobody knows is kept, and says so.
 * @param memoryGB of one card, where another column says it; used when the name does not
 * @param aliases names a person has tied to a model; they go before everything
 */
export function readCardName(
  text: string,
  memoryGB: number | null = null,
  aliases: ReadonlyMap<string, string> = new Map(),
): CardName {
  const written = text.trim();
  const alias = aliases.get(aliasKey(written));
  if (alias !== undefined) return known(alias, cardModel(alias)?.memoryGB ?? memoryGB, "alias");
  const exact = cardModel(written);
  if (exact !== null) return known(exact.id, exact.memoryGB, "exact");
  const parts = takeApart(written);
  const memory = parts.memoryGB ?? memoryGB;
  const fits = modelsOf(parts.family).filter((model) => memory === null || isMemoryOf(model, memory));
  const [first] = fits.filter(({ id }) => parts.form === null || formOf(id) === null || formOf(id) === parts.form);
  if (first !== undefined && (memory !== null || isOneMemory(fits))) {
    const isAssumed = parts.form === null && fits.length > 1;
    return known(first.id, first.memoryGB, isAssumed ? "form_assumed" : "read");
  }
  const stranger = STRANGERS.find(([family, of]) => family === parts.family && (of === null || of === memory));
  if (stranger !== undefined) return { model: null, name: stranger[2], memoryGB: memory, why: "stranger" };
  return { model: null, name: written, memoryGB: memory, why: "unknown" };
}

/** The spelling by which names are compared with aliases: capitals, blanks, `_`, `-` and brackets do not matter. */
export const aliasKey = (name: string): string => name.toLowerCase().replace(/[\s_()-]+/g, "");

const known = (model: string, memoryGB: number | null, why: CardNameWhy): CardName => ({
  model,
  name: model,
  memoryGB,
  why,
});

type NameParts = { readonly family: string; readonly memoryGB: number | null; readonly form: Form | null };

const MAKERS = /^(?:NVIDIA|AMD|HUAWEI|INTEL|TESLA|QUADRO|GEFORCE|INSTINCT|GRID)\s+/;

/** "NVIDIA H100 PCIe (80GB)" → H100, 80, PCIE. */
function takeApart(written: string): NameParts {
  let rest = written
    .toUpperCase()
    .replace(/[\s_()[\]/,-]+/g, " ")
    .trim();
  for (let before = ""; before !== rest;) {
    before = rest;
    rest = rest.replace(MAKERS, "");
  }
  const isQuadro = /QUADRO/i.test(written);
  const memory = /(?:^| )(\d{1,4}) ?G(?:I?B)?(?= |$)/.exec(rest) ?? /(?:^| )(80|40)$/.exec(rest);
  if (memory !== null) rest = rest.replace(memory[0], " ");
  const form = /\b(SXM\d?|HGX|NVLINK)\b/.test(rest) ? "SXM" : /\bPCIE\d?\b/.test(rest) ? "PCIE" : null;
  const bare = rest.replace(/\b(SXM\d?|HGX|NVLINK|PCIE\d?|HBM\d?E?|GPU|DGX)\b/g, " ");
  return { family: familyOf(bare, isQuadro), memoryGB: memory === null ? null : Number(memory[1]), form };
}

/** "RTX A6000" and "A6000" are one card, "RTX 6000" is another; "3080Ti" is a GeForce RTX. */
function familyOf(bare: string, isQuadro: boolean): string {
  const joined = bare.replace(/\s+/g, "");
  const workstation = /^RTX(A\d{4})$/.exec(joined)?.[1];
  if (workstation !== undefined) return workstation;
  if (/^(?:GTX)?[2345]0\d0(?:TI|SUPER)?$/.test(joined)) return `RTX${joined}`;
  if (isQuadro && /^\d{4}$/.test(joined)) return `RTX${joined}`;
  return joined;
}

/** Models by family: "A100" has four, "T4" one. The id up to its memory or form. */
const modelsOf = (family: string): readonly CardModel[] =>
  CARD_MODELS.filter(({ id }) => (id.split("-")[0] ?? id).toUpperCase() === family);

const formOf = (id: string): Form | null =>
  id.includes("-SXM") ? "SXM" : id.endsWith("-PCIE") || id.includes("-PCIE-") ? "PCIE" : null;

/** Lists print what the driver shows of the memory, or the chips: 79.6 or 80, 180 or 192. */
const isMemoryOf = (model: CardModel, memoryGB: number): boolean =>
  Math.abs(model.memoryGB - memoryGB) <= model.memoryGB * 0.07;

/** Whether the memory needs no saying: all models of the family have the same. */
const isOneMemory = (models: readonly CardModel[]): boolean =>
  new Set(models.map(({ memoryGB }) => memoryGB)).size === 1;
