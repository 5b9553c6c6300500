import type { Currency, Micro } from "../../db/model/money.ts";
import { divideHalfEven } from "../../db/model/money.ts";
import type { PriceChange, PriceTerms, Selector } from "../../db/model/price.ts";
import type { PriceListDialect } from "../../db/model/imports.ts";
import type { UnixMs } from "../../db/model/units.ts";
import { type CardName, readCardName } from "./card-names.ts";
import type { RowCells } from "./cells.ts";

/** One price a row states, as the change of the price book it asks for. */
export type ReadOffer = {
  readonly row: number;
  readonly column: string; // the price stands in
  readonly written: string; // the card's name as the row says it; "" = any card
  readonly card: CardName | null; // null = any card
  readonly machine: string; // name of the instance; "" = not said
  readonly change: PriceChange & { readonly terms: PriceTerms };
  readonly perCardMicro: Micro; // per card and hour (or month), rounded half-even: for comparing and showing
};

/** What a person says about a file beside its rows. */
export type ListOptions = {
  readonly currency: Currency | null; // of figures without one; null = not said
  readonly vendor: string; // of tables that do not name it; "" = not said
  readonly from: UnixMs; // prices that name no day hold from here
  readonly isList: boolean | null; // null = as the table is meant: published tables are list prices, a price book is not
  readonly aliases: ReadonlyMap<string, string>; // names a person has tied to a model, by aliasKey
  /** The instant a calendar day begins in the installation's zone. */
  readonly dayStart: (year: number, month: number, day: number) => UnixMs;
};

/**
 * One kind of price table.
 * `needs`: columns whose presence tells it from others. `repeats`: what two rows mean that price the same cards at the
 * same time: machines of a published list (the cheapest speaks for the card), or a contradiction.
 */
export type Dialect = {
  readonly name: PriceListDialect;
  readonly needs: readonly string[];
  readonly columns: readonly string[];
  readonly repeats: "machines" | "contradiction";
  readonly isList: boolean;
  readonly isCurrencyAsked: boolean; // neither a column nor the kind of table says it: a person must
  readonly namesVendor: boolean;
  readonly readRow: (cells: RowCells, options: ListOptions) => ReadOffer[];
};

const NO_SELECTOR: Selector = { vendor: "", region: "", zone: "", cluster: "", model: "", billing: "", contract: "" };

/** The card a row names, with notes on how the name was read. null = the row names none and complained. */
export function cardOf(
  cells: RowCells,
  column: string,
  memoryGB: number | null,
  options: ListOptions,
): CardName | null {
  const written = cells.needed(column);
  if (written === null) return null;
  const card = knownName(written, memoryGB, options.aliases);
  if (card.why === "form_assumed") cells.note("form_assumed", column, written, card.name);
  if (card.model === null) cells.note("unknown_model", column, written, card.name);
  return card;
}

/** Names already read under the same aliases: a list says few names many times. */
const read = new WeakMap<ReadonlyMap<string, string>, Map<string, CardName>>();
const MOST_NAMES = 10_000;

function knownName(written: string, memoryGB: number | null, aliases: ReadonlyMap<string, string>): CardName {
  const names = read.get(aliases) ?? new Map<string, CardName>();
  read.set(aliases, names);
  const key = `${memoryGB} ${written}`;
  const known = names.get(key);
  if (known !== undefined) return known;
  const card = readCardName(written, memoryGB, aliases);
  if (names.size < MOST_NAMES) names.set(key, card);
  return card;
}

export type MachinePrice = {
  readonly column: string;
  readonly written: string;
  readonly card: CardName;
  readonly machine: string;
  readonly cards: number;
  readonly amountMicro: Micro; // of the whole machine, per hour
  readonly currency: Currency;
  readonly selector: Partial<Selector>;
};

/** The offer of a whole machine: its price stays whole and is divided by its cards where card time is priced. */
export function machineOffer(row: number, price: MachinePrice, options: ListOptions): ReadOffer {
  const { cards, amountMicro, currency, column, written, card, machine } = price;
  return {
    row,
    column,
    written,
    card,
    machine,
    perCardMicro: divideHalfEven(amountMicro, BigInt(cards)),
    change: {
      selector: { ...NO_SELECTOR, model: card.name, ...price.selector },
      isList: options.isList ?? true,
      from: options.from,
      to: null,
      terms: { basis: "instance_hour", currency, amountMicro, cardsPerInstance: cards, owned: null, termTo: null },
    },
  };
}
