import { DAY_MS } from "../../../db/model/time.ts";

/** A day that is not what its weekday says. */
export type SpecialDay = { readonly day: string; readonly kind: "holiday" | "workday"; readonly name: string };

/**
 * Public holidays of mainland China and the days worked to make up for them, as the General Office of the State Council
 * published them: 国办发明电〔2023〕7号 (2024), 〔2024〕12号 (2025), 〔2025〕7号 (2026). First and last day of each holiday, then
 * the working days. Later years are not published yet: the table in the console is for them, and for what is changed.
 */
const PUBLISHED: readonly (readonly [name: string, from: string, to: string, ...workdays: string[]])[] = [
  ["元旦", "2024-01-01", "2024-01-01"],
  ["春节", "2024-02-10", "2024-02-17", "2024-02-04", "2024-02-18"],
  ["清明节", "2024-04-04", "2024-04-06", "2024-04-07"],
  ["劳动节", "2024-05-01", "2024-05-05", "2024-04-28", "2024-05-11"],
  ["端午节", "2024-06-10", "2024-06-10"],
  ["中秋节", "2024-09-15", "2024-09-17", "2024-09-14"],
  ["国庆节", "2024-10-01", "2024-10-07", "2024-09-29", "2024-10-12"],
  ["元旦", "2025-01-01", "2025-01-01"],
  ["春节", "2025-01-28", "2025-02-04", "2025-01-26", "2025-02-08"],
  ["清明节", "2025-04-04", "2025-04-06"],
  ["劳动节", "2025-05-01", "2025-05-05", "2025-04-27"],
  ["端午节", "2025-05-31", "2025-06-02"],
  ["国庆节、中秋节", "2025-10-01", "2025-10-08", "2025-09-28", "2025-10-11"],
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
