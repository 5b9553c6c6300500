import type { HolderMatch } from "../../../db/model/feature.ts";
import type { MappingRuleView, WrittenRule } from "../../../db/model/mapping-views.ts";

/** A rule of the list as it would be saved. `view` = as it is stored; null = it is new. */
export type RuleItem = {
  readonly id: number | null;
  readonly rule: WrittenRule;
  readonly view: MappingRuleView | null;
};

export const itemsOf = (views: readonly MappingRuleView[]): readonly RuleItem[] =>
  views.map((view) => ({ id: view.id, rule: writtenOf(view), view }));

/** A stored rule as it is written: what is not said is left out. */
function writtenOf({ name, feature, match, fromText, toText }: MappingRuleView): WrittenRule {
  return { name, feature, match, ...(fromText !== "" && { from: fromText }), ...(toText !== "" && { to: toText }) };
}

/** The list with one item a step higher or lower; the same list where there is no room. */
export function moved(items: readonly RuleItem[], item: RuleItem, step: -1 | 1): readonly RuleItem[] {
  const at = items.indexOf(item);
  const other = items[at + step];
  return at < 0 || other === undefined ? items : items.with(at, other).with(at + step, item);
}

/** The list with a rule in place of its former self, at index `at` of what is left without it. */
export function placed(items: readonly RuleItem[], item: RuleItem, at: number): readonly RuleItem[] {
  const others = without(items, item.id);
  return [...others.slice(0, at), item, ...others.slice(at)];
}

export const without = (items: readonly RuleItem[], id: number | null): readonly RuleItem[] =>
  items.filter((one) => id === null || one.id !== id);

/** How many rules are added, taken away or written differently; a new order of the others is one change more. */
export function changesBetween(before: readonly RuleItem[], after: readonly RuleItem[]): number {
  const kept = new Map(after.map((item) => [item.id, item]));
  const gone = before.filter(({ id }) => !kept.has(id)).length;
  const known = new Map(before.map((item) => [item.id, JSON.stringify(item.rule)]));
  const written = after.filter(({ id, rule }) => known.get(id) !== JSON.stringify(rule)).length;
  const order = (items: readonly RuleItem[], ids: ReadonlyMap<number | null, unknown>) =>
    items.flatMap(({ id }) => (ids.has(id) ? [id] : [])).join();
  return gone + written + (order(before, kept) === order(after, known) ? 0 : 1);
}

/** What a form about one rule holds, all of it text. */
export type RuleDraft = {
  readonly name: string;
  readonly feature: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly pod: string;
  readonly owner: string;
  readonly labels: readonly { readonly name: string; readonly pattern: string }[];
  readonly from: string;
  readonly to: string;
};

export const MATCH_TEXTS = ["cluster", "namespace", "pod", "owner"] as const;

export function draftOf({ name, feature, match, from = "", to = "" }: WrittenRule): RuleDraft {
  const { cluster = "", namespace = "", pod = "", owner = "" } = match;
  const labels = Object.entries(match.labels ?? {}).map(([label, pattern]) => ({ name: label, pattern }));
  return { name, feature, cluster, namespace, pod, owner, labels, from, to };
}

const EMPTY: RuleDraft = draftOf({ name: "", feature: "", match: {} });

/** A first rule for a namespace; null = for anything. */
export const newDraft = (namespace: string | null): RuleDraft =>
  namespace === null ? EMPTY : { ...EMPTY, name: namespace.slice(0, 120), namespace: literal(namespace) };

/** A text as a pattern that takes it and nothing else. */
export const literal = (text: string): string => text.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);

/** The draft as it is saved: blank is anything, and since ever until changed. */
export function ruleOf(draft: RuleDraft): WrittenRule {
  const { name, feature, from, to } = draft;
  return {
    name: name.trim(),
    feature,
    match: matchOf(draft),
    ...(from.trim() !== "" && { from: from.trim() }),
    ...(to.trim() !== "" && { to: to.trim() }),
  };
}

export function matchOf(draft: RuleDraft): HolderMatch {
  const texts = MATCH_TEXTS.flatMap((field) => (draft[field] === "" ? [] : [[field, draft[field]] as const]));
  const labels = draft.labels.filter(({ name, pattern }) => name.trim() !== "" || pattern !== "");
  const named = Object.fromEntries(labels.map(({ name, pattern }) => [name.trim(), pattern]));
  return { ...Object.fromEntries(texts), ...(labels.length > 0 && { labels: named }) };
}
