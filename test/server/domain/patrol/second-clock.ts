import { DAY_MS } from "../../../../db/model/time.ts";

/** From an instant on, the zone's clocks are this far ahead of UTC. */
export type ClockChange = { readonly from: number; readonly offset: number };

/**
 * Each change of a zone's clocks in a span, found by asking its offset every eight days and halving where it differs; the
 * first row is the span's own start. Only `format` is asked, so that it shares no code with what it proves.
 */
export function clockChanges(zone: string, from: number, to: number): ClockChange[] {
  const offset = offsets(zone);
  const found: ClockChange[] = [{ from, offset: offset(from) }];
  for (let at = from; at < to; at += 8 * DAY_MS) {
    if (offset(at + 8 * DAY_MS) === offset(at)) continue;
    let [before, after] = [at, at + 8 * DAY_MS];
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000;
      if (offset(middle) === offset(at)) before = middle;
      else after = middle;
    }
    found.push({ from: after, offset: offset(after) });
  }
  return found;
}

/** The first instant whose wall clock has reached `wall`: looked for stretch by stretch of one offset. */
export function firstReaching(wall: number, changes: readonly ClockChange[]): number | null {
  for (const [index, { from, offset }] of changes.entries()) {
    const until = changes[index + 1]?.from ?? Infinity;
    const at = Math.max(from, wall - offset);
    if (at < until) return at;
  }
  return null;
}

function offsets(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return (at) => Date.parse(`${format.format(at).replace(" ", "T")}Z`) - at;
}
