/**
 * Money is a whole number of micro-units (1e-6) of an ISO 4217 currency, as a bigint: it adds up exactly, and the type
 * checker keeps plain numbers away from it. In JSON and in URLs it is the same whole number as text.
 */
export type Micro = bigint;
/** A whole number of micro-units as decimal digits, with a leading minus where negative. */
export type MicroText = string;

/** Three capital letters of ISO 4217, e.g. "CNY". Two currencies never meet without a dated rate. */
export type Currency = string;

export const MICRO = 1_000_000n;

/** Micro-units as JSON text and back. */
export const microText = (amount: Micro): MicroText => amount.toString();
export const microOf = (text: MicroText): Micro => BigInt(text);

/**
 * An amount of a view nobody's sight was put over: where the server reckons, nothing is hidden (null).
 * @throws on a hidden one: it would count as nothing
 */
export function unveiled(text: MicroText | null): Micro {
  if (text === null) throw new Error("a hidden amount is no figure to reckon with");
  return microOf(text);
}

/** The sum of amounts; null where one of them is hidden. */
export function sumOf(texts: readonly (MicroText | null)[]): MicroText | null {
  return texts.includes(null) ? null : microText(texts.reduce((sum, text) => sum + unveiled(text), 0n));
}

const DECIMAL = /^(-?)(\d{1,13})(?:\.(\d{1,6}))?$/;

/**
 * Micro-units of a plain decimal: digits, at most one point, at most six decimals ("18.5"). null for everything else:
 * separators, signs of currencies, exponents and a seventh decimal are for whoever reads foreign files to settle, because
 * "1.234" is one in Boston and a thousand in Berlin.
 */
export function parseMoney(text: string): Micro | null {
  const [, minus, whole, fraction = ""] = DECIMAL.exec(text.trim()) ?? [];
  if (whole === undefined) return null;
  const amount = BigInt(whole) * MICRO + BigInt(fraction.padEnd(6, "0"));
  return minus === "-" ? -amount : amount;
}

/**
 * A plain decimal of an amount, parseMoney's inverse.
 * @param digits rounded half-even to so many decimals; left out = as many as it has, at least two
 */
export function decimalMoney(amount: Micro, digits?: number): string {
  const scaled = digits === undefined ? amount : divideHalfEven(amount, 10n ** BigInt(6 - digits));
  const places = digits ?? 6;
  const plain = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, "0");
  const whole = plain.slice(0, plain.length - places);
  const fraction = plain.slice(plain.length - places);
  const kept = digits === undefined ? fraction.replace(/0{1,4}$/, "") : fraction;
  return `${scaled < 0n ? "-" : ""}${whole}${kept === "" ? "" : `.${kept}`}`;
}

/** `num ÷ den` rounded to the nearest whole number, halves to the even one: no drift over many figures. `den` > 0. */
export function divideHalfEven(num: bigint, den: bigint): bigint {
  const floor = num / den - (num % den < 0n ? 1n : 0n);
  const twice = 2n * (num - floor * den);
  if (twice < den) return floor;
  if (twice > den) return floor + 1n;
  return floor % 2n === 0n ? floor : floor + 1n;
}
