import type { Signal } from "../../../db/model/health.ts";
import type { Comparison, Condition } from "../../../db/model/rule.ts";
import { limitOf } from "./limits.ts";
import { BREACH, CLEAR, figure, isSaid, nobodySays, type Observed, readAt, readMask } from "./observed.ts";
import type { Round } from "./round.ts";
import { shown } from "./shown.ts";

type Of<K extends Condition["kind"]> = Extract<Condition, { kind: K }>;

/** A reading compared with a figure. Where nobody said it, nothing is said. */
export function observeLevel({ signal, compare, threshold }: Of<"level">, round: Round): Observed {
  const read = round.cards.level(signal);
  const witness = witnessOf(signal, round);
  if (read === round.cards.unsaid && witness === null) return nobodySays(round);
  const says = new Uint8Array(round.cards.count);
  for (let row = 0; row < says.length; row += 1) {
    const value = read[row]!;
    if (value === value) says[row] = isIn(value, compare, threshold) ? BREACH : CLEAR;
    else if (witness !== null && isSaid(witness[row]!)) says[row] = CLEAR;
  }
  return {
    says,
    explain: (row) => {
      const value = read[row]!;
      return {
        evidence: [figure(signal, value, threshold, readAt(round, row))],
        values: valuesOf(signal, value, threshold),
        since: witness === null ? Number.NaN : round.at - (value - threshold), // when it had lasted long enough
      };
    },
  };
}

/** What lasts is not said while it does not: that it does not is known where this is said. null = it is no such signal. */
function witnessOf(signal: Signal, round: Round): Float64Array | null {
  switch (signal) {
    case "heldQuietMs":
    case "freeMs":
    case "zombieMs":
      return round.cards.level("activityRatio");
    case "powerMissingMs":
      return round.cards.level("powerWatts");
    case "unreadMs":
      return Float64Array.from(readMask(round), (isRead) => (isRead === 1 ? 1 : Number.NaN));
    default:
      return null;
  }
}

/** A counter that rose within a window. */
export function observeIncrease({ signal, windowMs, compare, threshold }: Of<"increase">, round: Round): Observed {
  const rose = round.cards.rise(signal, windowMs);
  if (rose === round.cards.unsaid) return nobodySays(round);
  const says = new Uint8Array(round.cards.count);
  for (let row = 0; row < says.length; row += 1) {
    const value = rose[row]!;
    if (value === value) says[row] = isIn(value, compare, threshold) ? BREACH : CLEAR;
  }
  return {
    says,
    explain: (row) => ({
      evidence: [figure(signal, rose[row]!, threshold, readAt(round, row))],
      values: valuesOf(signal, rose[row]!, threshold),
      since: Number.NaN,
    }),
  };
}

/** A temperature against the card's own limit, else its model's. */
export function observeLimit({ signal, limit, aboveCelsius }: Of<"limit">, round: Round): Observed {
  const read = round.cards.level(signal);
  if (read === round.cards.unsaid) return nobodySays(round);
  const limits = limitsByRow(signal, limit, round);
  const says = new Uint8Array(round.cards.count);
  for (let row = 0; row < says.length; row += 1) {
    const [value, most] = [read[row]!, limits[row]! + aboveCelsius];
    if (value !== value || most !== most) continue; // NaN: not said, or no limit is known
    says[row] = (limit === "slowdown" ? value >= most : value > most) ? BREACH : CLEAR;
  }
  return {
    says,
    explain: (row) => ({
      evidence: [figure(signal, read[row]!, limits[row]! + aboveCelsius, readAt(round, row))],
      values: { ...valuesOf(signal, read[row]!, limits[row]! + aboveCelsius), limit: shown(signal, limits[row]!) },
      since: Number.NaN,
    }),
  };
}

/** What the card says of itself, as a limit or as degrees left; else its model's. NaN = nobody knows. */
function limitsByRow(signal: Of<"limit">["signal"], limit: Of<"limit">["limit"], { cards }: Round): Float64Array {
  const isMemory = signal === "memoryTemperatureCelsius";
  const said = isMemory
    ? "memoryTemperatureLimitCelsius"
    : limit === "slowdown"
      ? "slowdownCelsius"
      : "temperatureLimitCelsius";
  const own = isMemory && limit === "slowdown" ? new Float64Array(cards.count).fill(Number.NaN) : cards.level(said);
  const margin = isMemory ? null : cards.level("temperatureMarginCelsius");
  const now = cards.level(signal);
  const ofPool = new Map<object, number>();
  return own.map((value, row) => {
    if (value > 0) return value;
    const left = margin === null ? Number.NaN : margin[row]!;
    if (left === left) return now[row]! + left + (limit === "slowdown" ? SLOWDOWN_BELOW_MARGIN : 0);
    const pool = cards.pool[row]!;
    let known = ofPool.get(pool);
    if (known === undefined)
      ofPool.set(pool, (known = limitOf(pool.model, isMemory ? "memory" : "core", limit) ?? Number.NaN));
    return known;
  });
}

/** In margin form clocks are cut two degrees past the operating limit (H100 product brief; captures of L4 to H200). */
const SLOWDOWN_BELOW_MARGIN = 2;

/** Bits of DCGM's field 112. Those that are no fault (idle, application clocks, power cap, sync boost) have no word. */
const REASONS: readonly (readonly [bit: number, en: string, zh: string])[] = [
  [0x8, "hardware slowdown", "硬件降频"],
  [0x20, "software thermal slowdown", "软件温控降频"],
  [0x40, "hardware thermal slowdown", "硬件过热降频"],
  [0x80, "power brake", "供电刹车"],
];

/** Why clocks are low, at the moment of the reading. */
export function observeBits({ signal, anyOf }: Of<"bits">, round: Round): Observed {
  const read = round.cards.level(signal);
  if (read === round.cards.unsaid) return nobodySays(round);
  const says = new Uint8Array(round.cards.count);
  for (let row = 0; row < says.length; row += 1)
    if (isSaid(read[row]!)) says[row] = (read[row]! & anyOf) === 0 ? CLEAR : BREACH;
  return {
    says,
    explain: (row) => {
      const set = REASONS.filter(([bit]) => (read[row]! & anyOf & bit) !== 0);
      const mask = `0x${(read[row]! & anyOf).toString(16)}`;
      const [en, zh] = [set.map(([, word]) => word).join(", "), set.map(([, , word]) => word).join("、")];
      return {
        evidence: [figure(signal, read[row]!, anyOf, readAt(round, row), en || mask)],
        values: { value: mask, reason: en || mask, reasonZh: zh || mask },
        since: Number.NaN,
      };
    },
  };
}

const valuesOf = (signal: string, value: number, threshold: number) => ({
  value: shown(signal, value),
  threshold: shown(signal, threshold),
  [signal]: shown(signal, value),
});

function isIn(value: number, compare: Comparison, threshold: number): boolean {
  switch (compare) {
    case ">":
      return value > threshold;
    case ">=":
      return value >= threshold;
    case "<":
      return value < threshold;
    case "<=":
      return value <= threshold;
    case "==":
      return value === threshold;
  }
}
