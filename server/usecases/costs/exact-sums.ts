import type { Micro } from "../../../db/model/money.ts";

const TWO_32 = 4_294_967_296n;

/**
 * Many exact sums of 64-bit integers at once. Halves are added as doubles, each exactly for up to two million parts, and
 * become a bigint when somebody looks: adding half a million amounts costs milliseconds.
 */
export class ExactSums {
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(count: number) {
    this.#low = new Float64Array(count);
    this.#high = new Float64Array(count);
  }

  /** Adds entry `i` of a column of halves (db/store/ledger-reads.ts) to sum `place`. */
  add(place: number, halves: Int32Array, i: number): void {
    this.#low[place]! += halves[2 * i]! >>> 0;
    this.#high[place]! += halves[2 * i + 1]!;
  }

  at(place: number): Micro {
    return BigInt(this.#high[place] ?? 0) * TWO_32 + BigInt(this.#low[place] ?? 0);
  }
}
