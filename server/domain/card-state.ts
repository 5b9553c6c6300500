import { FIELD } from "../../db/model/card-fields.ts";
import type { CardState } from "../../db/model/fleet.ts";
import type { StateReason } from "../../db/model/views.ts";

/** Where the lines between the states are drawn. */
export type StateRules = {
  /** Activity (0..1) from which a card counts as busy. */
  readonly busyFrom: number;
  /** Memory in use above this means somebody holds the card, where the exporter cannot name holders. */
  readonly heldAboveBytes: number;
};

/**
 * busyFrom: GR_ENGINE below 0.01 counts as idle (facts/health-rules.md, idle-allocated).
 * heldAboveBytes: an idle card shows 1–4 MiB; Meta's gcm draws the line at 15 MiB (facts/dcgm-fields.md section 5).
 */
export const DEFAULT_STATE_RULES: StateRules = { busyFrom: 0.01, heldAboveBytes: 15 * 2 ** 20 };

export type StateVerdict = { readonly state: CardState; readonly why: StateReason };

const FAULT: StateVerdict = { state: "fault", why: "reported_fault" };
const BUSY: StateVerdict = { state: "busy", why: "active" };
const IDLE_HELD: StateVerdict = { state: "idle_held", why: "held_quiet" };
const IDLE_MEMORY: StateVerdict = { state: "idle_held", why: "memory_without_holder" };
const FREE: StateVerdict = { state: "free", why: "not_held" };
const UNSAID: StateVerdict = { state: "unknown", why: "no_reading" };

/**
 * How active a card is, 0..1: the busiest of its engines, because a card that only decodes video is not idle.
 * NaN when the exporter said none of them.
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

/**
 * What a card is doing by one reading, and why we say so.
 *
 * Total: a reading too thin to judge is `unknown`, never free and never idle.
 *
 * @param holderCount how many hold it; null = the exporter does not map pods, which is not "nobody"
 */
export function judgeState(
  values: Float64Array,
  offset: number,
  holderCount: number | null,
  rules: StateRules,
): StateVerdict {
  if (values[offset + FIELD.npuHealthy] === 0 || values[offset + FIELD.rowRemapFailed]! > 0) return FAULT;
  const activity = activityOf(values, offset);
  if (activity >= rules.busyFrom) return BUSY;
  if (activity !== activity) return UNSAID;
  if (holderCount !== null) return holderCount > 0 ? IDLE_HELD : FREE;
  const memory = values[offset + FIELD.memoryUsedBytes]!;
  if (memory !== memory) return UNSAID; // quiet, but whether anybody holds it was not said
  return memory > rules.heldAboveBytes ? IDLE_MEMORY : FREE;
}
