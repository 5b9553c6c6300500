import { HOUR_MS, shift } from "../../../../db/model/time.ts";
import { unixMs } from "../../../../db/model/units.ts";
import type { UsageEntry } from "../../../../db/model/usage-views.ts";

/** What the child pushes in a round: an hour of its own, three lines, under a key of its own. */
export function childPush(round: number): {
  readonly push: { readonly key: string; readonly digest: string };
  readonly entries: readonly UsageEntry[];
} {
  const from = unixMs(Date.UTC(2026, 0, 1) + round * HOUR_MS);
  const entry = { from, to: shift(from, HOUR_MS), failedMicro: null, refundMicro: null };
  return {
    push: { key: `round-${round}`, digest: `digest-${round}` },
    entries: [
      { ...entry, feature: "chat", okMicro: 5n, revenueMicro: 7n, currency: "CNY" },
      { ...entry, feature: "draw", okMicro: 11n, revenueMicro: null, currency: null },
    ],
  };
}
