import { DAY_MS, MINUTE_MS, type Window } from "../../../db/model/time.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import type { UsageEntry, UsageFault, UsageFaultCode } from "../../../db/model/usage-views.ts";

/** A month by the calendar, and a day for zones and seasons. db/store/usage.ts looks no further back for a line. */
const LONGEST_DAYS = 32;
/** The clock of whoever says it may be ahead of ours. */
const AHEAD_MS = 5 * MINUTE_MS;

/** What an entry says of one thing. Lines of one key stand beside each other and never overlap. */
export type EntryLine = Window & {
  readonly index: number; // of the entry
  readonly feature: string;
  readonly what: "units" | "revenue" | "refund";
};

/** What stands already. */
export type KeptLine = Window & Pick<EntryLine, "feature" | "what">;

const keyOf = ({ feature, what }: Pick<EntryLine, "feature" | "what">): string => `${what} ${feature}`;

/** The lines of some entries: of each what it says of units, of revenue and of refunds. */
export function entryLines(entries: readonly UsageEntry[]): EntryLine[] {
  return entries.flatMap(({ feature, from, to, okMicro, revenueMicro, refundMicro }, index) => {
    const line = (what: EntryLine["what"]): EntryLine => ({ index, feature, from, to, what });
    return [
      ...(okMicro === null ? [] : [line("units")]),
      ...(revenueMicro === null ? [] : [line("revenue")]),
      ...(refundMicro === null ? [] : [line("refund")]),
    ];
  });
}

/** What is wrong with entries by themselves and beside each other, in their order. */
export function entryFaults(entries: readonly UsageEntry[], now: UnixMs): UsageFault[] {
  const own = entries.flatMap((entry, row) => faultsOf(entry, row, now));
  const sound = new Set(entries.map((_, row) => row));
  for (const { row } of own) sound.delete(row);
  const lines = entryLines(entries).filter(({ index }) => sound.has(index));
  return [...own, ...overlaps(lines)].sort((a, b) => a.row - b.row);
}

function faultsOf(entry: UsageEntry, row: number, now: UnixMs): UsageFault[] {
  const { from, to, okMicro, failedMicro, revenueMicro, refundMicro } = entry;
  const fault = (field: string, code: UsageFaultCode, read: string, expected = ""): UsageFault => {
    return { row, field, code, read, expected, other: null };
  };
  const iso = (at: number): string => new Date(at).toISOString();
  const faults: UsageFault[] = [];
  if (to <= from) faults.push(fault("to", "window", iso(to), iso(from)));
  else if (to - from > LONGEST_DAYS * DAY_MS)
    faults.push(fault("to", "window_long", `${Math.ceil((to - from) / DAY_MS)}`, `${LONGEST_DAYS}`));
  if (to > now + AHEAD_MS) faults.push(fault("to", "future", iso(to), iso(now)));
  if (okMicro === null && revenueMicro === null && refundMicro === null)
    faults.push(
      failedMicro === null ? fault("", "nothing_said", "") : fault("failed", "failed_alone", failedMicro.toString()),
    );
  else if (okMicro === null && failedMicro !== null)
    faults.push(fault("failed", "failed_alone", failedMicro.toString()));
  return faults;
}

/** Two lines of one thing and time contradict each other: both are named. */
function overlaps(lines: readonly EntryLine[]): UsageFault[] {
  const faults = new Map<string, UsageFault>();
  const say = (line: EntryLine, other: EntryLine): void => {
    const read = windowText(line);
    const fault = { row: line.index, field: "from", code: "overlap", read, expected: windowText(other) } as const;
    const key = `${line.index}`;
    if (!faults.has(key)) faults.set(key, { ...fault, other: other.index });
  };
  for (const group of groupsOf(lines).values()) {
    let reach: EntryLine | null = null; // of the lines so far the one that lasts longest
    for (const line of group) {
      if (reach !== null && line.from < reach.to && line.index !== reach.index) {
        say(line, reach);
        say(reach, line);
      }
      if (reach === null || line.to > reach.to) reach = line;
    }
  }
  return [...faults.values()];
}

/** A cost of each day of a stretch, as far as overlaps need it. */
export type CostStretch = {
  readonly feature: string;
  readonly kind: string;
  readonly note: string;
  readonly from: UnixMs;
  readonly to: UnixMs | null;
};

/** Costs of one feature, kind and note that hold at one time contradict each other. Rows are places in the list. */
export function costFaults(costs: readonly CostStretch[]): UsageFault[] {
  const lines = costs.map(({ feature, kind, note, from, to }, index): EntryLine => {
    return { index, feature: JSON.stringify([feature, kind, note]), from, to: to ?? FOREVER, what: "units" };
  });
  return overlaps(lines).sort((a, b) => a.row - b.row);
}

/** Where a stretch without an end is shown to end: the last millisecond of the year 9999. */
const FOREVER = (Date.UTC(10_000, 0, 1) - 1) as UnixMs;

/**
 * Lines that say something of a part of what stands already: the rest of it would be left without a number. Whoever
 * corrects it says all of its time anew, in one piece or in several.
 */
export function keptFaults(lines: readonly EntryLine[], kept: readonly KeptLine[]): UsageFault[] {
  const groups = groupsOf(lines);
  const faults: UsageFault[] = [];
  for (const old of kept) {
    const touching = (groups.get(keyOf(old)) ?? []).filter((line) => line.from < old.to && old.from < line.to);
    const [first] = touching;
    if (first === undefined || isTiled(old, touching)) continue;
    const fault = { row: first.index, field: "from", code: "overlap_kept", read: windowText(first) } as const;
    faults.push({ ...fault, expected: windowText(old), other: null });
  }
  return faults.sort((a, b) => a.row - b.row);
}

/** Whether windows in order cover all of another. */
function isTiled(whole: Window, parts: readonly Window[]): boolean {
  let covered = whole.from as number;
  for (const { from, to } of parts) {
    if (from > covered) return false;
    covered = Math.max(covered, to);
  }
  return covered >= whole.to;
}

function groupsOf(lines: readonly EntryLine[]): Map<string, EntryLine[]> {
  const groups = new Map<string, EntryLine[]>();
  for (const line of lines.toSorted((a, b) => a.from - b.from || a.index - b.index)) {
    const group = groups.get(keyOf(line));
    if (group === undefined) groups.set(keyOf(line), [line]);
    else group.push(line);
  }
  return groups;
}

const windowText = ({ from, to }: Window): string => `${new Date(from).toISOString()} – ${new Date(to).toISOString()}`;
