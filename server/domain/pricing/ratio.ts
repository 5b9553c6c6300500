/** An exact fraction, `den` > 0. Rates are fractions until they become money, once. */
export type Ratio = { readonly num: bigint; readonly den: bigint };

export const ZERO: Ratio = { num: 0n, den: 1n };

/** `a + b`, reduced: sums over many months would otherwise grow long denominators. */
export function add(a: Ratio, b: Ratio): Ratio {
  if (a.den === b.den) return { num: a.num + b.num, den: a.den };
  const shared = gcd(a.den, b.den);
  return { num: a.num * (b.den / shared) + b.num * (a.den / shared), den: a.den * (b.den / shared) };
}

export const times = (a: Ratio, b: Ratio): Ratio => ({ num: a.num * b.num, den: a.den * b.den });

/** The whole part, towards minus infinity. */
export const floorOf = ({ num, den }: Ratio): bigint => num / den - (num % den < 0n ? 1n : 0n);

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
