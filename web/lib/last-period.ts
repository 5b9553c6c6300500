import type { ReportKind } from "../../db/model/report.ts";
import { DAY_MS } from "../../db/model/time.ts";

/**
 * The last period that is over on `today` ("2026-11-22"): what a person most likely wants a report of. Calendar days only;
 * the server computes the hours.
 */
export function lastPeriodName(kind: ReportKind, today: string): string {
  const at = Date.parse(`${today}T00:00:00Z`);
  switch (kind) {
    case "daily":
      return dayName(at - DAY_MS);
    case "weekly":
      return weekName(at - 7 * DAY_MS);
    case "monthly":
      return dayName(Date.parse(`${today.slice(0, 7)}-01T00:00:00Z`) - DAY_MS).slice(0, 7);
  }
}

const dayName = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** ISO 8601: a week belongs to the year of its Thursday. */
function weekName(at: number): string {
  const monday = at - ((new Date(at).getUTCDay() + 6) % 7) * DAY_MS;
  const thursday = new Date(monday + 3 * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS));
  return `${year}-W${String(week).padStart(2, "0")}`;
}
