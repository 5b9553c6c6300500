import { FIELD } from "../../db/model/card-fields.ts";
import type { CardEvent } from "../../db/model/events.ts";
import { unixMs } from "../../db/model/units.ts";
import type { Reading } from "./slot-summary.ts";

/**
 * What happened to a card between one reading and the next, oldest evidence first.
 *
 * The XID gauge keeps its last value for ever, so an event is a change to another non-zero code; the same code twice in
 * a row cannot be told from one. Where the exporter has windowed counts they are used instead, and can. A counter that fell restarted, which is no
 * event. Without a reading before, nothing is known to have happened.
 */
export function eventsBetween(cardId: number, before: Reading, after: Reading): CardEvent[] {
  const events: CardEvent[] = [];
  const at = unixMs(after.at);
  const add = (kind: CardEvent["kind"], code: number, count: number) =>
    events.push({ cardId, at, kind, code, count, detail: "" });

  for (const { code, count } of xidsBetween(before, after)) add("xid", code, count);
  const uncorrected = rise(before, after, FIELD.eccUncorrectedTotal);
  if (uncorrected > 0) add("ecc_uncorrected", 0, uncorrected);
  const remapped =
    rise(before, after, FIELD.rowsRemappedUncorrectedTotal) + rise(before, after, FIELD.rowsRemappedCorrectedTotal);
  if (remapped > 0) add("row_remap", 0, remapped);
  const failed = changed(before, after, FIELD.rowRemapFailed);
  if (failed !== null && failed > 0) add("remap_failed", 0, 1);
  const npu = changed(before, after, FIELD.npuErrorCode);
  if (npu !== null && npu > 0) add("npu_fault", npu, 1);
  return events;
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
