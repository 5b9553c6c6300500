import { aliasKey } from "../../../collectors/price-lists/card-names.ts";
import type { ListOptions } from "../../../collectors/price-lists/offer.ts";
import { finish, type PriceListReading, readPriceList } from "../../../collectors/price-lists/price-list.ts";
import { unixMs } from "../../../db/model/units.ts";

export const FROM = unixMs(Date.UTC(2026, 10, 1));

export const OPTIONS: ListOptions = {
  currency: "USD",
  vendor: "cloud-a",
  from: FROM,
  isList: null,
  aliases: new Map(),
  dayStart: (year, month, day) => unixMs(Date.UTC(year, month - 1, day)),
};

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const read = (text: string | Uint8Array, options: Partial<ListOptions> = {}): PriceListReading =>
  finish(readPriceList(typeof text === "string" ? bytes(text) : text, { ...OPTIONS, ...options }));

export function listOf(text: string | Uint8Array, options: Partial<ListOptions> = {}) {
  const reading = read(text, options);
  if (!reading.ok) throw new Error(`not read: ${reading.fault.key} ${reading.fault.read}`);
  return reading.list;
}

/** "3 error zero amount «0»": one line an issue. */
export const said = (issues: ReturnType<typeof listOf>["issues"]): string[] =>
  issues.map(({ row, level, key, column, read: what }) => `${row} ${level} ${key} ${column} «${what}»`);

export const alias = (name: string, model: string): ReadonlyMap<string, string> => new Map([[aliasKey(name), model]]);
