import type { CatalogueChange, WrittenFeature, WrittenRule } from "../../../db/model/mapping-views.ts";
import type { Feature, MappingRule } from "../../../db/model/feature.ts";
import { type Selector, SELECTOR_PARTS } from "../../../db/model/price.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { WrittenPromql } from "../../../db/model/usage-views.ts";
import { currencyFault } from "../../config/values.ts";
import { type CatalogueItem, diffItems } from "../../domain/mapping/catalogue-diff.ts";
import { shown, type WrittenFault, wayOut } from "../../domain/mapping/faults.ts";
import { placesBetween } from "../../domain/mapping/places.ts";
import { type FeatureTerms, MOST_FEATURES, readFeature } from "../../domain/mapping/written-features.ts";
import { MoneyReader } from "../../domain/mapping/written-money.ts";
import { type ReadRule, readRules, writeHour } from "../../domain/mapping/written-rules.ts";
import { readPromql } from "../usage/promql-source.ts";
import type { UsageCatalogue } from "../usage/usage-port.ts";
import type { CatalogueText } from "./catalogue-shape.ts";
import type { KeyedRule } from "./catalogue-text.ts";

/** What is believed, as far as a catalogue can say it. */
export type Believed = {
  readonly features: readonly Feature[];
  readonly rules: readonly (KeyedRule & Pick<MappingRule, "featureId">)[];
  readonly zone: string;
  readonly now: UnixMs;
  readonly prometheis: readonly string[]; // names of the Prometheus sources of the configuration
};

/** A catalogue read: what shall be true, what that changes of features and rules, and what is wrong with it. */
export type CatalogueWish = {
  readonly features: readonly FeatureTerms[]; // of the section; the others stay
  readonly rules: readonly ReadRule[] | null; // null = the section is left out: they stay
  readonly units: UsageCatalogue | null; // null = nothing is said of units and money
  readonly changes: readonly CatalogueChange[];
  readonly faults: readonly WrittenFault[];
};

export function readWish(text: CatalogueText, believed: Believed): CatalogueWish {
  const faults: WrittenFault[] = [];
  const features = readFeatures(text.features ?? [], believed, faults);
  const after = new Map<string, FeatureTerms>(believed.features.map((feature) => [feature.key, feature]));
  for (const terms of features) after.set(terms.key, terms);
  const archived = new Map([...after].map(([key, { archivedAt }]) => [key, { isArchived: archivedAt !== null }]));
  const { zone, now } = believed;
  const rules =
    text.rules === undefined
      ? null
      : readRules(
          text.rules.map((rule) => said(rule) as WrittenRule),
          { features: archived, zone, now },
        );
  faults.push(...(rules?.faults ?? stranded(text.features ?? [], features, believed)));
  const units = readUnits(text, new Set(after.keys()), believed, faults);
  return { features, rules: rules?.rules ?? null, units, changes: changesOf(features, rules?.rules, believed), faults };
}

/** Without what is left out: in the types of what is written, a key is there or it is not. */
const said = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));

function readFeatures(
  written: NonNullable<CatalogueText["features"]>,
  { features, now }: Believed,
  faults: WrittenFault[],
): FeatureTerms[] {
  const before = new Map(features.map((feature) => [feature.key, feature]));
  const seen = new Map<string, number>();
  const terms = written.map((feature, i) => {
    const at = ["features", i];
    const other = seen.get(feature.key);
    seen.set(feature.key, i);
    if (other !== undefined)
      faults.push({
        code: "duplicate_name",
        at: [...at, "key"],
        value: shown(feature.key),
        hint: `entry ${other + 1} has this key too; leave one of them out`,
      });
    return readFeature(said(feature) as WrittenFeature, before.get(feature.key), now, at, faults);
  });
  if (new Set([...before.keys(), ...seen.keys()]).size > MOST_FEATURES)
    faults.push({
      code: "too_long",
      at: ["features"],
      value: `${seen.size} features`,
      ...wayOut("at_most", String(MOST_FEATURES)),
    });
  return terms;
}

