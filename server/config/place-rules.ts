import { BILLING_TYPES, type BillingType } from "../../db/model/fleet.ts";
import type { Place } from "../../db/model/fleet.ts";
import { PLACE_PARTS, type PlacePart, type PlaceRule, type PlaceRules } from "./config.ts";
import { LABEL_NAME } from "./values.ts";

const rule = (from: readonly string[], fallback = ""): PlaceRule => ({ from, fallback, rename: new Map() });

/** Rules in force where the file says nothing: names seen in service discovery and kube-state-metrics. */
export const DEFAULT_RULES: PlaceRules = {
  vendor: rule(["vendor"]),
  region: rule(["region", "topology_kubernetes_io_region"]),
  zone: rule(["zone", "topology_kubernetes_io_zone"]),
  cluster: rule(["cluster"]),
  billing: rule(["billing", "billing_type"], "unknown"),
  node: rule(["node"]),
};

/** A fault inside a rule: where, relative to it, and better words than the table's when there are any. */
export type RuleFault = { readonly path: readonly (string | number)[]; readonly unknownKey: boolean };

/** Reads one of the three spellings: `label`, `[labels]`, or a mapping. Faults are collected, never thrown. */
export function readRule(part: PlacePart, raw: unknown, faults: RuleFault[]): PlaceRule {
  const bad = (...path: (string | number)[]) => void faults.push({ path, unknownKey: false });
  if (raw === undefined) return DEFAULT_RULES[part];
  if (typeof raw === "string" || Array.isArray(raw)) return rule(labelNames(raw, bad), DEFAULT_RULES[part].fallback);
  if (typeof raw !== "object" || raw === null) return (bad(), DEFAULT_RULES[part]);
  const said = new Map<string, unknown>(Object.entries(raw));
  for (const key of said.keys()) {
    if (!["from", "default", "rename", "constant"].includes(key)) faults.push({ path: [key], unknownKey: true });
  }
  if (said.has("constant")) {
    if (said.has("from")) bad("from");
    return rule(
      [],
      textOf(part, said.get("constant"), () => bad("constant")),
    );
  }
  const standard = DEFAULT_RULES[part];
  return {
    from: said.has("from") ? labelNames(said.get("from"), (...p) => bad("from", ...p)) : standard.from,
    fallback: said.has("default") ? textOf(part, said.get("default"), () => bad("default")) : standard.fallback,
    rename: said.has("rename") ? renames(part, said.get("rename"), (...p) => bad("rename", ...p)) : new Map(),
  };
}

type Bad = (...path: (string | number)[]) => void;

function labelNames(raw: unknown, bad: Bad): string[] {
  if (typeof raw === "string") return LABEL_NAME.test(raw) ? [raw] : (bad(), []);
  if (!Array.isArray(raw) || raw.length === 0) return (bad(), []);
  return raw.filter(
    (name, i): name is string => (typeof name === "string" && LABEL_NAME.test(name)) || (bad(i), false),
  );
}

function textOf(part: PlacePart, raw: unknown, bad: () => void): string {
  if (typeof raw === "string" && (part !== "billing" || isBilling(raw))) return raw;
  bad();
  return DEFAULT_RULES[part].fallback;
}

function renames(part: PlacePart, raw: unknown, bad: Bad): ReadonlyMap<string, string> {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return (bad(), new Map());
  const pairs = Object.entries(raw).map(([said, name]) => [said, textOf(part, name, () => bad(said))] as const);
  return new Map(pairs);
}

const isBilling = (value: string): value is BillingType => (BILLING_TYPES as readonly string[]).includes(value);

/** Where a target's cards stand, by its labels. `node` is "" when the exporter is to be believed. */
export function placeOf(
  labels: ReadonlyMap<string, string>,
  rules: PlaceRules,
): { readonly place: Place; readonly node: string } {
  const say = Object.fromEntries(PLACE_PARTS.map((part) => [part, partOf(labels, rules[part])])) as Record<
    PlacePart,
    string
  >;
  const { vendor, region, zone, cluster, billing, node } = say;
  const place: Place = { vendor, region, zone, cluster, billing: isBilling(billing) ? billing : "unknown" };
  const unsaid = KUBE_PARTS.filter((part) => rules[part].from.length > 0 && saidBy(labels, rules[part]) === null);
  if (unsaid.length > 0) unsaidParts.set(place, unsaid);
  return { place, node };
}

/** Parts that labels of a Kubernetes node may say. */
const KUBE_PARTS = ["vendor", "region", "zone", "cluster", "billing"] as const;
const unsaidParts = new WeakMap<Place, readonly (typeof KUBE_PARTS)[number][]>();

/**
 * A place whose unsaid parts are filled from the labels of the node, by the same rules. What the target says itself, and
 * what a rule says of every card, stands. The same place where the node has nothing to add.
 */
export function placeOnNode(place: Place, nodeLabels: ReadonlyMap<string, string>, rules: PlaceRules): Place {
  const filled: Record<string, string> = {};
  for (const part of unsaidParts.get(place) ?? []) {
    const said = saidBy(nodeLabels, rules[part]);
    if (said !== null && said !== place[part] && (part !== "billing" || isBilling(said))) filled[part] = said;
  }
  return Object.keys(filled).length === 0 ? place : { ...place, ...filled };
}

const partOf = (labels: ReadonlyMap<string, string>, part: PlaceRule): string => saidBy(labels, part) ?? part.fallback;

function saidBy(labels: ReadonlyMap<string, string>, part: PlaceRule): string | null {
  for (const name of part.from) {
    const said = labels.get(name);
    if (said !== undefined && said !== "") return part.rename.get(said) ?? said;
  }
  return null;
}
