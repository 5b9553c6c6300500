import { type Currency, divideHalfEven, type Micro } from "../../../db/model/money.ts";
import type { FxRate, Price } from "../../../db/model/price.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { exchangeRate } from "../../domain/pricing/exchange.ts";
import { hourlyRatio } from "../../domain/pricing/hourly.ts";
import { times } from "../../domain/pricing/ratio.ts";

/** What an hour of one card costs at `at` in `currency`, rounded once; null = no rate for the price's currency. */
export function priceHourly(
  price: Price,
  at: UnixMs,
  { rates }: { readonly rates: readonly FxRate[] },
  { zone, currency }: { readonly zone: string; readonly currency: Currency },
): Micro | null {
  const rate = exchangeRate(price.currency, currency, at, rates);
  if (rate === null) return null;
  const { num, den } = times(hourlyRatio(price, at, zone), rate);
  return divideHalfEven(num, den);
}
