import type { CatalogueChange } from "../../../db/model/mapping-views.ts";

/** One thing a catalogue says, in words that equal things share. */
export type CatalogueItem = {
  readonly what: CatalogueChange["what"];
  readonly name: string; // of its kind there is one of a name
  readonly fields: ReadonlyMap<string, string>; // "" = not said
};

/**
 * What changes between two states of some kinds of things, in the order of the second; what is gone comes last.
 * @param isWhole whether what the second does not name is gone; else it stays
 */
export function diffItems(
  before: readonly CatalogueItem[],
  after: readonly CatalogueItem[],
  isWhole: boolean,
): CatalogueChange[] {
  const known = new Map(before.map((item) => [keyOf(item), item]));
  const changes = after.map((item): CatalogueChange => {
    const old = known.get(keyOf(item));
    known.delete(keyOf(item));
    const fields = changedFields(old?.fields ?? NO_FIELDS, item.fields);
    const act = old === undefined ? "add" : fields.length === 0 ? "same" : "change";
    return { what: item.what, name: item.name, act, fields };
  });
  if (!isWhole) return changes;
  const gone = [...known.values()].map(({ what, name, fields }): CatalogueChange => {
    return { what, name, act: "remove", fields: changedFields(fields, NO_FIELDS) };
  });
  return [...changes, ...gone];
}

const NO_FIELDS: ReadonlyMap<string, string> = new Map();
const keyOf = ({ what, name }: CatalogueItem): string => `${what} ${name}`;

function changedFields(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    const change = { field, before: before.get(field) ?? "", after: after.get(field) ?? "" };
    return change.before === change.after ? [] : [change];
  });
}
