import type { MappingHint, MappingHintKey } from "../../../db/model/mapping-hints.ts";
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

/** In English, for the command line and for programs. */
const ENGLISH: Readonly<Record<MappingHintKey, (what: string) => string>> = {
  name: () => "give the rule a name",
  plain_text: () => "it holds characters nobody can read; write plain text on one line",
  characters: (most) => `write at most ${most} characters`,
  at_most: (most) => `write at most ${most}`,
  one_of: (names) => `write one of ${names}`,
  owns_all: () => "it would own every pool; say vendor, region, zone, cluster, model, billing or contract",
  day_or_hour: () => "write a day or an hour: 2026-11-01, 2026-11-01T09:00",
  day: () => "write a day: 2026-11-01",
  whole_day: (day) => `it counts in whole days; write ${day}`,
  label_name: (name) => `write it as kube-state-metrics does, with "_" for everything else: ${name}`,
  plain_decimal: () => "write a plain decimal with up to 6 places and no separators: 1234.5",
  no_minus: () => "write it without a minus; a refund is of kind refund",
  amount_stretch: () => "write one amount a day, or at most a month at once",
  currency: () => "write an ISO 4217 code like CNY",
  archived_rules: (names) => `mapping rules still give holders to it (${names}); end them first`,
  did_you_mean: (name) => `did you mean ${name}?`,
  keys: (names) => `the keys here are ${names}`,
  example: (sample) => `write it like ${sample}`,
  text: (sample) => `write a text: ${sample}`,
};

/** A way out, in English and for the reader's language. @param what stands in the sentence */
export function wayOut(key: MappingHintKey, what = ""): { readonly hint: string; readonly say: MappingHint } {
  return { hint: ENGLISH[key](what), say: { key, with: what } };
}

/** Why a text cannot be a name people read; null = it can. */
export function nameFault(text: string, most: number): Pick<WrittenFault, "code" | "hint" | "say"> | null {
  if (text.length > most) return { code: "too_long", ...wayOut("characters", String(most)) };
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return { code: "bad_value", ...wayOut("plain_text") };
  return null;
}
