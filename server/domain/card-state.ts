import { FIELD } from "../../db/model/card-fields.ts";
import type { WorkKind } from "../../db/model/feature.ts";
import type { CardState } from "../../db/model/fleet.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../db/model/time.ts";
import type { StateReason } from "../../db/model/views.ts";

/** Where the lines between the states are drawn for one kind of work. */
export type KindRules = {
  /** Activity (0..1) from which a card counts as busy. */
  readonly busyFrom: number;
  /** How long a held card may be quiet between work and still count as busy. Below a slot: every slot is judged alone. */
  readonly idleAfterMs: number;
  /** For how long after its holder's start a quiet card counts as starting. */
  readonly startMs: number;
};

/** What cards are judged by. Left-out answers: nobody knows what kind of work a holder does, nor when it started. */
export type StateRules = {
  readonly kinds: Readonly<Record<WorkKind, KindRules>>;
  /** Memory in use above this means somebody holds the card, where the exporter cannot name holders. */
  readonly heldAboveBytes: number;
  /** What a holder works on in an hour (left out = now). Cards nobody is named for are judged as "other". */
  readonly kindOf?: (holderId: number, hourNo?: number) => WorkKind;
  /** When Kubernetes started a holder, unix ms; null = not said. */
  readonly startedAt?: (holderId: number) => number | null;
};

/**
 * busyFrom: GR_ENGINE below 0.01 counts as idle (facts/health-rules.md, idle-allocated). The other figures are ours:
 * - inference waits for requests: a minute without one is a pause, more is capacity nobody asked for. Loading a model of
 *   tens of gigabytes from object storage takes minutes.
 * - training pauses for checkpoints, evaluation and its slowest reader; starting waits for the whole gang and its data.
 * - a notebook's owner reads what came out before the next cell; its kernel is up at once.
 * - other: work nobody told us about gets no benefit of the doubt.
 */
export const DEFAULT_KIND_RULES: Readonly<Record<WorkKind, KindRules>> = {
  inference: { busyFrom: 0.01, idleAfterMs: MINUTE_MS, startMs: 10 * MINUTE_MS },
  training: { busyFrom: 0.01, idleAfterMs: 4 * MINUTE_MS, startMs: 20 * MINUTE_MS },
  notebook: { busyFrom: 0.01, idleAfterMs: 2 * MINUTE_MS, startMs: 2 * MINUTE_MS },
  other: { busyFrom: 0.01, idleAfterMs: 0, startMs: 0 },
};

/** heldAboveBytes: an idle card shows 1–4 MiB; Meta's gcm draws the line at 15 MiB (facts/dcgm-fields.md section 5). */
export const DEFAULT_STATE_RULES: StateRules = { kinds: DEFAULT_KIND_RULES, heldAboveBytes: 15 * 2 ** 20 };

/** Clocks of a cluster and of a collector differ by less; further back a start belongs to a later life of the name. */
const START_SLACK_MS = MINUTE_MS;

/** When quiet time of a holder counts as starting: `[from, to)` in unix ms, empty where nobody knows of a start. */
export function startWindow(startedAt: number | null, { startMs }: KindRules): { from: number; to: number } {
  if (startedAt === null || startMs === 0) return NEVER;
  return { from: startedAt - START_SLACK_MS, to: startedAt + startMs };
}
const NEVER = { from: Infinity, to: -Infinity };

/** The rules of the kind of work a holder does at an instant. 0 = nobody is named. */
export function rulesOf(holderId: number, rules: StateRules, at: number): KindRules {
  if (holderId === 0 || rules.kindOf === undefined) return rules.kinds.other;
  return rules.kinds[rules.kindOf(holderId, Math.floor(at / HOUR_MS))];
}

/**
 * How active a card is, 0..1: the busiest of its engines, because a card that only decodes video is not idle. Under MIG
 * what its instances said, weighted by slices: the collector made it so. NaN when the exporter said none of them.
 */
