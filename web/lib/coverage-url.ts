import type { ReportScope } from "../../db/model/report.ts";
import { decodeScope, encodeScope } from "./scope-url.ts";

/** What of the coverage page stands in its address: a day that is looked into, and a scope. */
export type CoverageUrl = { readonly day: string; readonly scope: ReportScope }; // day "" = all weeks

/** Total, like every codec of an address. */
export function decodeCoverage(params: URLSearchParams): CoverageUrl {
  const day = params.get("day") ?? "";
  const isDay = /^20\d\d-[01]\d-[0-3]\d$/.test(day) && !Number.isNaN(Date.parse(`${day}T00:00:00Z`));
  return { day: isDay ? day : "", scope: decodeScope(params) };
}

export function encodeCoverage({ day, scope }: CoverageUrl): URLSearchParams {
  const params = new URLSearchParams();
  if (day !== "") params.set("day", day);
  encodeScope(params, scope);
  return params;
}
