import { DAY_MS } from "../../../db/model/time.ts";

/** A day that is not what its weekday says. */
export type SpecialDay = { readonly day: string; readonly kind: "holiday" | "workday"; readonly name: string };

/**
 * Public holidays of mainland China and the days worked to make up for them, as the General Office of the State Council
 * announced them for 2026 on 2025-11-04 (https://politics.gmw.cn/2025-11/04/content_38391083.htm has the notice). First and
 * last day of each holiday, then the working days. Years before are over, and nothing here asks for them; later ones are
 * not here yet: the table in the console is for them, and for what is changed.
 */
const PUBLISHED: readonly (readonly [name: string, from: string, to: string, ...workdays: string[]])[] = [
  ["元旦", "2026-01-01", "2026-01-03", "2026-01-04"],
  ["春节", "2026-02-15", "2026-02-23", "2026-02-14", "2026-02-28"],
  ["清明节", "2026-04-04", "2026-04-06"],
  ["劳动节", "2026-05-01", "2026-05-05", "2026-05-09"],
  ["端午节", "2026-06-19", "2026-06-21"],
  ["中秋节", "2026-09-25", "2026-09-27"],
  ["国庆节", "2026-10-01", "2026-10-07", "2026-09-20", "2026-10-10"],
];

/** The last year the published calendar is known for. */
export const CALENDAR_TO = "2026";

/** Every published day, ascending. */
export const PUBLISHED_DAYS: readonly SpecialDay[] = PUBLISHED.flatMap(([name, from, to, ...workdays]) => [
  ...daysFrom(from, to).map((day): SpecialDay => ({ day, kind: "holiday", name })),
  ...workdays.map((day): SpecialDay => ({ day, kind: "workday", name })),
]).toSorted((a, b) => (a.day < b.day ? -1 : 1));

function daysFrom(from: string, to: string): string[] {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  return Array.from({ length: (last - first) / DAY_MS + 1 }, (_, i) =>
    new Date(first + i * DAY_MS).toISOString().slice(0, 10),
  );
}
