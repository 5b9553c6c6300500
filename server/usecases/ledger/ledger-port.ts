import type { Logger } from "pino";
import type { Database } from "../../../db/database.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { BookingProgress, Recomputed } from "../../../db/model/ledger-views.ts";
import type { UnixMs } from "../../../db/model/units.ts";
import { readBookedTo } from "../../../db/store/booking.ts";
import type { Config } from "../../config/config.ts";
import type { PricingPort } from "../../context.ts";
import type { Booker } from "../../ingest/booker.ts";
import type { FeaturesPort } from "../mapping/features-port.ts";
import { createBooker } from "./book-slots.ts";
import { followCalendar } from "./booking-calendar.ts";
import { PriceSheets, StaleBook } from "./price-sheet.ts";
import { type LedgerQuestion, recompute } from "./recompute.ts";
import { recountDays } from "./recount-days.ts";
import { remapOlder } from "./remap.ts";
import { repriceOlder } from "./reprice.ts";

/** The card-second ledger: books card time, and keeps older hours at what prices and rules say today. */
export type LedgerPort = Booker & {
  /** Brings older hours up to date, where prices, rules or the calendar changed since. One call at a time. */
  catchUp(stopping: AbortSignal): Promise<void>;
  /** How far a pass over older hours is; null = none is running. */
  progress(): BookingProgress | null;
  /** Until when card time is booked, unix ms; null = nothing is. */
  asOf(): Promise<UnixMs | null>;
  /** Works booked hours out anew, and says whether the lines agree. */
  recompute(question: LedgerQuestion): Promise<Recomputed>;
  /** Calls back after lines were written, or a pass went on. Returns the way to stop it. */
  onChange(callback: () => void): () => void;
};

export type LedgerParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: () => Pick<Config, "timeZone">;
  readonly pricing: Pick<PricingPort, "piecesByPool">;
  readonly features: Pick<FeaturesPort, "assignNew" | "remaps" | "settleRemaps">;
};

/** The ledger over the tables. */
export function createLedger(parts: LedgerParts): LedgerPort {
  const { db, clock } = parts;
  const calendar = followCalendar(() => parts.config().timeZone);
  const sheets = new PriceSheets(db, parts.pricing);
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const tell of listeners) tell();
  };
  let progress: BookingProgress | null = null;
  const onProgress = (reached: BookingProgress | null) => {
    progress = reached;
    changed();
  };
  return {
    ...createBooker({ ...parts, sheets, calendar, onBooked: changed }),
    async catchUp(stopping) {
      const work = { ...parts, sheets, calendar, onProgress, stopping };
      try {
        for (let isStale = true; isStale;) {
          isStale = await isOvertaken(async () => {
            await recountDays(work);
            await repriceOlder(work);
            await remapOlder(work);
          });
        }
      } finally {
        if (progress !== null) onProgress(null);
      }
    },
    progress: () => progress,
    asOf: () => readBookedTo(db),
    recompute: (question) => recompute({ db, clock, sheets, calendar }, question),
    onChange(callback) {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
  };
}

/** Whether prices changed while work rested on them: then it is another work. */
async function isOvertaken(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return false;
  } catch (error) {
    if (error instanceof StaleBook) return true;
    throw error;
  }
}
