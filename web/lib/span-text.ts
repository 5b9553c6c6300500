import type { TFunction } from "i18next";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../db/model/time.ts";

/** How long something lasted, in the two largest units that matter. */
export function spanText(ms: number, t: TFunction): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  const hours = Math.floor(minutes / 60);
  if (ms < HOUR_MS) return t("incident.span.minutes", { minutes });
  if (ms < DAY_MS) return t("incident.span.hours", { hours, minutes: minutes % 60 });
  return t("incident.span.days", { days: Math.floor(hours / 24), hours: hours % 24 });
}
