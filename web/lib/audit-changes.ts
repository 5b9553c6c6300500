import type { AuditChange } from "../../db/model/access-views.ts";

/** A field of a changed row as it was and as it became, in words; null = it was not there. */
export type ChangedField = {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly hashed: "secret" | "long" | null; // why its SHA-256 stands in its place; null = it is as it was
};

/** What differs in a changed row, by field, in the order of the table. A row that came or went shows what it holds. */
export function changedFields({ before, after }: AuditChange): readonly ChangedField[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].flatMap((name) => {
    const [was, is] = [textOf(before, name), textOf(after, name)];
    if (was === is) return [];
    return [{ name, before: was, after: is, hashed: hashedWhy(was) ?? hashedWhy(is) }];
  });
}

/** As the triggers of migration 0007_audit write them. */
function hashedWhy(text: string | null): ChangedField["hashed"] {
  const found = /^sha256:[0-9a-f]{64}( of \d+ characters)?$/.exec(text ?? "");
  if (found === null) return null;
  return found[1] === undefined ? "secret" : "long";
}

function textOf(row: AuditChange["before"], name: string): string | null {
  if (row === null || !Object.hasOwn(row, name)) return null;
  const value = row[name];
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
