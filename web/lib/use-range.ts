import { useMemo } from "react";
import type { DayRange } from "../../db/model/ledger-views.ts";
import { useSummary } from "../live/use-fleet.ts";
import { dayAt, type RangeAsk, rangeOf } from "./day-range.ts";
import { useNow } from "./use-now.ts";

/** The days asked for and the day it is, in the installation's zone; null until the zone is known. */
export function useRange(ask: RangeAsk): { readonly range: DayRange; readonly today: string } | null {
  const summary = useSummary();
  const zone = summary.data?.zone ?? (summary.isError ? "UTC" : null);
  const now = useNow();
  const today = zone === null ? null : dayAt(now, zone);
  return useMemo(() => (today === null ? null : { range: rangeOf(ask, today), today }), [ask, today]);
}
