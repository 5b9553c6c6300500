import { divideHalfEven, type Micro } from "../../../db/model/money.ts";
import type { OwnedTerms, Price } from "../../../db/model/price.ts";
import { HOUR_MS, type Window } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { contractMonth } from "./contract-months.ts";
import { add, type Ratio, times } from "./ratio.ts";

/** Hours of an average month: 365 × 24 ÷ 12. Owned hardware is written off over months of so many (OwnedTerms). */
const HOURS_PER_MONTH = 730;
const WATTS_PER_KW = 1000n;
const HOUR = BigInt(HOUR_MS);

/**
 * What one card has cost from the price's anchor until `at`, in micro-units of the price's currency: the F of "the cost
 * of [a, b) is F(b) − F(a)". Whole, never falling, 0 before the anchor; so costs add up over time by construction, and a
 * contract month costs its fee exactly. It does not look at `to`: pieces cut the window.
 * @param zone IANA zone contract months are counted in
 * @param place which of the instance's cards, from 0: the cards of an instance together cost exactly the instance
 */
export function cumulativeMicro(price: Price, at: UnixMs, zone: string, place = 0): Micro {
  if (at <= price.anchor) return 0n;
  const ms = BigInt(at - price.anchor);
  switch (price.basis) {
    case "card_hour":
      return (price.amountMicro * ms) / HOUR;
    case "instance_hour":
      return ((price.amountMicro * ms) / HOUR + BigInt(place)) / BigInt(price.cardsPerInstance); // Hermite's identity
    case "card_month": {
      const month = contractMonth(price.anchor, at, zone);
      const share = (price.amountMicro * BigInt(at - month.from)) / BigInt(month.to - month.from);
      return price.amountMicro * BigInt(month.index) + share;
    }
    case "owned": {
      const terms = termsOf(price);
      const writtenOff = writeOffMs(terms);
      const paid = ms < writtenOff ? ms : writtenOff;
      const power = (powerPerHour(terms).num * ms) / (powerPerHour(terms).den * HOUR);
      return (terms.purchaseMicro * paid) / writtenOff + power;
    }
  }
}

/** A stretch in which a price has one rate, in micro-units per card-millisecond. */
export type RateStretch = Window & { readonly rate: Ratio };

/** The rate of a price over a window: one stretch, or one for each contract month, or two around the end of a write-off. */
export function rateStretches(price: Price, window: Window, zone: string): RateStretch[] {
  const out: RateStretch[] = [];
  for (let from = window.from; from < window.to;) {
    const { rate, until } = rateAt(price, from, zone);
    const to = until === null || until > window.to ? window.to : until;
    out.push({ from, to, rate });
    from = to;
  }
  return out;
}

/** The rate that holds at `at`, and until when. */
function rateAt(price: Price, at: UnixMs, zone: string): { readonly rate: Ratio; readonly until: UnixMs | null } {
  switch (price.basis) {
    case "card_hour":
      return { rate: { num: price.amountMicro, den: HOUR }, until: null };
    case "instance_hour":
      return { rate: { num: price.amountMicro, den: HOUR * BigInt(price.cardsPerInstance) }, until: null };
    case "card_month": {
      const { from, to } = contractMonth(price.anchor, at < price.anchor ? price.anchor : at, zone);
      return { rate: { num: price.amountMicro, den: BigInt(to - from) }, until: to };
    }
    case "owned": {
      const terms = termsOf(price);
      const power = times(powerPerHour(terms), { num: 1n, den: HOUR });
      const end = writeOffEnd(price.anchor, terms);
      if (at >= end) return { rate: power, until: null };
      return { rate: add({ num: terms.purchaseMicro, den: writeOffMs(terms) }, power), until: end };
    }
  }
}

/**
 * What an hour of one card costs at `at`, in micro-units of the price's currency, rounded half-even once: for comparing
 * and showing. A month's fee is spread over the hours of the contract month that holds `at` (672 to 745 of them).
 */
export function hourlyMicro(price: Price, at: UnixMs, zone: string): Micro {
  const { num, den } = rateAt(price, at, zone).rate;
  return divideHalfEven(num * HOUR, den);
}

/** The same, exactly, for whoever converts before rounding. */
export const hourlyRatio = (price: Price, at: UnixMs, zone: string): Ratio =>
  times(rateAt(price, at, zone).rate, { num: HOUR, den: 1n });

/** Whether the money is spent whatever happens to the card at `at`: inside the term, using it costs nothing more. */
export const isSunk = ({ termTo }: Pick<Price, "termTo">, at: UnixMs): boolean => termTo !== null && at < termTo;

/** When bought hardware is written off: from then on it costs its electricity. */
export const writeOffEnd = (anchor: UnixMs, terms: OwnedTerms): UnixMs => unixMs(anchor + Number(writeOffMs(terms)));

const writeOffMs = ({ months }: OwnedTerms): bigint => BigInt(months * HOURS_PER_MONTH) * HOUR;

const powerPerHour = ({ watts, powerMicroPerKwh }: OwnedTerms): Ratio => ({
  num: BigInt(watts) * powerMicroPerKwh,
  den: WATTS_PER_KW,
});

function termsOf({ id, owned }: Price): OwnedTerms {
  if (owned === null) throw new RangeError(`price ${id} is of owned hardware but has no terms`); // price_owned forbids it
  return owned;
}
