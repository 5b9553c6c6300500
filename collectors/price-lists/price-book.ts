import { BILLING_TYPES, type BillingType } from "../../db/model/fleet.ts";
import { divideHalfEven, type Currency } from "../../db/model/money.ts";
import { type OwnedTerms, PRICE_BASES, type PriceBasis, type PriceTerms, type Selector } from "../../db/model/price.ts";
import type { UnixMs } from "../../db/model/units.ts";
import { aliasKey } from "./card-names.ts";
import type { RowCells } from "./cells.ts";
import { cardOf, type Dialect, type ListOptions, type ReadOffer } from "./offer.ts";

/** Columns of Dapan's own table, in the order it is written: what the Pricing page downloads can be read again. */
export const PRICE_BOOK_COLUMNS = [
  "vendor",
  "region",
  "zone",
  "cluster",
  "model",
  "billing",
  "contract",
  "basis",
  "amount",
  "currency",
  "cards_per_instance",
  "from",
  "to",
  "term_to",
  "list",
  "purchase",
  "months",
  "watts",
  "power_price",
] as const;

/** Our own table: one row a price, whole and exact. Parts of the selector may be blank (= any), figures may not. */
export const priceBook: Dialect = {
  name: "price_book",
  needs: ["vendor", "model", "amount"],
  columns: PRICE_BOOK_COLUMNS,
  repeats: "contradiction",
  isList: false,
  isCurrencyAsked: false,
  namesVendor: true,
  readRow,
};

function readRow(cells: RowCells, options: ListOptions): ReadOffer[] {
  const written = cells.text("model");
  const card = written === "" ? null : cardOf(cells, "model", null, options);
  const billing = wordOf(cells, "billing", BILLINGS, "billing") ?? "";
  const selector: Selector = {
    vendor: cells.text("vendor"),
    region: cells.text("region"),
    zone: cells.text("zone"),
    cluster: cells.text("cluster"),
    model: card?.name ?? "",
    billing,
    contract: cells.text("contract"),
  };
  const terms = termsOf(cells, options);
  const from = cells.day("from", options.dayStart) ?? options.from;
  const to = cells.day("to", options.dayStart);
  if (to !== null && to <= from) cells.error("window", "to", cells.text("to"), cells.text("from"));
  const isList = cells.flag("list") ?? options.isList ?? false;
  if (terms === null || cells.isWrong) return [];
  const perCardMicro = divideHalfEven(terms.amountMicro, BigInt(terms.cardsPerInstance));
  const change = { selector, isList, from, to, terms };
  return [{ row: cells.row, column: "amount", written, card, machine: "", change, perCardMicro }];
}

function termsOf(cells: RowCells, options: ListOptions): PriceTerms | null {
  if (cells.text("basis") === "") cells.needed("basis");
  const basis = wordOf(cells, "basis", BASES, "basis");
  const currency = cells.currency("currency", options.currency);
  const termTo: UnixMs | null = cells.day("term_to", options.dayStart);
  if (basis === null || currency === null) return null;
  const owned = basis === "owned" ? ownedOf(cells) : null;
  const amountMicro = basis === "owned" ? 0n : cells.price("amount");
  const cardsPerInstance = basis === "instance_hour" ? cells.count("cards_per_instance") : 1;
  if (amountMicro === null || cardsPerInstance === null || (basis === "owned" && owned === null)) return null;
  return { basis, currency, amountMicro, cardsPerInstance, owned, termTo } satisfies PriceTerms & {
    currency: Currency;
  };
}

function ownedOf(cells: RowCells): OwnedTerms | null {
  const purchaseMicro = cells.price("purchase");
  const months = cells.count("months");
  const watts = cells.count("watts");
  const powerMicroPerKwh = cells.price("power_price");
  if (purchaseMicro === null || months === null || watts === null || powerMicroPerKwh === null) return null;
  return { purchaseMicro, months, watts, powerMicroPerKwh };
}

/** One of a list of words, in English or as Chinese consoles and contracts say it. Blank is null without complaint. */
function wordOf<T extends string>(
  cells: RowCells,
  column: string,
  words: ReadonlyMap<string, T>,
  error: "billing" | "basis",
): T | null {
  const text = cells.text(column);
  if (text === "") return null;
  const word = words.get(aliasKey(text)) ?? null;
  if (word === null) cells.error(error, column, text, [...new Set(words.values())].join(", "));
  return word;
}

const BILLINGS: ReadonlyMap<string, BillingType> = new Map([
  ...BILLING_TYPES.map((billing) => [aliasKey(billing), billing] as const),
  ["包年包月", "monthly"],
  ["包月", "monthly"],
  ["预留", "reserved"],
  ["按量", "on_demand"],
  ["按量付费", "on_demand"],
  ["按量计费", "on_demand"],
  ["竞价", "spot"],
  ["抢占式", "spot"],
  ["自有", "owned"],
]);

const BASES: ReadonlyMap<string, PriceBasis> = new Map([
  ...PRICE_BASES.map((basis) => [aliasKey(basis), basis] as const),
  ["卡时", "card_hour"],
  ["每卡时", "card_hour"],
  ["卡月", "card_month"],
  ["每卡月", "card_month"],
  ["实例时", "instance_hour"],
  ["整机时", "instance_hour"],
  ["自有", "owned"],
]);
