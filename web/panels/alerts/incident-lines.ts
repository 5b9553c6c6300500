import type { IncidentGrouping, IncidentRow } from "../../../db/model/alert-views.ts";
import type { Severity } from "../../../db/model/rule.ts";

/** A line of the list: the heading of a group, or an incident. `key` tells lines apart from answer to answer. */
export type IncidentLine =
  | { readonly kind: "group"; readonly key: string; readonly group: IncidentGroup }
  | { readonly kind: "incident"; readonly key: string; readonly row: IncidentRow };

export type IncidentGroup = {
  readonly by: IncidentGrouping;
  readonly value: string; // rule id, node, cluster, pool id, feature name; "" = of none
  readonly place: string; // what tells two of the same value apart; "" = nothing
  readonly counts: Readonly<Record<Severity, number>>;
};

/**
 * The incidents as lines, in their order; a group stands where its first incident stood, so the worst group comes first.
 * An incident that hits several features stands under each of them.
 */
export function linesOf(rows: readonly IncidentRow[], by: IncidentGrouping): IncidentLine[] {
  if (by === "none") return rows.map((row) => ({ kind: "incident", key: String(row.id), row }));
  const groups = new Map<string, { value: string; place: string; rows: IncidentRow[] }>();
  for (const row of rows) {
    for (const { key, value, place } of groupsOf(row, by)) {
      const group = groups.get(key) ?? { value, place, rows: [] };
      group.rows.push(row);
      groups.set(key, group);
    }
  }
  return [...groups].flatMap(([key, { value, place, rows: own }]): IncidentLine[] => [
    { kind: "group", key: `group ${key}`, group: { by, value, place, counts: countsOf(own) } },
    ...own.map((row): IncidentLine => ({ kind: "incident", key: `${row.id} ${key}`, row })),
  ]);
}

type Membership = { readonly key: string; readonly value: string; readonly place: string };

function groupsOf(row: IncidentRow, by: Exclude<IncidentGrouping, "none">): readonly Membership[] {
  switch (by) {
    case "rule":
      return [{ key: row.ruleId, value: row.ruleId, place: "" }];
    case "node":
      return [named(row.node, [row.cluster, row.region])];
    case "pool":
      return [{ key: String(row.poolId), value: row.poolId === 0 ? "" : String(row.poolId), place: "" }];
    case "cluster":
      return [named(row.cluster, [row.region])];
    case "feature":
      return row.features.length === 0
        ? [{ key: "", value: "", place: "" }]
        : row.features.map(({ id, name }) => ({ key: String(id), value: name, place: "" }));
  }
}

/** Two clusters may both have a "gpu-1": where a name stands is part of what tells it apart. */
const named = (value: string, within: readonly string[]): Membership =>
  value === ""
    ? { key: "", value, place: "" }
    : { key: JSON.stringify([value, ...within]), value, place: within.filter((part) => part !== "").join(" · ") };

function countsOf(rows: readonly IncidentRow[]): Record<Severity, number> {
  const counts: Record<Severity, number> = { P1: 0, P2: 0, P3: 0 };
  for (const { severity } of rows) counts[severity] += 1;
  return counts;
}

/** The incident a step away from the one the keys stand on, over headings; null = there is none. */
export function stepFrom(lines: readonly IncidentLine[], key: string | null, by: 1 | -1): string | null {
  const at = key === null ? -1 : lines.findIndex((line) => line.key === key);
  const from = at < 0 ? (by === 1 ? 0 : lines.length - 1) : at + by;
  for (let i = from; i >= 0 && i < lines.length; i += by) {
    const line = lines[i];
    if (line?.kind === "incident") return line.key;
  }
  return at < 0 ? null : key;
}
