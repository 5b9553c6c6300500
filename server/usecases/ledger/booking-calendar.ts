import { calendarDays } from "./calendar-day.ts";

/** In which zone contract months and days of the ledger are counted. */
export type BookingCalendar = { readonly zone: string; readonly dayNoOf: (hourNo: number) => number };

/** The calendar of the configuration in force. @param zone IANA name, asked each time: a reload may change it */
export function followCalendar(zone: () => string): () => BookingCalendar {
  let calendar: BookingCalendar | null = null;
  return () => {
    const wanted = zone();
    if (calendar?.zone !== wanted) calendar = { zone: wanted, dayNoOf: calendarDays(wanted) };
    return calendar;
  };
}
