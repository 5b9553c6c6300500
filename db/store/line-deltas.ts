import type { LedgerLine } from "../model/ledger.ts";

/** A line of the ledger with the pool's hour it is of. */
export type StoredLine = LedgerLine & { readonly hourNo: number; readonly poolId: number };
/** All lines of one pool's hour as they should be; [] = none. */
export type PoolHourLines = {
  readonly hourNo: number;
  readonly poolId: number;
  readonly lines: readonly LedgerLine[];
};
/** New minus old of one line; at least one amount is not zero. */
export type LineDelta = {
  readonly hourNo: number;
  readonly poolId: number;
  readonly featureId: number;
  readonly priceId: number;
  readonly ms: readonly number[];
  readonly micro: readonly bigint[];
};

/**
 * What changes where pools' hours get these lines in place of those of before. A line without any amount is no line.
 * @param before the lines of these pools' hours, and perhaps of others, which stay
 * @throws RangeError when a pool's hour, or a line of it, is said twice
 */
export function deltasOf(before: readonly StoredLine[], after: readonly PoolHourLines[]): LineDelta[] {
  const old = new Map<string, Map<number, StoredLine>>();
  for (const line of before) {
    const lines = old.get(`${line.hourNo} ${line.poolId}`);
    if (lines) lines.set(keyOf(line), line);
    else old.set(`${line.hourNo} ${line.poolId}`, new Map([[keyOf(line), line]]));
  }
  const said = new Set<string>();
  return after.flatMap(({ hourNo, poolId, lines }) => {
    const name = `${hourNo} ${poolId}`;
    if (said.has(name)) throw new RangeError(`the lines of pool ${poolId} in hour ${hourNo} are said twice`);
    said.add(name);
    return deltasOfHour({ hourNo, poolId }, old.get(name) ?? new Map(), lines);
  });
}

/** One number for a feature and a price: exact for two million features. */
const keyOf = ({ featureId, priceId }: LedgerLine): number => featureId * 2 ** 32 + priceId;

function deltasOfHour(
  of: { readonly hourNo: number; readonly poolId: number },
  old: ReadonlyMap<number, LedgerLine>,
  lines: readonly LedgerLine[],
): LineDelta[] {
  const deltas: LineDelta[] = [];
  const said = new Set<number>();
  for (const line of lines) {
    const key = keyOf(line);
    if (said.has(key))
      throw new RangeError(
        `feature ${line.featureId} with price ${line.priceId} is said twice of pool ${of.poolId} in hour ${of.hourNo}`,
      );
    said.add(key);
    const delta = minus(line, old.get(key));
    if (delta) deltas.push({ ...of, featureId: line.featureId, priceId: line.priceId, ...delta });
  }
  for (const [key, line] of old) {
    if (said.has(key)) continue;
    const [ms, micro] = [line.ms.map((value) => -value), line.micro.map((value) => -value)];
    deltas.push({ ...of, featureId: line.featureId, priceId: line.priceId, ms, micro });
  }
  return deltas;
}

/** @returns null when nothing is another */
function minus(line: LedgerLine, old: LedgerLine | undefined): Pick<LineDelta, "ms" | "micro"> | null {
  const ms = old ? line.ms.map((value, state) => value - old.ms[state]!) : line.ms;
  const micro = old ? line.micro.map((value, state) => value - old.micro[state]!) : line.micro;
  return ms.some((value) => value !== 0) || micro.some((value) => value !== 0n) ? { ms, micro } : null;
}