export function activityOf(values: Float64Array, offset: number): number {
  let most = NaN;
  for (const field of ACTIVITY) {
    const said = values[offset + field]!;
    if (said > most || most !== most) most = said === said ? said : most; // x !== x: NaN
  }
  return most;
}
const ACTIVITY = [FIELD.utilRatio, FIELD.engineRatio, FIELD.encodeRatio, FIELD.decodeRatio];

/** Whether the card itself says it is bad. Silence is no evidence of a fault. */
export const saysFault = (values: Float64Array, offset: number): boolean =>
  values[offset + FIELD.npuHealthy] === 0 || values[offset + FIELD.rowRemapFailed]! > 0;

/** Whether a quiet card whose exporter names nobody is held after all. null = memory was not said, so nobody can tell. */
export function memoryHolds(values: Float64Array, offset: number, rules: StateRules): boolean | null {
  const memory = values[offset + FIELD.memoryUsedBytes]!;
  return memory === memory ? memory > rules.heldAboveBytes : null;
}

export type StateVerdict = { readonly state: CardState; readonly why: StateReason };

const FAULT: StateVerdict = { state: "fault", why: "reported_fault" };
const BUSY: StateVerdict = { state: "busy", why: "active" };
const PAUSED: StateVerdict = { state: "busy", why: "paused" };
const STARTING: StateVerdict = { state: "starting", why: "starting" };
const IDLE_HELD: StateVerdict = { state: "idle_held", why: "held_quiet" };
const IDLE_MEMORY: StateVerdict = { state: "idle_held", why: "memory_without_holder" };
const FREE: StateVerdict = { state: "free", why: "not_held" };
const UNSAID: StateVerdict = { state: "unknown", why: "no_reading" };

/** A holder as one reading names it. */
export type HeldNow = { readonly rules: KindRules; readonly startedAt: number | null };

/**
 * What a card is doing by one reading, and why we say so. What a slot says afterwards may differ: it knows how a pause
 * ended.
 *
 * Total: a reading too thin to judge is `unknown`, never free and never idle.
 *
 * @param holders null = the exporter does not map pods, which is not "nobody"
 * @param at instant of the reading, unix ms
 * @param quietSince first quiet reading after an active one; null = never seen active
 */
export function judgeState(
  values: Float64Array,
  offset: number,
  holders: readonly HeldNow[] | null,
  rules: StateRules,
  at: number,
  quietSince: number | null,
): StateVerdict {
  if (saysFault(values, offset)) return FAULT;
  const activity = activityOf(values, offset);
  if (activity !== activity) return UNSAID;
  const isNamed = holders !== null && holders.length > 0;
  if (!isNamed && activity >= rules.kinds.other.busyFrom) return BUSY;
  if (holders === null) {
    const isHeld = memoryHolds(values, offset, rules);
    if (isHeld === null) return UNSAID; // quiet, but whether anybody holds it was not said
    return isHeld ? (isPause(rules.kinds.other, at, quietSince) ? PAUSED : IDLE_MEMORY) : FREE;
  }
  if (!isNamed) return FREE;
  if (holders.some((one) => activity >= one.rules.busyFrom)) return BUSY;
  if (holders.some((one) => isPause(one.rules, at, quietSince))) return PAUSED;
  return holders.some((one) => isIn(at, startWindow(one.startedAt, one.rules))) ? STARTING : IDLE_HELD;
}

const isPause = ({ idleAfterMs }: KindRules, at: number, quietSince: number | null): boolean =>
  quietSince !== null && at - quietSince < idleAfterMs;

const isIn = (at: number, { from, to }: { readonly from: number; readonly to: number }): boolean =>
  at >= from && at < to;

/** Longest pause that can be set: a slot is judged without a look at its neighbours, so it must be shorter than one. */
export const LONGEST_PAUSE_MS = 299 * SECOND_MS;
