import type { OutsideAlert } from "../../../collectors/alerts/outside-alert.ts";
import { DAY_MS, shift } from "../../../db/model/time.ts";
import type { ReportTrouble } from "./runs.ts";

/**
 * A report that nobody got, as an alert of a system outside: it opens one incident however often it is told, and ends by
 * itself after a day, for the archive keeps it.
 */
export function troubleAlert({ what, name, period, at, why }: ReportTrouble): OutsideAlert {
  const did = what === "missed" ? "was not made when it was due" : "could not be made";
  return {
    labels: new Map([
      ["alertname", what === "missed" ? "DapanReportMissed" : "DapanReportFailed"],
      ["severity", "warning"],
      ["report", name],
      ["period", period],
      ["source", "dapan"],
    ]),
    annotations: new Map([
      ["summary", `${name}, ${period}: the report ${did}: ${why}. Make it by hand on the patrol page.`],
    ]),
    status: "firing",
    startsAt: at,
    endsAt: shift(at, 2 * DAY_MS),
    generatorUrl: "",
  };
}
