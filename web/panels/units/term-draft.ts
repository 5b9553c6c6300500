import type { OtherCostKind } from "../../../db/model/feature.ts";
import { decimalMoney, microOf } from "../../../db/model/money.ts";
import type { OtherCostRow, UnitPriceRow } from "../../../db/model/usage-views.ts";
import { exactDate, priceDate } from "../../lib/price-date.ts";

/** What holds of a feature for a stretch of time, as its form has it: a unit price, or a cost of each day. */
export type TermDraft = {
  readonly feature: string;
  readonly kind: OtherCostKind;
  readonly note: string;
  readonly amount: string;
  readonly currency: string;
  readonly from: string;
  readonly to: string;
};

export const emptyTerm = (feature: string | null, currency: string, now: number, zone: string): TermDraft => ({
  feature: feature ?? "",
  kind: "storage",
  note: "",
  amount: "",
  currency,
  from: priceDate(now, zone).slice(0, 10),
  to: "",
});

export function termOf(row: UnitPriceRow | OtherCostRow, zone: string): TermDraft {
  const isPrice = "perUnitMicro" in row;
  return {
    feature: row.feature,
    kind: isPrice ? "storage" : row.kind,
    note: isPrice ? "" : row.note,
    amount: decimalMoney(microOf(isPrice ? row.perUnitMicro : row.perDayMicro)),
    currency: row.currency,
    from: exactDate(row.from, zone),
    to: row.to === null ? "" : exactDate(row.to, zone),
  };
}

export type TermFault = "feature" | "blank" | "amount" | "places" | "currency" | "from" | "window";
const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
const DATE = /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** What is wrong with a draft before the server sees it, by field. The server has the last word. */
export function termFaults(draft: TermDraft): ReadonlyMap<keyof TermDraft, TermFault> {
  const faults = new Map<keyof TermDraft, TermFault>();
  const amount = draft.amount.trim();
  if (draft.feature === "") faults.set("feature", "feature");
  if (amount === "") faults.set("amount", "blank");
  else if (!/^\d+(\.\d+)?$/.test(amount)) faults.set("amount", "amount");
  else if (/\.\d{7,}$/.test(amount)) faults.set("amount", "places");
  if (!CURRENCIES.has(draft.currency.trim().toUpperCase())) faults.set("currency", "currency");
  for (const field of ["from", "to"] as const) {
    const text = draft[field].trim();
    if ((field === "from" || text !== "") && !DATE.test(text)) faults.set(field, "from");
  }
  const [from, to] = [draft.from.trim(), draft.to.trim()];
  const isPlain = from.length <= 16 && to.length <= 16; // without offsets the texts stand in the order of time
  if (
    !faults.has("from") &&
    !faults.has("to") &&
    to !== "" &&
    isPlain &&
    to.replace("T", " ") <= from.replace("T", " ")
  )
    faults.set("to", "window");
  return faults;
}
