import { BILLING_TYPES } from "../../../db/model/fleet.ts";
import { type Currency, type Micro, parseMoney } from "../../../db/model/money.ts";
import {
  type OwnedTerms,
  PRICE_BASES,
  type PriceChange,
  type PriceTerms,
  type Selector,
} from "../../../db/model/price.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { currencyFault, zoneFault } from "../../config/values.ts";
import { ServiceError } from "../../errors.ts";
import { writeOffEnd } from "../../domain/pricing/hourly.ts";
import { plainSelector, selectorKey } from "../../domain/pricing/selectors.ts";
import { readInstant } from "../../domain/pricing/wall-clock.ts";

/** A price as a person or a program writes it down. Everything is text until it was read: money, dates, currencies. */
export type PriceWish = {
  readonly selector: { readonly [part in keyof Selector]?: string | undefined }; // left out or "" = any
  readonly isList?: boolean | undefined; // a published price, not what we pay
  readonly from: string; // a day, a wall clock, or an instant with its offset
  readonly to?: string | null | undefined; // null or left out = until changed
  readonly zone?: string | undefined; // of days and wall clocks; left out = the installation's
  readonly price: WrittenTerms | null; // null = no price: ends what is there
};

export type WrittenTerms = {
  readonly basis: string;
  readonly currency: string;
  readonly amount?: string | undefined; // plain decimal; not for `owned`
  readonly cardsPerInstance?: number | undefined; // for `instance_hour`
  readonly termTo?: string | null | undefined;
  readonly owned?:
    | { readonly purchase: string; readonly months: number; readonly watts: number; readonly powerPrice: string }
    | undefined;
};

/** What is wrong with a wish: where, and what would be right. */
export type WishFault = { readonly path: string; readonly text: string };

/** Beyond this it is a slip of the keyboard, and near the end of int8 sums would be too. */
const MOST_MONEY = 1_000_000_000_000_000n; // 1e9 of the currency
const MOST_CARDS = 64;
const MOST_MONTHS = 240;
const MOST_WATTS = 20_000;
const MOST_TEXT = 200;

/**
 * Reads wishes into changes of the book, or says everything that is wrong with them at once.
 * @throws ServiceError "invalid", a sentence a fault
 */
export function readWishes(wishes: readonly PriceWish[], zone: string): PriceChange[] {
  const { changes, faults } = judgeWishes(wishes, zone);
  if (faults.length > 0)
    throw new ServiceError("invalid", faults.map(({ path, text }) => `${path}: ${text}`).join("; "));
  return changes;
}

/** The same, for whoever shows faults beside their fields. */
export function judgeWishes(
  wishes: readonly PriceWish[],
  zone: string,
): { readonly changes: PriceChange[]; readonly faults: readonly WishFault[] } {
  const faults: WishFault[] = [];
  const changes = wishes.flatMap((wish, i) => {
    const reader = new WishReader(wish, zone, (path, text) => {
      faults.push({ path: wishes.length === 1 ? path : `prices.${i}.${path}`, text });
    });
    const change = reader.change();
    return change === null ? [] : [{ change, at: i }];
  });
  if (faults.length === 0) faults.push(...clashes(changes));
  return { changes: changes.map(({ change }) => change), faults };
}

/** Two prices for one instant of one selector: which of them was meant is not ours to choose. */
function clashes(all: readonly { readonly change: PriceChange; readonly at: number }[]): WishFault[] {
  const bySelector = new Map<string, { change: PriceChange; at: number }[]>();
  for (const one of all) {
    const key = `${selectorKey(one.change.selector)}\u0000${one.change.isList}`;
    bySelector.set(key, [...(bySelector.get(key) ?? []), one]);
  }
  return [...bySelector.values()].flatMap((same) => {
    const byStart = same.toSorted((a, b) => a.change.from - b.change.from || a.at - b.at);
    return byStart.slice(1).flatMap(({ change, at }, i) => {
      const before = byStart[i] as { change: PriceChange; at: number };
      if (before.change.to !== null && before.change.to <= change.from) return [];
      const start = new Date(change.from).toISOString();
      return [
        {
          path: `prices.${at}.from`,
          text: `two prices at once: prices.${before.at} is for the same cards and still holds at ${start}; end that one there, or leave one out`,
        },
      ];
    });
  });
}

class WishReader {
  readonly #wish: PriceWish;
  readonly #zone: string;
  readonly #fault: (path: string, text: string) => void;

  constructor(wish: PriceWish, zone: string, fault: (path: string, text: string) => void) {
    this.#wish = wish;
    this.#zone = wish.zone ?? zone;
    this.#fault = fault;
  }

  /** null where something is wrong; what, was said. */
  change(): PriceChange | null {
    const { isList = false } = this.#wish;
    if (zoneFault(this.#zone) !== null) {
      this.#fault("zone", `no time zone is called ${quoted(this.#zone)}; write one like Asia/Shanghai`);
      return null;
    }
    const selector = this.#selector();
    const from = this.#instant("from", this.#wish.from);
    const to = this.#instant("to", this.#wish.to ?? null);
    if (from === undefined || to === undefined || selector === null) return null;
    if (from === null) return this.#nothing("from", "say from when the price holds, like 2026-11-01");
    if (to !== null && to <= from)
      return this.#nothing(
        "to",
        `ends at ${quoted(String(this.#wish.to))}, which is not after its start ${quoted(this.#wish.from)}`,
      );
    if (this.#wish.price === null) return { selector, isList, from, to, terms: null };
    const terms = this.#terms(this.#wish.price, from);
    return terms === null ? null : { selector, isList, from, to, terms };
  }

  #nothing(path: string, text: string): null {
    this.#fault(path, text);
    return null;
  }

