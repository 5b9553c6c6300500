import type { GapCause } from "../../db/model/coverage.ts";
import type { CardEvent } from "../../db/model/events.ts";
import type { CardFrame, Report } from "../../db/model/frame.ts";
import type { SlotBatch } from "../../db/model/slot.ts";
import { DAY_MS, SLOT_MS, shift } from "../../db/model/time.ts";
import type { UnixMs } from "../../db/model/units.ts";
import type { StateRules } from "../domain/card-state.ts";
import type { CardRegistry } from "./card-registry.ts";
import { atOnce } from "./pieces.ts";
import { ReportLog } from "./report-log.ts";
import { closeSlot, type SlotCard } from "./slot-close.ts";

/** A stretch of the past: for each slot, oldest first, everything the origins reported in it. */
export type PastReports = Iterable<readonly Report[]>;

export type DayStore = {
  /** One transaction a day: the same rows as committing each of its slots. */
  commitDay(day: {
    readonly source: string;
    readonly day: UnixMs;
    readonly batches: readonly SlotBatch[];
    readonly events: readonly CardEvent[];
  }): Promise<void>;
};

/**
 * Writes a whole past through the same slots, rollups and events as live data.
 *
 * @param from start of a slot; the first element of `past` is that slot
 * @param to where the past ends; the slot that holds it is left to the live book
 */
export async function writeHistory(
  past: PastReports,
  options: {
    readonly from: UnixMs;
    readonly to: UnixMs;
    readonly source: string;
    readonly store: DayStore;
    readonly registry: CardRegistry;
    readonly rules: StateRules;
    readonly progress: (done: UnixMs) => void;
    readonly stopping: AbortSignal; // whole days that are written stay
  },
): Promise<{ readonly slots: number; readonly last: readonly Report[] }> {
  const { registry, rules, source } = options;
  const log = new ReportLog();
  let day: { start: UnixMs; batches: SlotBatch[]; events: CardEvent[] } | null = null;
  let writing: Promise<void> = Promise.resolve();
  let slot = options.from;
  let slots = 0;

  const flush = async () => {
    if (day === null) return;
    const { start, batches, events } = day;
    day = null;
    await writing; // one day is summed up while the one before is written
    options.progress(start);
    writing = options.store.commitDay({ source, day: start, batches, events });
    writing.catch(() => {}); // seen where it is awaited
  };

  for (const reports of past) {
    options.stopping.throwIfAborted();
    const end = shift(slot, SLOT_MS);
    if (end > options.to) {
      for (const report of reports) log.add(report);
      break;
    }
    const frames = reports.filter((r): r is CardFrame => r.kind === "frame");
    const strange = frames.filter((f) => !registry.isSettled(f));
    if (strange.length > 0) await registry.settle(strange, source);
    await registry.settleHolders(frames);
    for (const report of reports) log.add(report);
    const cards = registry.slotCards(source);
    const because = whySilent(registry, frames);
    const closed = atOnce(closeSlot(slot, cards, log.readings(end, registry.holdersOf), because, rules));
    const start = (slot - (slot % DAY_MS)) as UnixMs;
    if (day !== null && day.start !== start) await flush();
    day ??= { start, batches: [], events: [] };
    day.batches.push(closed.batch);
    day.events.push(...closed.events);
    log.settle(end);
    slot = end;
    slots += 1;
  }
  await flush();
  await writing;
  options.progress(options.to);
  return { slots, last: [...log.all()] };
}

/** Why a card without a reading was not seen in a slot: the exporter of its node went on without it, or nobody says why. */
function whySilent(registry: CardRegistry, frames: readonly CardFrame[]): (card: SlotCard) => GapCause {
  let answered: ReadonlySet<string> | null = null; // nodes; made for the first card that asks
  return ({ uuid }) => {
    answered ??= new Set(frames.map(({ cards }) => cards[0]?.node ?? ""));
    const node = registry.get(uuid)?.node ?? "";
    return node !== "" && answered.has(node) ? "card_gone" : "no_reading";
  };
}
