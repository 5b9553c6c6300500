import type { CoverageCertificate } from "../../../db/model/patrol.ts";
import { addDays } from "../../lib/day-range.ts";

export const WEEKS = 13;

/** The Monday of the week, 13 of them back from today: where the calendar begins. */
export function calendarFrom(today: string): string {
  const weekday = new Date(Date.parse(`${today}T00:00:00Z`)).getUTCDay();
  return addDays(today, -((weekday + 6) % 7) - (WEEKS - 1) * 7);
}

export type DayLevel = "whole" | "high" | "good" | "fair" | "poor" | "none" | "open";
export type CalendarDay = {
  readonly day: string;
  readonly level: DayLevel;
  readonly share: number | null; // observed ÷ owned
};

/** The weeks of the calendar, Monday first. Days after `today` are not there; those nobody judged yet are open. */
export function calendarWeeks(
  certificate: Pick<CoverageCertificate, "byDay">,
  today: string,
): readonly (readonly (CalendarDay | null)[])[] {
  const said = new Map(certificate.byDay.map((day) => [day.day, day]));
  const from = calendarFrom(today);
  return Array.from({ length: WEEKS }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => {
      const day = addDays(from, week * 7 + weekday);
      if (day > today) return null;
      const { ownedMs, observedMs } = said.get(day) ?? { ownedMs: 0, observedMs: 0 };
      const share = ownedMs === 0 ? null : observedMs / ownedMs;
      return { day, share, level: share === null ? (day === today ? "open" : "none") : levelOf(ownedMs, observedMs) };
    }),
  );
}

/** A day with one missing card-minute is not whole, however large the fleet. */
function levelOf(ownedMs: number, observedMs: number): DayLevel {
  const share = observedMs / ownedMs;
  if (observedMs >= ownedMs) return "whole";
  if (share >= 0.999) return "high";
  if (share >= 0.99) return "good";
  return share >= 0.9 ? "fair" : "poor";
}
