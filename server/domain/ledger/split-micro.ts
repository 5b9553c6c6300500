import type { Micro } from "../../../db/model/money.ts";

/**
 * Splits money by weights so that the parts add up to it exactly: largest remainder, ties to the earlier part. A weight of
 * nothing gets nothing; a part is less than one micro-unit from its exact share; a negative total is split as its mirror
 * image. With no weight at all everything lands on the last part (as server/domain/split.ts, for amounts past 2^53).
 * @param weights whole numbers ≥ 0
 * @throws RangeError for a weight that is not a whole number ≥ 0, or money without anything to split it over
 */
export function splitMicro(total: Micro, weights: readonly number[]): Micro[] {
  const exact = weights.map(BigInt); // refuses fractions and NaN
  let sum = 0n;
  for (const weight of exact) {
    if (weight < 0n) throw new RangeError(`weight ${weight} is not a whole number ≥ 0`);
    sum += weight;
  }
  if (sum === 0n) {
    if (exact.length === 0 && total !== 0n)
      throw new RangeError(`${total} micro-units, and nothing to split them over`);
    return exact.map((_, i) => (i === exact.length - 1 ? total : 0n));
  }
  return total < 0n ? sharesOf(-total, exact, sum).map((part) => -part) : sharesOf(total, exact, sum);
}

function sharesOf(total: Micro, weights: readonly bigint[], sum: bigint): Micro[] {
  let left = total;
  const rests: { readonly i: number; readonly rest: bigint }[] = [];
  const parts = weights.map((weight, i) => {
    if (weight === 0n) return 0n;
    const product = total * weight;
    const part = product / sum;
    left -= part;
    rests.push({ i, rest: product - part * sum });
    return part;
  });
  if (left === 0n) return parts;
  rests.sort((a, b) => (a.rest === b.rest ? a.i - b.i : a.rest > b.rest ? -1 : 1));
  for (const { i } of rests.slice(0, Number(left))) parts[i]! += 1n;
  return parts;
}
