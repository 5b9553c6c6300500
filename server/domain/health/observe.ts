import type { CardEvent } from "../../../db/model/events.ts";
import type { Evidence } from "../../../db/model/incident.ts";
import type { Comparison, Condition } from "../../../db/model/rule.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { limitsOf } from "./limits.ts";
import { npuFaultOf } from "./npu-faults.ts";
import type { Round, RoundCards } from "./round.ts";
import { burstMs, FOLLOWERS, FOLLOWS_WITHIN_MS, xidOf } from "./xid.ts";

export const ABSENT = 0;
export const CLEAR = 1;
export const BREACH = 2;

type Values = Readonly<Record<string, string | number>>;

/** What a condition says of every card of a round, and why. The words are only asked for where it is in breach. */
export type Observed = {
  readonly state: Uint8Array; // by row: ABSENT, CLEAR or BREACH
  evidence(row: number): readonly Evidence[];
  values(row: number): Values;
  /** When the evidence says it began, unix ms; NaN = it does not. */
  since(row: number): number;
};

/** Conditions about one card at a time. null = this condition is about something else. */
export function observe(condition: Condition, round: Round): Observed | null {
  switch (condition.kind) {
    case "level":
      return compared(
        round,
        condition.signal,
        round.cards.level(condition.signal),
        condition.compare,
        () => condition.threshold,
      );
    case "limit":
      return limit(round, condition);
    case "increase":
      return compared(
        round,
        condition.signal,
        round.cards.rise(condition.signal, condition.windowMs),
        condition.compare,
        () => condition.threshold,
      );
    case "bits":
      return bits(round, condition.anyOf);
    case "event":
      return events(round, condition);
    case "npu_fault":
      return npuFaults(round, condition);
    case "below_peers":
      return belowPeers(round, condition);
    case "all":
    case "any":
      return combined(round, condition);
    default:
      return null;
  }
}

const isIn = (value: number, compare: Comparison, threshold: number): boolean => {
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
};

function compared(
  { cards }: Round,
  signal: string,
  values: Float64Array,
  compare: Comparison,
  thresholdOf: (row: number) => number,
): Observed {
  const state = new Uint8Array(cards.count);
  for (let row = 0; row < cards.count; row += 1) {
    const value = values[row]!;
    const threshold = thresholdOf(row);
    if (value !== value || threshold !== threshold) continue; // NaN: not said
    state[row] = isIn(value, compare, threshold) ? BREACH : CLEAR;
  }
  return {
    state,
    evidence: (row) => [figure(signal, values[row]!, thresholdOf(row), heardAt(cards, row))],
    values: (row) => ({ value: values[row]!, threshold: thresholdOf(row) }),
    since: () => Number.NaN,
  };
}

function limit(round: Round, condition: Condition & { kind: "limit" }): Observed {
  const { cards } = round;
  const isMemory = condition.signal === "memoryTemperatureCelsius";
  const own = cards.level(
    condition.limit === "slowdown"
      ? "slowdownCelsius"
      : isMemory
        ? "memoryTemperatureLimitCelsius"
        : "temperatureLimitCelsius",
  );
  const ofModel = (row: number): number => {
    const limits = limitsOf(cards.pool[row]!.model);
    const known =
      condition.limit === "slowdown" ? limits?.slowdown : isMemory ? limits?.memoryMax : limits?.maxOperating;
    return known ?? Number.NaN;
  };
  const thresholdOf = (row: number) => (own[row] === own[row] ? own[row]! : ofModel(row)) + condition.aboveCelsius;
  const compare = condition.limit === "slowdown" ? ">=" : ">";
  return compared(round, condition.signal, cards.level(condition.signal), compare, thresholdOf);
}

/** Why clocks are low (DCGM field 112). */
const REASONS: readonly (readonly [number, string])[] = [
  [0x8, "hardware slowdown"],
  [0x20, "software thermal slowdown"],
  [0x40, "hardware thermal slowdown"],
  [0x80, "power brake"],
];

