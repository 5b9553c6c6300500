/**
 * In which order lists stand for somebody without the right "money.see". Those that come dearest or cheapest first would
 * give away which amount is the larger, so they stand by what may be seen.
 */

type One = Readonly<Record<string, unknown>>;
type Order = (a: One, b: One) => number;

/** Lists that stand by amounts: what is in one of theirs and nowhere else, and what they stand by instead. */
const BY_MONEY: readonly (readonly [is: (one: One) => boolean, order: Order])[] = [
  // the review list, and a report's part of it
  [(one) => "savingPerDayMicro" in one && "coverage" in one, by("id")],
  // a pool's rivals: a tier is no secret
  [(one) => "tier" in one && "cardCounts" in one && !("money" in one), then(within("tier", by("tier")), by("id"))],
  // the pools of a feature
  [(one) => "directMicro" in one && "poolId" in one, by("poolId")],
  // Today: what needs a person, and what changed
  [(one) => "perHourMicro" in one && "node" in one, then(by("cards", -1), by("node"), by("poolId"), by("kind"))],
  [(one) => "perDayMicro" in one && "at" in one, then(by("at", -1), by("poolId"), by("kind"))],
  // reports: features, and pools with idle time
  [(one) => "unitCostMicro" in one && "key" in one, by("key")],
  [(one) => "idleHeldMs" in one && "micro" in one, then(by("idleHeldMs", -1), within("pool", by("id")))],
];

/** The list in an order that does not follow money; the same list where none of its order did. */
export function withoutMoneyOrder(list: readonly unknown[]): readonly unknown[] {
  if (list.length < 2 || !list.every(isOne)) return list;
  const order = BY_MONEY.find(([is]) => list.every(is))?.[1];
  return order === undefined ? list : list.toSorted(order);
}

/** Numbers by size, texts by their letters; what is neither stands where it stood. */
function by(key: string, way: 1 | -1 = 1): Order {
  return ({ [key]: a }, { [key]: b }) => {
    if (typeof a === "number" && typeof b === "number") return way * (a - b);
    if (typeof a !== "string" || typeof b !== "string" || a === b) return 0;
    return a < b ? -way : way;
  };
}

function then(...orders: readonly Order[]): Order {
  return (a, b) => orders.reduce((found, order) => found || order(a, b), 0);
}

function within(key: string, order: Order): Order {
  return ({ [key]: a }, { [key]: b }) => (isOne(a) && isOne(b) ? order(a, b) : 0);
}

const isOne = (value: unknown): value is One => typeof value === "object" && value !== null && !Array.isArray(value);
