import type { Logger } from "pino";
import type { Database, Tx } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { SlotBatch } from "../../../db/model/slot.ts";
import { HOUR_MS, hourOf, shift, type Window } from "../../../db/model/time.ts";
import { unixMs } from "../../../db/model/units.ts";
import { wasToldBefore } from "../../../db/store/booking.ts";
import { sourceIdOf } from "../../../db/store/ledger.ts";
import { ensureLedgerPartitions } from "../../../db/store/ledger-lines.ts";
import type { BookedHour } from "../../../db/store/slots.ts";
import { hourNoOf, hourStart, slotNoOf } from "../../../db/store/steps.ts";
import type { Booker } from "../../ingest/booker.ts";
import type { FeaturesPort } from "../mapping/features-port.ts";
import { bookHours, type HoursToBook, type Skipped } from "./book-hours.ts";
import { type BookingCalendar, refuseMoved } from "./booking-calendar.ts";
import { noteBooking } from "./ledger-state.ts";
import { countedStep, ledgerInstruments } from "./ledger-telemetry.ts";
import { type PriceSheet, type PriceSheets, refuseStale, StaleBook } from "./price-sheet.ts";

/** Somebody who changes prices, or the zone, this often, one change a commit, is not waited for: the commit is tried again later. */
const MOST_TRIES = 5;
/** An hour that ended longer ago than this has been told to people. */
export const TOLD_AFTER_MS = HOUR_MS;

export type BookSlotsParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sheets: PriceSheets;
  readonly features: Pick<FeaturesPort, "assignNew">;
  readonly calendar: () => BookingCalendar;
  /** Lines are written: whoever shows them looks again. */
  readonly onBooked: () => void;
};

type Booking = {
  readonly sourceId: number;
  readonly batches: readonly SlotBatch[];
  readonly sheet: PriceSheet;
  readonly calendar: BookingCalendar;
};

/** Books slots as they are committed: new ones, old ones of a backfill, and those that were read again with more in them. */
export function createBooker(parts: BookSlotsParts): Booker {
  const { db, sheets } = parts;
  const note = noteOnce(parts.log);
  return {
    async booked(source, batches, commit) {
      if (batches.length === 0) return await commit(async () => undefined);
      await ensureLedgerPartitions(db, [...new Set(batches.map(({ slot }) => hourNoOf(slot)))]);
      const sourceId = await sourceIdOf(db, source);
      for (let tries = 1; ; tries++) {
        const calendar = parts.calendar();
        const sheet = await sheets.of(hoursOf(batches), poolsOf(batches));
        const booking = { sourceId, batches, sheet, calendar };
        try {
          const answer = await commit(async (tx, hours) => note(await book(parts, booking, tx, hours)));
          parts.onBooked();
          return answer;
        } catch (error) {
          if (!(error instanceof StaleBook) || tries === MOST_TRIES) throw error;
          ledgerInstruments().stale.add(1);
          sheets.forget();
        }
      }
    },
  };
}

async function book(
  { clock, features, calendar: inForce }: BookSlotsParts,
  { sourceId, batches, sheet, calendar }: Booking,
  tx: Tx,
  hours: readonly BookedHour[],
): Promise<readonly Skipped[]> {
  await refuseStale(tx, sheet);
  refuseMoved(inForce, calendar);
  await noteBooking(tx, sheet.knowledge, calendar.zone, clock.now()); // days may have been counted anew since the last
  await features.assignNew(tx, holdersOf(batches));
  const wasTold = await toldBefore(tx, sourceId, batches, clock);
  const terms = {
    ...calendar,
    sheet,
    time: "holders" as const,
    difference: { cause: "late_data" as const, revisionId: null },
    wasTold: () => wasTold,
  };
  const skipped: Skipped[] = [];
  for (const some of together(hours))
    skipped.push(...(await countedStep("slot", clock, () => bookHours(tx, some, terms, clock))).skipped);
  return skipped;
}

/** Hours of the same pools are worked out together: as few statements for a day of history as for a slot. */
function together(hours: readonly BookedHour[]): Iterable<HoursToBook> {
  const byPools = new Map<string, { readonly hourNos: number[]; readonly poolIds: readonly number[] }>();
  for (const { hourNo, poolIds } of hours) {
    const name = poolIds.join();
    const same = byPools.get(name);
    if (same) same.hourNos.push(hourNo);
    else byPools.set(name, { hourNos: [hourNo], poolIds });
  }
  return byPools.values();
}

/**
 * Whether the hour of a slot had been told to people before this commit. A day of history is committed whole, before
 * anybody could have seen it.
 */
async function toldBefore(tx: Tx, sourceId: number, batches: readonly SlotBatch[], clock: Clock): Promise<boolean> {
  const [only] = batches;
  if (only === undefined || batches.length > 1) return false;
  const isOver = hourOf(only.slot) + HOUR_MS + TOLD_AFTER_MS <= clock.now();
  const since = shift(clock.now(), -TOLD_AFTER_MS);
  return isOver && (await wasToldBefore(tx, sourceId, slotNoOf(only.slot), since));
}

/** The hours the batches lie in, from the first to the last. */
function hoursOf(batches: readonly SlotBatch[]): Window {
  const slots = batches.map(({ slot }) => slot);
  const [first, last] = [hourOf(unixMs(Math.min(...slots))), hourOf(unixMs(Math.max(...slots)))];
  return { from: first, to: shift(last, HOUR_MS) };
}

function poolsOf(batches: readonly SlotBatch[]): Set<number> {
  const pools = new Set<number>();
  for (const { poolId, count } of batches) for (let row = 0; row < count; row++) pools.add(poolId[row]!);
  return pools;
}

/** Everybody who held a card. */
function holdersOf(batches: readonly SlotBatch[]): number[] {
  const holders = new Set<number>();
  for (const { holderId, count, holds } of batches) {
    for (let row = 0; row < count; row++) if (holderId[row]! > 0) holders.add(holderId[row]!);
    for (const hold of holds) holders.add(hold.holderId);
  }
  return [...holders];
}

/** Hours from before the ledger was kept come again with every late slot of theirs: said once. */
function noteOnce(log: Logger): (skipped: readonly Skipped[]) => void {
  let isSaid = false;
  return (skipped) => {
    const [first] = skipped;
    if (first === undefined || isSaid) return;
    isSaid = true;
    const hour = new Date(hourStart(first.hourNo)).toISOString();
    log.warn(
      { hour, poolId: first.poolId, why: first.why, hours: skipped.length },
      "hours whose cards are not known slot by slot have no lines in the ledger: they are from before it was kept",
    );
  };
}