function bits({ cards }: Round, anyOf: number): Observed {
  const said = cards.level("clockReasons");
  const state = new Uint8Array(cards.count);
  for (let row = 0; row < cards.count; row += 1)
    if (said[row] === said[row]) state[row] = (said[row]! & anyOf) === 0 ? CLEAR : BREACH;
  const words = (row: number) =>
    REASONS.filter(([bit]) => (said[row]! & anyOf & bit) !== 0)
      .map(([, word]) => word)
      .join(", ");
  return {
    state,
    evidence: (row) => [{ ...figure("clockReasons", said[row]!, anyOf, heardAt(cards, row)), text: words(row) }],
    values: (row) => ({ value: said[row]!, reason: words(row) }),
    since: () => Number.NaN,
  };
}

function events({ cards, events: book, at }: Round, condition: Condition & { kind: "event" }): Observed {
  const found: (readonly CardEvent[])[] = [];
  const state = new Uint8Array(cards.count);
  for (let row = 0; row < cards.count; row += 1) {
    const all = book.of(cards.id[row]!);
    const isRead = cards.gap[row] === "none";
    state[row] = isRead ? CLEAR : ABSENT;
    if (all.length === 0) continue;
    const matching =
      condition.event === "xid"
        ? matchingXids(all, condition.xids)
        : all.filter(({ kind }) => kind === condition.event);
    const last = matching.at(-1);
    if (last === undefined || at - last.at >= condition.quietMs) continue;
    const within = matching.filter((one) => last.at - one.at < condition.windowMs);
    const count = condition.event === "xid" ? bursts(within) : within.length;
    if (count < condition.count) continue;
    state[row] = BREACH;
    found[row] = within;
  }
  return {
    state,
    evidence: (row) => (found[row] ?? []).slice(-10).map(eventEvidence),
    values: (row) => eventValues(found[row] ?? []),
    since: (row) => found[row]?.[0]?.at ?? Number.NaN,
  };
}

function matchingXids(
  all: readonly CardEvent[],
  wanted: (Condition & { kind: "event" })["xids"],
): readonly CardEvent[] {
  const xids = all.filter(({ kind }) => kind === "xid");
  return xids.filter((one, i) => {
    if (
      FOLLOWERS.has(one.code) &&
      xids.slice(0, i).some((other) => !FOLLOWERS.has(other.code) && one.at - other.at <= FOLLOWS_WITHIN_MS)
    )
      return false; // it belongs to the earlier one
    if (wanted === null) return true;
    if (typeof wanted !== "string") return wanted.includes(one.code);
    const fact = xidOf(one.code);
    if (wanted === "critical") return fact.level === "critical" && !fact.sourcesDisagree;
    if (wanted === "application") return fact.class === "application";
    return (
      fact.class === "hardware" && (fact.level === "warning" || (fact.level === "critical" && fact.sourcesDisagree))
    );
  });
}

/** Repeats of one code in one burst count once. */
function bursts(xids: readonly CardEvent[]): number {
  const last = new Map<number, number>();
  let count = 0;
  for (const { code, at, count: times } of xids) {
    const before = last.get(code);
    if (before === undefined || at - before > burstMs(code))
      count += Math.max(1, before === undefined ? 1 : Math.min(times, 1));
    last.set(code, at);
  }
  return count;
}

const eventEvidence = ({ kind, code, count, at, detail }: CardEvent): Evidence => ({
  signal: kind,
  value: code === 0 ? count : code,
  threshold: null,
  at: at,
  text: kind === "xid" ? [`XID ${code}: ${xidOf(code).name}`, detail].filter((part) => part !== "").join("; ") : detail,
});

function eventValues(found: readonly CardEvent[]): Values {
  const last = found.at(-1);
  if (last === undefined) return {};
  const sum = found.reduce((total, { count }) => total + count, 0);
  const isXid = last.kind === "xid";
  return {
    count: isXid ? found.length : sum,
    code: last.kind === "npu_fault" ? npuFaultOf(last.code).hex : last.code,
    name: isXid ? xidOf(last.code).name : "",
    ...(isXid && { action: xidOf(last.code).action }),
  };
}

