/**
 * Splits a whole number by weights so that the parts add up to it exactly: largest remainder, ties to the earlier part.
 * With no weight at all everything lands on the last part.
 * @throws RangeError when total or a weight is not a whole number, or a weight is negative
 */
export function splitExactly(total: number, weights: readonly number[]): number[] {
  if (!Number.isSafeInteger(total)) throw new RangeError(`cannot split ${total}: not a whole number`);
  for (const w of weights)
    if (!Number.isSafeInteger(w) || w < 0) throw new RangeError(`weight ${w} is not a whole number ≥ 0`);
  if (weights.length === 1) return [total];
  const sum = weights.reduce((a, w) => a + BigInt(w), 0n);
  if (sum === 0n) return weights.map((_, i) => (i === weights.length - 1 ? total : 0));

  const sign = total < 0 ? -1 : 1;
  const shares = weights.map((w, i) => {
    const product = BigInt(Math.abs(total)) * BigInt(w); // passes 2^53 for any real fleet
    return { i, whole: Number(product / sum), rest: product % sum };
  });
  let left = Math.abs(total) - shares.reduce((a, s) => a + s.whole, 0);
  const byRest = shares.toSorted((a, b) => (a.rest === b.rest ? a.i - b.i : a.rest > b.rest ? -1 : 1));
  for (const share of byRest) {
    if (left <= 0) break;
    share.whole += 1;
    left -= 1;
  }
  return shares.map((s) => sign * s.whole + 0);
}
