import { useMemo } from "react";
import { useSummary } from "../../live/use-fleet.ts";

/** Days with their year, in the zone of the installation: contracts run over years. */
export function useDay(): (at: number) => string {
  const zone = useSummary().data?.zone;
  return useMemo(() => {
    const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone }); // 2026-11-01
    return (at) => format.format(at);
  }, [zone]);
}
