import { calendarDays } from "./calendar-day.ts";
import { StaleBook } from "./price-sheet.ts";

/** In which zone contract months and days of the ledger are counted. */
export type BookingCalendar = { readonly zone: string; readonly dayNoOf: (hourNo: number) => number };

/** Refuses to book by a calendar that is no longer in force. Inside the transaction that books. @throws StaleBook */
export function refuseMoved(now: () => BookingCalendar, { zone }: BookingCalendar): void {
  if (now().zone !== zone) throw new StaleBook("the time zone");
}

/** The calendar of the configuration in force. @param zone IANA name, asked each time: a reload may change it */
export function followCalendar(zone: () => string): () => BookingCalendar {
  let calendar: BookingCalendar | null = null;
  return () => {
    const wanted = zone();
    if (calendar?.zone !== wanted) calendar = { zone: wanted, dayNoOf: calendarDays(wanted) };
    return calendar;
  };
}
