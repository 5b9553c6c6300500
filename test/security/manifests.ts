import { parseAllDocuments } from "yaml";

const MAY = { verbs: ["get", "list", "watch"], resources: ["nodes", "pods"] } as const;
const GRANTS = new Set(["Role", "ClusterRole"]);
const BINDS = new Set(["RoleBinding", "ClusterRoleBinding"]);

type Manifest = {
  readonly kind?: unknown;
  readonly items?: unknown;
  readonly rules?: unknown;
  readonly roleRef?: { readonly name?: unknown };
};
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What a file of manifests lets its pods do in a cluster beyond reading nodes and pods (AUT-14). */
export function grantsTooMuch(text: string): string[] {
  return parseAllDocuments(text).flatMap((doc) => tooMuch(doc.toJS() as Manifest | null));
}

function tooMuch(manifest: Manifest | null): string[] {
  const { kind, items, rules, roleRef } = manifest ?? {};
  const inner = listOf(items).flatMap((item) => tooMuch(item as Manifest));
  const bound = BINDS.has(String(kind)) && /admin|edit/.test(String(roleRef?.name)) ? [String(roleRef?.name)] : [];
  if (!GRANTS.has(String(kind))) return [...inner, ...bound];
  const granted = listOf(rules).flatMap((rule) => {
    const { verbs, resources, nonResourceURLs } = rule as Readonly<Record<string, unknown>>;
    return [
      ...listOf(verbs).filter((verb) => !MAY.verbs.some((may) => may === verb)),
      ...listOf(resources).filter((resource) => !MAY.resources.some((may) => may === resource)),
      ...listOf(nonResourceURLs),
    ];
  });
  return [...inner, ...bound, ...granted.map(String)];
}
