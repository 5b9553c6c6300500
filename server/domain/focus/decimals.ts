import { divideHalfEven, type Micro, MICRO } from "../../../db/model/money.ts";
import { HOUR_MS } from "../../../db/model/time.ts";

/** Places of a quantity or a unit price: their product is the cost to the micro-unit for prices below a million an hour. */
const PLACES = 12;
const SCALE = 10n ** BigInt(PLACES);
const HOUR = BigInt(HOUR_MS);

/** `num ÷ den` as a plain decimal, rounded half-even to PLACES, without zeros at the end. `den` > 0. */
export function decimal(num: bigint, den: bigint): string {
  const scaled = divideHalfEven(num * SCALE, den);
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(PLACES + 1, "0");
  const fraction = digits.slice(-PLACES).replace(/0+$/, "");
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, -PLACES)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Card-hours of card-milliseconds. */
export const hours = (ms: number): string => decimal(BigInt(ms), HOUR);

/** An amount in whole units. */
export const amount = (micro: Micro): string => decimal(micro, MICRO);

/** What one card-hour comes to. 0 where there was no time. */
export const perHour = (micro: Micro, ms: number): string =>
  ms === 0 ? "0" : decimal(micro * HOUR, BigInt(ms) * MICRO);
