/** A line as plain values: "hour 5 pool 1 feature 2 price 3" → six times and six amounts of money. */
export type PlainLines = Map<string, readonly bigint[]>;

/** The hours of an installation as they should be stored: a map that forgets what it had. Slow and obvious on purpose. */
export class StoredLedger {
  readonly lines: PlainLines = new Map();
  readonly told: { readonly key: string; readonly change: readonly bigint[] }[] = [];

  /** @param lines "feature 2 price 3" → amounts */
  put(hourNo: number, poolId: number, lines: ReadonlyMap<string, readonly bigint[]>, isClosed: boolean): void {
    const name = `hour ${hourNo} pool ${poolId} `;
    const keys = new Set([...this.lines.keys()].filter((key) => key.startsWith(name)));
    for (const key of lines.keys()) keys.add(name + key);
    for (const key of keys) {
      const was = this.lines.get(key) ?? ZERO;
      const is = lines.get(key.slice(name.length)) ?? ZERO;
      const change = is.map((value, i) => value - (was[i] ?? 0n));
      if (isClosed && change.some((value) => value !== 0n)) this.told.push({ key, change });
      if (is.some((value) => value !== 0n)) this.lines.set(key, is);
      else this.lines.delete(key);
    }
  }

  /** The days as the sum of their hours. */
  days(dayNoOf: (hourNo: number) => number): PlainLines {
    const days: PlainLines = new Map();
    for (const [key, amounts] of this.lines) {
      const [, hour = "", pool, feature, price] = /^hour (\S+) pool (\S+) feature (\S+) price (\S+)$/.exec(key) ?? [];
      const day = `day ${dayNoOf(Number(hour))} pool ${pool} feature ${feature} price ${price}`;
      const before = days.get(day) ?? ZERO;
      days.set(
        day,
        amounts.map((value, i) => value + (before[i] ?? 0n)),
      );
    }
    return new Map([...days].filter(([, amounts]) => amounts.some((value) => value !== 0n)));
  }
}

const ZERO: readonly bigint[] = Array.from({ length: 12 }, () => 0n);
