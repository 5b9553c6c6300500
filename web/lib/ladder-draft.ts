import type { TierLadder, Workload } from "../../db/model/tier.ts";

/** Fields of the ladder a person types numbers into; shares are typed as percent. */
export const LADDER_FIELDS = [
  "p1Ratio",
  "p2Ratio",
  "spotInterruptionsPer1000h",
  "spotRestartHours",
  "leastAvailability",
] as const;
export type LadderField = (typeof LADDER_FIELDS)[number];
export type LadderDraft = Readonly<Record<LadderField, string>> & { readonly workload: Workload };

/** What the server takes (tiers.router.ts); the page says it before it is sent. */
export const LADDER_LIMITS: Readonly<Record<LadderField, readonly [least: number, most: number]>> = {
  p1Ratio: [1, 100],
  p2Ratio: [1, 100],
  spotInterruptionsPer1000h: [0, 1_000],
  spotRestartHours: [0, 1_000],
  leastAvailability: [0, 100],
};

const PERCENT = 100;

export function draftOf(ladder: TierLadder): LadderDraft {
  const { p1Ratio, p2Ratio, spotInterruptionsPer1000h, spotRestartHours, leastAvailability, workload } = ladder;
  return {
    p1Ratio: String(p1Ratio),
    p2Ratio: String(p2Ratio),
    spotInterruptionsPer1000h: String(spotInterruptionsPer1000h),
    spotRestartHours: String(spotRestartHours),
    leastAvailability: String(Math.round(leastAvailability * PERCENT * 1e9) / 1e9), // 0.29 × 100 is 28.999999999999996
    workload,
  };
}

/** Why a field is not a number to use; null when it is one. `order`: P2 would end before P1. */
export type DraftFault = "number" | "range" | "order";

export function faultOf(draft: LadderDraft, field: LadderField): DraftFault | null {
  const value = numberOf(draft[field]);
  if (value === null) return "number";
  const [least, most] = LADDER_LIMITS[field];
  if (value < least || value > most) return "range";
  const p1 = numberOf(draft.p1Ratio);
  return field === "p2Ratio" && p1 !== null && value < p1 ? "order" : null;
}

/** The ladder a draft says; null while a field is wrong. */
export function ladderOf(draft: LadderDraft): TierLadder | null {
  if (LADDER_FIELDS.some((field) => faultOf(draft, field) !== null)) return null;
  const value = (field: LadderField) => numberOf(draft[field]) ?? 0; // no fault: it is a number
  return {
    p1Ratio: value("p1Ratio"),
    p2Ratio: value("p2Ratio"),
    spotInterruptionsPer1000h: value("spotInterruptionsPer1000h"),
    spotRestartHours: value("spotRestartHours"),
    leastAvailability: value("leastAvailability") / PERCENT,
    workload: draft.workload,
  };
}

/** Plain digits with at most one point: "1,5" is one and a half to some and fifteen to others. */
function numberOf(text: string): number | null {
  return /^\d{1,6}(?:\.\d{1,9})?$/.test(text.trim()) ? Number(text) : null;
}
