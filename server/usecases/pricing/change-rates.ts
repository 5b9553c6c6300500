import { type Currency } from "../../../db/model/money.ts";
import { DAY_MS, dayOf } from "../../../db/model/time.ts";
import type { ChangeNote, Deps, RateWish } from "../../context.ts";
import { currencyFault } from "../../config/values.ts";
import { readInstant } from "../../domain/pricing/wall-clock.ts";
import { ServiceError } from "../../errors.ts";
import { type BookChanged, reasoned } from "./change-book.ts";

/** A rate as it is written: what one `base` is worth in `quote` from a UTC day on. rate null takes it back. */
export type WrittenRate = {
  readonly base: string;
  readonly quote: string;
  readonly day: string; // YYYY-MM-DD
  readonly rate: string | null; // plain decimal, up to nine decimals
};

const RATE = /^(\d{1,8})(?:\.(\d{1,9}))?$/;
/** A rate for a day to come is a guess; tomorrow's is published today where the sun is up. */
const AHEAD_MS = 2 * DAY_MS;

/** Sets dated rates, in one revision. @throws ServiceError "invalid" with everything that is wrong */
export async function setRates(
  { clock, pricing }: Pick<Deps, "pricing"> & { readonly clock: Pick<Deps["clock"], "now"> },
  rates: readonly WrittenRate[],
  note: ChangeNote,
): Promise<BookChanged> {
  const faults: string[] = [];
  const wishes = rates.flatMap((rate, i) => {
    const path = rates.length === 1 ? "" : `rates.${i}.`;
    const wish = readRate(rate, clock.now() + AHEAD_MS, (field, text) => faults.push(`${path}${field}: ${text}`));
    return wish === null ? [] : [wish];
  });
  const days = wishes.map(({ base, quote, day }) => `${[base, quote].toSorted().join("/")} ${day}`);
  const twice = days.find((day, i) => days.indexOf(day) !== i);
  if (twice !== undefined) faults.push(`rates: ${twice.split(" ")[0]} is given twice for one day; leave one out`);
  if (faults.length > 0) throw new ServiceError("invalid", faults.join("; "));
  const revision = await pricing.setRates(wishes, reasoned(note));
  return { revision, added: revision === null ? 0 : wishes.length, ended: 0, unchanged: 0 };
}

function readRate(written: WrittenRate, latest: number, fault: (field: string, text: string) => void): RateWish | null {
  const base = currencyOf("base", written.base, fault);
  const quote = currencyOf("quote", written.quote, fault);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(written.day) ? readInstant(written.day, "UTC") : null;
  if (day === null) fault("day", `"${written.day}" is not a day; write 2026-11-01`);
  else if (day > latest) fault("day", `${written.day} is still to come; a rate is known when its day begins`);
  const [, whole, fraction = ""] = RATE.exec(written.rate?.trim() ?? "") ?? [];
  const rateNano = whole === undefined ? 0n : BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
  if (written.rate !== null && rateNano <= 0n)
    fault("rate", `"${written.rate}" is not a rate; write a decimal above 0 like 7.1093, up to nine decimals`);
  if (base !== null && base === quote) fault("quote", `${base} in ${quote} is always 1 and needs no rate`);
  const isGood = base !== null && quote !== null && base !== quote && day !== null && day <= latest;
  if (!isGood || (written.rate !== null && rateNano <= 0n)) return null;
  return { base, quote, day: dayOf(day), rateNano: written.rate === null ? null : rateNano };
}

function currencyOf(field: string, text: string, fault: (field: string, text: string) => void): Currency | null {
  const code = text.trim();
  const wrong = code === "" ? "an ISO 4217 code like USD" : currencyFault(code);
  if (wrong === null) return code;
  fault(
    field,
    `${code === "" ? "the currency is missing" : `"${code}" is not a currency`}; write ${wrong || "an ISO 4217 code like USD"}`,
  );
  return null;
}
