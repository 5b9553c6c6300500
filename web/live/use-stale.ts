import { useNow } from "../lib/use-now.ts";
import { STALE_AFTER_MS, useLiveStatus } from "./live-fleet.ts";

/** Why the figures must not be taken for the present, or null. */
export function useStale(): { readonly asOf: number; readonly because: "lost" | "old" } | null {
  const now = useNow();
  const { link, asOf } = useLiveStatus();
  if (asOf === null) return null;
  if (link === "lost") return { asOf, because: "lost" };
  return now - asOf > STALE_AFTER_MS ? { asOf, because: "old" } : null;
}