  #selector(): Selector | null {
    const said = this.#wish.selector;
    const billing = (said.billing ?? "").trim();
    const known = BILLING_TYPES.find((type) => type === billing);
    if (billing !== "" && known === undefined)
      return this.#nothing(
        "selector.billing",
        `${quoted(billing)} is not one of ${BILLING_TYPES.join(", ")}; leave it out for any`,
      );
    const long = Object.entries(said).find(([, text]) => (text ?? "").length > MOST_TEXT);
    if (long !== undefined) return this.#nothing(`selector.${long[0]}`, `is longer than ${MOST_TEXT} characters`);
    const part = (name: keyof Selector): string => said[name] ?? "";
    return plainSelector({
      vendor: part("vendor"),
      region: part("region"),
      zone: part("zone"),
      cluster: part("cluster"),
      model: part("model"),
      billing: known ?? "",
      contract: part("contract"),
    });
  }

  /** undefined = wrong, and said so. */
  #instant(path: string, text: string | null): UnixMs | null | undefined {
    if (text === null || text.trim() === "") return null;
    const at = readInstant(text, this.#zone);
    if (at !== null) return at;
    this.#fault(
      path,
      `${quoted(text)} is not a date; write 2026-11-01, 2026-11-01 09:00, or 2026-11-01T09:00:00+08:00`,
    );
    return undefined;
  }

  #terms(price: WrittenTerms, from: UnixMs): PriceTerms | null {
    const basis = PRICE_BASES.find((known) => known === price.basis);
    const currency = this.#currency(price.currency);
    const termTo = this.#instant("termTo", price.termTo ?? null);
    if (basis === undefined)
      return this.#nothing("basis", `${quoted(price.basis)} is not one of ${PRICE_BASES.join(", ")}`);
    const owned = basis === "owned" ? this.#owned(price) : null;
    const amountMicro =
      basis === "owned" ? 0n : this.#money("amount", price.amount, "no price at all is an end, not a 0");
    const cardsPerInstance = basis === "instance_hour" ? this.#cards(price.cardsPerInstance) : 1;
    if (currency === null || termTo === undefined || amountMicro === null || cardsPerInstance === null) return null;
    if (basis === "owned" && owned === null) return null;
    if (termTo !== null && termTo <= from)
      return this.#nothing(
        "termTo",
        `the term ends at ${quoted(String(price.termTo))}, which is not after the price's start ${quoted(this.#wish.from)}`,
      );
    return { basis, currency, amountMicro, cardsPerInstance, owned, termTo: termTo ?? endOfTerm(owned, from) };
  }

  #currency(text: string): Currency | null {
    const code = text.trim();
    if (code === "") return this.#nothing("currency", "is missing; write an ISO 4217 code like CNY or USD");
    const fault = currencyFault(code);
    return fault === null
      ? code
      : this.#nothing(
          "currency",
          `${quoted(code)} is not a currency; write ${fault || "an ISO 4217 code like CNY or USD"}`,
        );
  }

  #money(path: string, text: string | undefined, zero: string): Micro | null {
    if (text === undefined || text.trim() === "")
      return this.#nothing(path, "is missing; write a plain decimal like 18.50");
    const amount = parseMoney(text);
    if (amount === null)
      return this.#nothing(
        path,
        `${quoted(text)} is not a plain decimal; write 1234.56, without separators or currency signs, and at most six decimals`,
      );
    if (amount <= 0n) return this.#nothing(path, `${text.trim()} is not more than 0; ${zero}`);
    return amount > MOST_MONEY
      ? this.#nothing(path, `${text.trim()} is more than 1000000000; look for a point or comma too few`)
      : amount;
  }

  #cards(count: number | undefined): number | null {
    if (count === undefined)
      return this.#nothing("cardsPerInstance", "is missing; say how many cards the instance has");
    const isCount = Number.isSafeInteger(count) && count >= 1 && count <= MOST_CARDS;
    return isCount
      ? count
      : this.#nothing("cardsPerInstance", `${count} is not a whole number from 1 to ${MOST_CARDS}`);
  }

  #owned({ owned }: WrittenTerms): OwnedTerms | null {
    if (owned === undefined) return this.#nothing("owned", "is missing; say purchase, months, watts and powerPrice");
    const purchaseMicro = this.#money(
      "owned.purchase",
      owned.purchase,
      "a gift has no purchase price to write off: leave the price out",
    );
    const powerMicroPerKwh = this.#powerPrice(owned.powerPrice);
    const months = this.#whole("owned.months", owned.months, 1, MOST_MONTHS);
    const watts = this.#whole("owned.watts", owned.watts, 0, MOST_WATTS);
    if (purchaseMicro === null || powerMicroPerKwh === null || months === null || watts === null) return null;
    return { purchaseMicro, months, watts, powerMicroPerKwh };
  }

  /** Electricity may be part of the rent: 0 is a price here. */
  #powerPrice(text: string): Micro | null {
    const amount = parseMoney(text);
    if (amount !== null && amount >= 0n && amount <= MOST_MONEY) return amount;
    return this.#nothing(
      "owned.powerPrice",
      `${quoted(text)} is not a price of a kWh; write a plain decimal like 0.65, or 0 where it is paid elsewhere`,
    );
  }

  #whole(path: string, value: number, least: number, most: number): number | null {
    const isWhole = Number.isSafeInteger(value) && value >= least && value <= most;
    return isWhole ? value : this.#nothing(path, `${value} is not a whole number from ${least} to ${most}`);
  }
}

/** Bought hardware is paid for until it is written off, unless somebody says otherwise. */
const endOfTerm = (owned: OwnedTerms | null, from: UnixMs): UnixMs | null =>
  owned === null ? null : writeOffEnd(from, owned);

const quoted = (text: string): string => `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
