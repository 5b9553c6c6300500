import { FIELD } from "../../db/model/card-fields.ts";
import type { StateRules } from "../../server/domain/card-state.ts";
import type { Reading } from "../../server/domain/slot-summary.ts";

type Range = { readonly from: number; readonly to: number };

/** Time of one holder (0 = nobody, or nobody said who) by state, in card-milliseconds: fractions where it had a part. */
export type OracleHold = { busy: number; idle: number; starting: number; fault: number };

/** The slow and obvious model: ask every single millisecond who speaks, and each holder what it did in it. */
export function slotOracle(readings: readonly Reading[], window: Range, owned: Range, rules: StateRules) {
  const out = { ownedMs: 0, observedMs: 0, faultMs: 0, utilSaidMs: 0, utilPpmMs: 0, free: 0 };
  const quiet = new Map<number, Map<number, number>>(); // holder → millisecond → share, while it did nothing
  const held = new Map<number, OracleHold>();
  const of = (id: number) => {
    if (!held.has(id)) held.set(id, { busy: 0, idle: 0, starting: 0, fault: 0 });
    return held.get(id)!;
  };
  for (let t = window.from; t < window.to; t += 1) {
    if (t < owned.from || t >= owned.to) continue;
    out.ownedMs += 1;
    const speaking = readings.filter((r) => r.at <= t && t < r.until).at(-1);
    if (!speaking) continue;
    out.observedMs += 1;
    const said = (field: number): number => speaking.values[speaking.offset + field]!;
    const util = said(FIELD.utilRatio);
    const memory = said(FIELD.memoryUsedBytes);
    if (!Number.isNaN(util)) {
      out.utilSaidMs += 1;
      out.utilPpmMs += Math.round(util * 1e6);
    }
    const shares = sharesOf(speaking);
    const rest = 1 - [...shares.values()].reduce((a, b) => a + b, 0);
    if (said(FIELD.rowRemapFailed) > 0) {
      out.faultMs += 1;
      for (const [id, share] of shares) of(id).fault += share;
      of(0).fault += rest;
      continue;
    }
    if (Number.isNaN(util)) continue;
    if (shares.size === 0) {
      if (util >= rules.kinds.other.busyFrom) of(0).busy += 1;
      else if (speaking.holders !== null) out.free += 1;
      else if (memory > rules.heldAboveBytes) quietly(quiet, 0, t, 1);
      else if (!Number.isNaN(memory)) out.free += 1;
      continue;
    }
    out.free += rest;
    for (const [id, share] of shares)
      if (util >= kind(id, rules).busyFrom) of(id).busy += share;
      else quietly(quiet, id, t, share);
  }
  for (const [id, moments] of quiet) {
    const { idleAfterMs } = kind(id, rules);
    const wasActive = of(id).busy > 0;
    for (const run of runsOf([...moments.keys()]))
      for (const t of run) {
        const share = moments.get(t)!;
        if (wasActive && run.length <= idleAfterMs) of(id).busy += share;
        else if (isStarting(id, t, readings, window.from, rules)) of(id).starting += share;
        else of(id).idle += share;
      }
  }
  return { ...out, held };
}

const kind = (id: number, rules: StateRules) => rules.kinds[id === 0 ? "other" : rules.kindOf!(id)];

function quietly(quiet: Map<number, Map<number, number>>, id: number, t: number, share: number): void {
  if (!quiet.has(id)) quiet.set(id, new Map());
  quiet.get(id)!.set(t, share);
}

function sharesOf({ holders }: Reading): Map<number, number> {
  const shares = new Map<number, number>();
  for (const { holderId, ppm } of holders ?? []) shares.set(holderId, (shares.get(holderId) ?? 0) + ppm / 1e6);
  const sum = [...shares.values()].reduce((a, b) => a + b, 0);
  if (sum > 1 - 1e-5) for (const [id, share] of shares) shares.set(id, share / sum);
  return shares;
}

function runsOf(moments: readonly number[]): number[][] {
  const runs: number[][] = [];
  for (const t of moments)
    if (runs.at(-1)?.at(-1) === t - 1) runs.at(-1)!.push(t);
    else runs.push([t]);
  return runs;
}

function isStarting(id: number, t: number, readings: readonly Reading[], from: number, rules: StateRules): boolean {
  const { startMs } = kind(id, rules);
  if (startMs === 0 || id === 0) return false;
  const start = rules.startedAt!(id) ?? seenToCome(id, readings, from);
  return start !== null && t >= start - 60_000 && t < start + startMs;
}

function seenToCome(id: number, readings: readonly Reading[], from: number): number | null {
  const naming = readings.filter((r) => r.holders !== null);
  const names = (r: Reading): boolean => r.holders!.some((h) => h.holderId === id);
  for (const origin of new Set(naming.map((r) => r.origin))) {
    const before = naming.filter((r) => r.origin === origin && r.at < from).at(-1);
    if (before && names(before)) return null;
  }
  const first = naming.find((r) => r.at >= from && names(r));
  const previous = naming.filter((r) => first && r.origin === first.origin && r.at < first.at).at(-1);
  return first && previous && previous.until >= first.at ? first.at : null;
}