/** Features archived here to which rules that stay still give holders. */
function stranded(
  written: NonNullable<CatalogueText["features"]>,
  features: readonly FeatureTerms[],
  { rules, now }: Believed,
): WrittenFault[] {
  return features.flatMap(({ key, archivedAt }, i): WrittenFault[] => {
    const own = rules.filter(({ feature, to }) => feature === key && (to === null || to > now));
    if (archivedAt === null || own.length === 0 || written[i]?.archived !== true) return [];
    const names = own.slice(0, 3).map(({ name }) => name);
    const out = wayOut("archived_rules", names.join(", "));
    return [{ code: "bad_value", at: ["features", i, "archived"], value: "true", ...out }];
  });
}

function readUnits(
  text: CatalogueText,
  features: ReadonlySet<string>,
  { zone, prometheis }: Believed,
  faults: WrittenFault[],
): UsageCatalogue | null {
  const reader = new MoneyReader({ features, zone, currencyFault });
  const usage = (text.usage ?? []).map(({ feature, name, promql }, i) => {
    const at = ["usage", i];
    reader.feature(feature, at);
    const written = said(promql) as WrittenPromql;
    const reading = readPromql(written, prometheis);
    if (!reading.ok)
      for (const fault of reading.faults)
        faults.push({ ...fault, at: [...at, "promql", ...fault.at], value: shown(fault.value) });
    return { feature, name, promql: written };
  });
  const units = {
    unitPrices: reader.unitPrices(text.unitPrices ?? []),
    otherCosts: reader.otherCosts(text.otherCosts ?? []),
    revenue: reader.revenue(text.revenue ?? []),
    usage,
  };
  faults.push(...reader.faults);
  return Object.values(units).every((rows) => rows.length === 0) ? null : units;
}

function changesOf(
  features: readonly FeatureTerms[],
  rules: readonly ReadRule[] | undefined,
  { features: known, rules: believed, zone }: Believed,
): CatalogueChange[] {
  const changes = diffItems(known.map(featureItem), features.map(featureItem), false);
  if (rules === undefined) return changes;
  const names = [believed, rules].flatMap((all) => [...repeated(all.map(({ name }) => name))]);
  const items = (all: readonly ReadRule[]) => all.map((rule) => ruleItem(rule, new Set(names), zone));
  const [before, after] = [items(believed), items(rules)];
  return [...changes, ...withOrder(diffItems(before, after, true), before, after)];
}

const featureItem = ({ key, name, team, kind, unit, unitSource, owns, archivedAt }: FeatureTerms): CatalogueItem => ({
  what: "feature",
  name: key,
  fields: new Map([
    ...Object.entries({ name, team, kind, unit, unitSource }),
    ["owns", owns.map(selectorText).join("; ")],
    ["archived", archivedAt === null ? "" : "true"],
  ]),
});

const selectorText = (selector: Selector): string =>
  SELECTOR_PARTS.flatMap((part) => (selector[part] === "" ? [] : [`${part} ${selector[part]}`])).join(", ");

/** Rules of one name are told apart by their beginning. */
function ruleItem(
  { name, feature, match, from, to }: ReadRule,
  repeats: ReadonlySet<string>,
  zone: string,
): CatalogueItem {
  const { labels, ...texts } = match;
  const begins = from === 0 ? "" : writeHour(from, zone);
  return {
    what: "rule",
    name: repeats.has(name) ? `${name} from ${begins === "" ? "ever" : begins}` : name,
    fields: new Map([
      ["feature", feature],
      ...Object.entries(texts),
      ...Object.entries(labels ?? {}).map(([label, pattern]): [string, string] => [`labels.${label}`, pattern]),
      ["from", begins],
      ["to", to === null ? "" : writeHour(to, zone)],
    ]),
  };
}

function repeated(names: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(names.filter((name) => seen.size === seen.add(name).size));
}

/** Tells of rules that are asked earlier or later than others now. */
function withOrder(
  changes: readonly CatalogueChange[],
  before: readonly CatalogueItem[],
  after: readonly CatalogueItem[],
): CatalogueChange[] {
  const places = new Map(before.map(({ name }, i) => [name, i + 1]));
  const made = placesBetween(after.map(({ name }) => (places.has(name) ? (places.get(name) ?? 0) * 1_000 : null)));
  return changes.map((change) => {
    const i = after.findIndex(({ name }) => name === change.name);
    const place = places.get(change.name);
    if (i < 0 || place === undefined || made[i] === place * 1_000) return change;
    const order = { field: "order", before: String(place), after: String(i + 1) };
    return { ...change, act: "change", fields: [...change.fields, order] };
  });
}