function npuFaults(round: Round, condition: Condition & { kind: "npu_fault" }): Observed {
  const { cards, events: book, at } = round;
  const now = cards.level("npuErrorCode");
  const state = new Uint8Array(cards.count);
  const codes: number[] = [];
  const isWanted = (code: number) => condition.levels.includes(npuFaultOf(code).level);
  for (let row = 0; row < cards.count; row += 1) {
    const said = now[row]!;
    if (said !== said) continue; // no Ascend card, or not said
    state[row] = CLEAR;
    const last = book
      .of(cards.id[row]!)
      .filter(({ kind, code }) => kind === "npu_fault" && isWanted(code))
      .at(-1);
    const code =
      said > 0 && isWanted(said) ? said : last !== undefined && at - last.at < condition.quietMs ? last.code : 0;
    if (code === 0) continue;
    state[row] = BREACH;
    codes[row] = code;
  }
  return {
    state,
    evidence: (row) => [
      {
        ...figure("npuErrorCode", codes[row]!, Number.NaN, heardAt(cards, row)),
        text: `${npuFaultOf(codes[row]!).hex} ${npuFaultOf(codes[row]!).level}`,
      },
    ],
    values: (row) => ({
      code: npuFaultOf(codes[row]!).hex,
      level: npuFaultOf(codes[row]!).level,
      action: npuFaultOf(codes[row]!).action,
    }),
    since: (row) =>
      book.of(cards.id[row]!).findLast(({ kind, code }) => kind === "npu_fault" && code === codes[row])?.at ??
      Number.NaN,
  };
}

function belowPeers(round: Round, condition: Condition & { kind: "below_peers" }): Observed {
  const { cards, gangs } = round;
  const values = cards.level(condition.signal);
  const state = new Uint8Array(cards.count);
  const medians = new Float64Array(cards.count).fill(Number.NaN);
  for (const { rows } of gangs) {
    const said = [...rows].filter((row) => values[row] === values[row]);
    if (said.length <= condition.atLeastPeers) continue;
    const sorted = said.map((row) => values[row]!).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)]!;
    for (const row of said) {
      medians[row] = median;
      state[row] = values[row]! < condition.ratio * median ? BREACH : CLEAR;
    }
  }
  return {
    state,
    evidence: (row) => [figure(condition.signal, values[row]!, condition.ratio * medians[row]!, heardAt(cards, row))],
    values: (row) => ({ value: values[row]!, median: medians[row]! }),
    since: () => Number.NaN,
  };
}

function combined(round: Round, condition: Condition & { kind: "all" | "any" }): Observed | null {
  const parts: Observed[] = [];
  for (const part of condition.of) {
    const observed = observe(part, round);
    if (observed === null) return null;
    parts.push(observed);
  }
  const state = new Uint8Array(round.cards.count);
  for (let row = 0; row < state.length; row += 1) {
    const states = parts.map((part) => part.state[row]);
    state[row] =
      condition.kind === "all"
        ? states.includes(CLEAR)
          ? CLEAR
          : states.includes(ABSENT) || states.length === 0
            ? ABSENT
            : BREACH
        : states.includes(BREACH)
          ? BREACH
          : states.includes(ABSENT) || states.length === 0
            ? ABSENT
            : CLEAR;
  }
  const breaching = (row: number) => parts.filter((part) => part.state[row] === BREACH);
  return {
    state,
    evidence: (row) => breaching(row).flatMap((part) => part.evidence(row)),
    values: (row) =>
      Object.assign(
        {},
        ...breaching(row)
          .toReversed()
          .map((part) => part.values(row)),
      ) as Values,
    since: (row) =>
      Math.max(
        ...breaching(row)
          .map((part) => part.since(row))
          .filter((at) => at === at),
        -Infinity,
      ) || Number.NaN,
  };
}

const figure = (signal: string, value: number, threshold: number, at: UnixMs): Evidence => ({
  signal,
  value: value === value ? value : null,
  threshold: threshold === threshold ? threshold : null,
  at,
  text: "",
});

const heardAt = ({ heardAt: heard }: RoundCards, row: number): UnixMs =>
  unixMs(heard[row] === heard[row] ? heard[row]! : 0);
