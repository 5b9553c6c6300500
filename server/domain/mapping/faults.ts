import type { MappingFault } from "../../../db/model/mapping-views.ts";

/** Where something written stands: ["rules", 2, "match", "pod"]. */
export type WrittenPath = readonly (string | number)[];

/** What is wrong with something written, before its place has words. */
export type WrittenFault = Omit<MappingFault, "where"> & { readonly at: WrittenPath };

/** rules[2].match.pod */
export const pathText = (at: WrittenPath): string =>
  at.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );

/** A fault for a form, which knows its fields by their paths. */
export const placed = ({ at, ...fault }: WrittenFault): MappingFault => ({ ...fault, where: pathText(at) });

const SHOWN = 80;

/** What was read, on one line and not long. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const flat = text.replaceAll(/\p{C}/gu, " ");
  return flat.length <= SHOWN ? flat : `${flat.slice(0, SHOWN - 1)}…`;
}

/** Why a text cannot be a name people read; null = it can. */
export function nameFault(text: string, most: number): Pick<WrittenFault, "code" | "hint"> | null {
  if (text.length > most) return { code: "too_long", hint: `it has ${text.length} characters; write at most ${most}` };
  if (/[\p{Cc}\p{Cs}]/u.test(text))
    return { code: "bad_value", hint: "it holds characters nobody can read; write plain text on one line" };
  return null;
}
