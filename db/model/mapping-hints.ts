/** Ways out a person may be told when something written is wrong, in the catalogues of the web under `mapping.hint`. */
export const MAPPING_HINTS = [
  "name",
  "plain_text",
  "characters",
  "at_most",
  "one_of",
  "owns_all",
  "day_or_hour",
  "day",
  "whole_day",
  "label_name",
  "plain_decimal",
  "no_minus",
  "amount_stretch",
  "currency",
  "archived_rules",
  "did_you_mean",
  "keys",
  "example",
  "text",
] as const;
export type MappingHintKey = (typeof MAPPING_HINTS)[number];

/** A way out for the reader's language. `with`: what stands in the sentence, as it was written; "" = nothing does. */
export type MappingHint = { readonly key: MappingHintKey; readonly with: string };
