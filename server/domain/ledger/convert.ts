import { type Currency, divideHalfEven, type Micro } from "../../../db/model/money.ts";
import type { FxRate } from "../../../db/model/price.ts";
import { DAY_MS } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { exchangeRate } from "../pricing/exchange.ts";
import type { Ratio } from "../pricing/ratio.ts";

/** Money of a day as it is stored: in the currency it was priced in. */
export type StoredMoney = { readonly currency: Currency; readonly micro: Micro };

export type ConvertedMoney = {
  readonly micro: readonly Micro[]; // in the view's currency, one for each amount asked about; left-out ones are 0
  readonly unconverted: readonly Currency[]; // left out for want of a rate, ascending
};

/**
 * Amounts of one calendar day in the view's currency. Of each currency the sum of the day is converted once, half-even, by
 * the rate of that date (the newest said for it or before); every amount gets its part of the converted sum, less than a
 * micro-unit from what it is worth exactly: what rounding down leaves over goes to the largest remainders, ties by place.
 * So whatever amounts are added up by, they come to the same total. Amounts in the view's currency stay as they are.
 * A currency without a rate is named and left out; it never counts as 1.
 *
 * Amounts may be negative (refunds). @param dayNo days since 1970-01-01 by the calendar of the installation's zone
 */
export function convertDay(
  amounts: readonly StoredMoney[],
  dayNo: number,
  currency: Currency,
  rates: readonly FxRate[],
): ConvertedMoney {
  const micro = amounts.map((amount) => (amount.currency === currency ? amount.micro : 0n));
  const unconverted: Currency[] = [];
  for (const [from, places] of placesByCurrency(amounts, currency)) {
    const rate = exchangeRate(from, currency, unixMs(dayNo * DAY_MS), rates);
    if (rate === null) unconverted.push(from);
    else {
      const parts = timesRate(
        places.map((place) => amounts[place]!.micro),
        rate,
      );
      for (const [i, place] of places.entries()) micro[place] = parts[i] as Micro;
    }
  }
  return { micro, unconverted: unconverted.toSorted() };
}

function placesByCurrency(amounts: readonly StoredMoney[], currency: Currency): Map<Currency, number[]> {
  const places = new Map<Currency, number[]>();
  for (const [place, amount] of amounts.entries()) {
    if (amount.currency === currency) continue;
    const same = places.get(amount.currency);
    if (same) same.push(place);
    else places.set(amount.currency, [place]);
  }
  return places;
}

/** Parts of an exact sum, multiplied: together the sum × rate rounded half-even once. */
function timesRate(parts: readonly Micro[], { num, den }: Ratio): Micro[] {
  let sum = 0n;
  let floors = 0n;
  const rests: { readonly i: number; readonly rest: bigint }[] = [];
  const out = parts.map((part, i) => {
    const product = part * num;
    const floor = product / den - (product % den < 0n ? 1n : 0n);
    sum += product;
    floors += floor;
    rests.push({ i, rest: product - floor * den });
    return floor;
  });
  const left = Number(divideHalfEven(sum, den) - floors);
  rests.sort((a, b) => (a.rest === b.rest ? a.i - b.i : a.rest > b.rest ? -1 : 1));
  for (const { i } of rests.slice(0, left)) out[i]! += 1n;
  return out;
}
