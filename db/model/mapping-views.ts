/** What the mapping page, its preview and `dapan apply` answer. Plain JSON; money is micro-units as text. */
import type { MappingHint } from "./mapping-hints.ts";
import type { HolderMatch, OtherCost, RevenueLine, UnitPrice, WorkKind } from "./feature.ts";
import type { HolderRow } from "./ledger-views.ts";
import type { Currency, MicroText } from "./money.ts";
import type { Selector } from "./price.ts";

/** A mapping rule as it is written: the page's form and features.yaml. Instants are "YYYY-MM-DD" or "YYYY-MM-DDTHH:00" in the installation's zone. */
export type WrittenRule = {
  readonly name: string;
  readonly feature: string; // key
  readonly match: HolderMatch;
  readonly from?: string; // left out = since ever
  readonly to?: string;
};

/** A feature as it is written. Left out = as it is, or nothing for a new one. */
export type WrittenFeature = {
  readonly key: string;
  readonly name?: string;
  readonly team?: string;
  readonly kind?: WorkKind;
  readonly unit?: string;
  readonly unitSource?: string;
  readonly owns?: readonly Partial<Selector>[];
  readonly archived?: boolean;
};

/** What is wrong with something written, and the way out. `code` is a key of the web's catalogue. */
export type MappingFault = {
  readonly code:
    | "unknown_feature"
    | "bad_key"
    | "bad_pattern"
    | "overlap"
    | "not_whole_hour"
    | "bad_window"
    | "duplicate_name"
    | "too_long"
    | "bad_value"
    | "unknown_key";
  readonly where: string; // "rules[2].match.pod", "line 14, column 7"
  readonly value: string; // what was read
  readonly hint: string; // the way out, English: the page has its own words for `code`
  readonly say?: MappingHint; // the same for the reader's language; left out = there is only English
};

/** Card-time a change moves from one feature to another. "" = nobody; "unattributed". */
export type MappingMove = {
  readonly from: string;
  readonly to: string;
  readonly ms: number;
  readonly micro: readonly { readonly currency: Currency; readonly micro: MicroText | null }[]; // null = hidden
  readonly holders: number;
  readonly examples: readonly string[]; // at most 5 holders
};

/** `mapping.preview`: what a change would move, before it is saved. */
export type MappingPreview = {
  readonly faults: readonly MappingFault[]; // not []: nothing can be saved
  readonly moves: readonly MappingMove[]; // most time first
  readonly since: number | null; // unix ms of the oldest hour that would change; null = none does
  readonly keptSince: number; // holders of hours before are not kept: those stay as they are
  readonly hours: number;
};

export type MappingRuleView = Omit<WrittenRule, "from" | "to"> & {
  readonly id: number;
  readonly position: number;
  readonly from: number;
  readonly to: number | null;
  readonly fromText: string; // as WrittenRule says it; "" = since ever
  readonly toText: string; // "" = until changed
  readonly holders: number; // that it takes now
  readonly who: string;
  readonly why: string;
  readonly at: number;
};

/** `mapping.page`. */
export type MappingPage = {
  readonly version: string; // of features and rules: saving names the one it was made on
  readonly zone: string;
  readonly rules: readonly MappingRuleView[];
  readonly features: readonly (Required<Omit<WrittenFeature, "owns" | "archived">> & {
    readonly id: number;
    readonly owns: readonly Selector[];
    readonly isArchived: boolean;
  })[];
  readonly unattributed: readonly HolderRow[]; // of the last 24 h, most time first, at most 100
  readonly yaml: string; // everything as features.yaml
};

/** features.yaml, read. */
export type WrittenCatalogue = {
  readonly features: readonly WrittenFeature[];
  readonly rules: readonly WrittenRule[];
  readonly unitPrices: readonly UnitPrice[];
  readonly otherCosts: readonly OtherCost[];
  readonly revenue: readonly RevenueLine[];
  readonly usage: readonly { readonly feature: string; readonly name: string; readonly promql: unknown }[];
};

/** One line of what `dapan apply` would do. */
export type CatalogueChange = {
  readonly what: "feature" | "rule" | "unit_price" | "other_cost" | "revenue" | "usage";
  readonly name: string;
  readonly act: "add" | "change" | "remove" | "same";
  readonly fields: readonly { readonly field: string; readonly before: string; readonly after: string }[];
};

/** `mapping.previewYaml`: what applying a features.yaml would do. */
export type CataloguePreview = MappingPreview & {
  readonly changes: readonly CatalogueChange[]; // [] with a fault
  readonly fingerprint: string; // of the changes; applying refuses when others would be made by now
};
