import { FIELD } from "../../db/model/card-fields.ts";
import type { CardEvent, CardEventKind } from "../../db/model/events.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import type { Reading } from "./slot-summary.ts";

/** Counters whose rise is an event; several fields are counted as one. A fall is a restart, which is no event. */
const COUNTED: readonly { readonly kind: CardEventKind; readonly fields: readonly number[] }[] = [
  { kind: "ecc_uncorrected", fields: [FIELD.eccUncorrectedTotal] },
  { kind: "row_remap", fields: [FIELD.rowsRemappedUncorrectedTotal, FIELD.rowsRemappedCorrectedTotal] },
];
/** States whose change to a value above zero is an event. */
const ENTERED: readonly { readonly kind: CardEventKind; readonly field: number; readonly hasCode: boolean }[] = [
  { kind: "remap_failed", field: FIELD.rowRemapFailed, hasCode: false },
  { kind: "npu_fault", field: FIELD.npuErrorCode, hasCode: true },
];
const WATCHED = [FIELD.xidCode, ...COUNTED.flatMap(({ fields }) => fields), ...ENTERED.map(({ field }) => field)];

/**
 * What happened to a card between one reading and the next, oldest evidence first.
 *
 * The XID gauge keeps its last value for ever, so an event is a change to another non-zero code; the same code twice in
 * a row cannot be told from one. Where the exporter has windowed counts they are used instead, and can. Without a reading
 * before, nothing is known to have happened.
 */
export function eventsBetween(cardId: number, before: Reading, after: Reading): readonly CardEvent[] {
  if (isQuiet(before, after)) return NOTHING;
  const of = { cardId, at: unixMs(after.at), detail: "" };
  const events: CardEvent[] = xidsBetween(before, after).map((xid) => ({ ...of, kind: "xid", ...xid }));
  for (const { kind, fields } of COUNTED) {
    const count = fields.reduce((sum, field) => sum + rise(before, after, field), 0);
    if (count > 0) events.push({ ...of, kind, code: 0, count });
  }
  for (const { kind, field, hasCode } of ENTERED) {
    const entered = changed(before, after, field);
    if (entered !== null && entered > 0) events.push({ ...of, kind, code: hasCode ? entered : 0, count: 1 });
  }
  return events;
}

const NOTHING: readonly CardEvent[] = [];

/** What a card's counters came to in a slot. */
export type SlotRises = {
  nvlinkErrors: number;
  pcieReplays: number;
  thermalMs: number; // that its clocks were cut for heat; for power is what a full load does
};

/**
 * Three minutes of more replays than the fastest link of today makes (31 a minute at Gen5 x16): what a link is, slots do
 * not know. facts/health-rules.md 3, pcie-replay.
 */
const MOST_REPLAYS = 3 * 31;
/** 5 % of a slot: facts/health-rules.md 4, thermal-viol. */
const LEAST_THROTTLED_MS = 15_000;

/**
 * What is worth an event only by its sum over a slot: single errors of links and moments of throttling are daily bread. At
 * the beginning of the slot, so that closing it again finds the same event.
 */
export function eventsOfSlot(cardId: number, slot: UnixMs, rises: SlotRises): readonly CardEvent[] {
  const { nvlinkErrors, pcieReplays, thermalMs } = rises;
  if (nvlinkErrors === 0 && pcieReplays <= MOST_REPLAYS && thermalMs < LEAST_THROTTLED_MS) return NOTHING;
  const of = { cardId, at: slot, code: 0, detail: "" };
  const events: CardEvent[] = [];
  if (nvlinkErrors > 0) events.push({ ...of, kind: "nvlink_error", count: nvlinkErrors });
  if (pcieReplays > MOST_REPLAYS) events.push({ ...of, kind: "pcie_replay", count: pcieReplays });
  if (thermalMs >= LEAST_THROTTLED_MS) events.push({ ...of, kind: "throttled", count: Math.round(thermalMs) });
  return events;
}

export const noRises = (): SlotRises => ({ nvlinkErrors: 0, pcieReplays: 0, thermalMs: 0 });

/** Adds what rose between two readings of a slot. Time across a hole nobody watched; errors happened all the same. */
export function addRises(before: Reading, after: Reading, into: SlotRises): void {
  into.nvlinkErrors += rise(before, after, FIELD.nvlinkErrorTotal);
  into.pcieReplays += rise(before, after, FIELD.pcieReplayTotal);
  const seconds =
    after.values[after.offset + FIELD.thermalThrottleSeconds]! -
    before.values[before.offset + FIELD.thermalThrottleSeconds]!;
  if (seconds > 0 && before.until >= after.at) into.thermalMs += seconds * 1_000;
}

/** What nearly every reading is: it says of every watched field what the one before said. */
function isQuiet(before: Reading, after: Reading): boolean {
  if (after.xidCounts.length > 0) return false;
  for (let i = 0; i < WATCHED.length; i += 1) {
    const was = before.values[before.offset + WATCHED[i]!]!;
    const is = after.values[after.offset + WATCHED[i]!]!;
    if (was !== is && (was === was || is === is)) return false; // NaN never equals itself
  }
  return true;
}

function xidsBetween(before: Reading, after: Reading): readonly { readonly code: number; readonly count: number }[] {
  if (before.xidCounts.length === 0 || after.xidCounts.length === 0) {
    const code = changed(before, after, FIELD.xidCode);
    return code !== null && code > 0 ? [{ code, count: 1 }] : [];
  }
  const was = new Map(before.xidCounts.map((c) => [c.code, c.count]));
  return after.xidCounts
    .map(({ code, count }) => ({ code, count: count - (was.get(code) ?? 0) }))
    .filter(({ code, count }) => code > 0 && count > 0); // a fall: older ones left the window
}

/** The new value of a state that was said before and now differs, else null. */
function changed(before: Reading, after: Reading, field: number): number | null {
  const was = before.values[before.offset + field]!;
  const is = after.values[after.offset + field]!;
  return was === was && is === is && was !== is ? is : null; // NaN never equals itself
}

/** A rise of a counter; 0 on a reset, because a restart is no fault. */
function rise(before: Reading, after: Reading, field: number): number {
  const delta = after.values[after.offset + field]! - before.values[before.offset + field]!;
  return delta > 0 ? Math.floor(delta) : 0;
}
