import type { TFunction } from "i18next";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../db/model/time.ts";

/** How long something lasted, in the two largest units that matter. */
export function spanText(ms: number, t: TFunction): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  const hours = Math.floor(minutes / 60);
  if (ms < HOUR_MS) return t("incident.span.minutes", { minutes });
  const [rest, days] = [hours % 24, Math.floor(hours / 24)];
  if (ms < DAY_MS)
    return minutes % 60 === 0
      ? t("incident.span.wholeHours", { hours })
      : t("incident.span.hours", { hours, minutes: minutes % 60 });
  return rest === 0 ? t("incident.span.wholeDays", { days }) : t("incident.span.days", { days, hours: rest });
}
