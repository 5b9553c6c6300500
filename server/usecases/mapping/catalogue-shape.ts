import { z } from "zod";

/**
 * The shape of features.yaml, before anything is looked up. Every scalar is a text here, as it stands in the file: an
 * amount must not pass through a float, and a name may be 123. An empty value is one left out.
 */
const text = z.string().max(4_096);
const optional = z
  .string()
  .max(4_096)
  .optional()
  .transform((value) => (value === "" ? undefined : value));
const said = text.min(1);
const yesOrNo = z
  .enum(["true", "false"])
  .optional()
  .transform((value) => (value === undefined ? undefined : value === "true"));

/** Labels with their own keys only, whatever they are called. */
const labels = z.unknown().transform((value, ctx): Readonly<Record<string, string>> => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    ctx.addIssue({ code: "custom", message: "a mapping of label to pattern" });
    return {};
  }
  const entries = Object.entries(value).filter((entry): entry is [string, string] => {
    if (typeof entry[1] === "string") return true;
    ctx.addIssue({ code: "custom", message: "a pattern", path: [entry[0]] });
    return false;
  });
  return Object.fromEntries(entries);
});

const selector = z.strictObject({
  vendor: text.optional(),
  region: text.optional(),
  zone: text.optional(),
  cluster: text.optional(),
  model: text.optional(),
  billing: text.optional(),
  contract: text.optional(),
});

const feature = z.strictObject({
  key: said,
  name: optional,
  team: text.optional(),
  kind: optional,
  unit: text.optional(),
  unitSource: text.optional(),
  owns: z.array(selector).optional(),
  archived: yesOrNo,
});

const rule = z.strictObject({
  name: said,
  feature: said,
  match: z.strictObject({
    cluster: text.optional(),
    namespace: text.optional(),
    pod: text.optional(),
    owner: text.optional(),
    labels: labels.optional(),
  }),
  from: optional,
  to: optional,
});

const unitPrice = z.strictObject({ feature: said, price: said, currency: said, from: optional, to: optional });
const otherCost = z.strictObject({
  feature: said,
  kind: said,
  note: text.optional(),
  perDay: said,
  currency: said,
  from: said,
  to: optional,
});
const revenue = z.strictObject({ feature: said, kind: optional, amount: said, currency: said, from: said, to: said });
const promql = z.strictObject({
  prometheus: said,
  adapter: optional,
  match: optional,
  good: z.array(said).optional(),
  failed: z.array(said).optional(),
  minus: z.array(said).optional(),
  unitsPerCount: optional,
});
const usage = z.strictObject({ feature: said, name: said, promql });

/** An empty section is one without entries; one left out says nothing. */
const section = <T extends z.ZodType>(entry: T) =>
  z.preprocess((value) => (value === "" ? [] : value), z.array(entry).max(20_000).optional());

export const catalogueShape = z.strictObject({
  features: section(feature),
  rules: section(rule),
  unitPrices: section(unitPrice),
  otherCosts: section(otherCost),
  revenue: section(revenue),
  usage: section(usage),
});
export type CatalogueText = z.infer<typeof catalogueShape>;

/** What may stand where, for did-you-mean and for what was expected: by path without indices. */
export const CATALOGUE_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ["", Object.keys(catalogueShape.shape)],
  ["features[]", Object.keys(feature.shape)],
  ["features[].owns[]", Object.keys(selector.shape)],
  ["rules[]", Object.keys(rule.shape)],
  ["rules[].match", Object.keys(rule.shape.match.shape)],
  ["unitPrices[]", Object.keys(unitPrice.shape)],
  ["otherCosts[]", Object.keys(otherCost.shape)],
  ["revenue[]", Object.keys(revenue.shape)],
  ["usage[]", Object.keys(usage.shape)],
  ["usage[].promql", Object.keys(promql.shape)],
]);

/** What a value should look like, by path without indices: how to write it, and after the colon an example. */
export const CATALOGUE_HINTS: ReadonlyMap<string, string> = new Map([
  ["", "write sections: features, rules, unitPrices, otherCosts, revenue, usage"],
  ["features", "write a list: features: [{key: chat-assist, team: assistant}]"],
  ["features[]", "write a mapping with key: {key: chat-assist, team: assistant}"],
  ["features[].key", "write its key: chat-assist"],
  ["features[].owns", "write a list of selectors: [{vendor: vendor-a, model: H20}]"],
  ["features[].archived", "write true or false: archived: true"],
  ["rules", "write a list: rules: [{name: chat, feature: chat-assist, match: {namespace: chat}}]"],
  ["rules[]", "write a mapping: {name: chat, feature: chat-assist, match: {namespace: chat}}"],
  ["rules[].name", "give the rule a name: chat"],
  ["rules[].feature", "write the key of a feature: chat-assist"],
  ["rules[].match", "write what it looks at: {namespace: chat, labels: {app: chat-.*}}; {} takes every holder"],
  ["rules[].match.labels", "write a mapping of label to pattern: {app: chat-.*}"],
  ["unitPrices", "write a list: unitPrices: [{feature: chat-assist, price: 0.02, currency: CNY, from: 2026-11-01}]"],
  ["unitPrices[].price", "write a decimal: 0.02"],
  [
    "otherCosts",
    "write a list: otherCosts: [{feature: chat-assist, kind: storage, perDay: 120, currency: CNY, from: 2026-11-01}]",
  ],
  ["otherCosts[].perDay", "write a decimal: 120.5"],
  ["otherCosts[].from", "write a day: 2026-11-01"],
  [
    "revenue",
    "write a list: revenue: [{feature: chat-assist, amount: 1200, currency: CNY, from: 2026-11-01, to: 2026-11-02}]",
  ],
  ["revenue[].amount", "write a decimal: 1200.50"],
  ["usage", "write a list: usage: [{feature: chat-assist, name: vllm, promql: {prometheus: prom-1, adapter: vllm}}]"],
  ["usage[].promql", "write a mapping with prometheus, and adapter or good: {prometheus: prom-1, adapter: vllm}"],
]);
