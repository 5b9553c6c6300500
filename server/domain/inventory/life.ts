import type { LifeStage, LifeStep } from "../../../db/model/inventory.ts";

/** A card that was seen before anybody wrote down its life stands in use: that is how it was met. */
const MET: LifeStage = "in_use";

/**
 * What may follow what. `rma → delivered`: the same card comes back repaired (another one is a swap). `ordered → returned`:
 * the order was cancelled. `returned → delivered`: handed over again, or the return was written down by mistake.
 */
const FOLLOWS: Readonly<Record<LifeStage, readonly LifeStage[]>> = {
  ordered: ["delivered", "returned"],
  delivered: ["accepted", "fault", "rma", "returned"],
  accepted: ["in_use", "fault", "rma", "returned"],
  in_use: ["fault", "rma", "returned"],
  fault: ["in_use", "rma", "returned"],
  rma: ["delivered", "returned"],
  returned: ["delivered"],
};

/** Where a life that nobody has begun may begin. A card never seen cannot be in use, broken or given back. */
const FIRST: readonly LifeStage[] = ["ordered", "delivered", "accepted"];
const FIRST_OF_SEEN: readonly LifeStage[] = ["accepted", ...new Set([MET, ...FOLLOWS[MET]])];

/** What may have happened before an exporter named the card. A card seen later was not yet given back or broken then. */
const PRECEDES_SIGHT: ReadonlySet<LifeStage> = new Set(["ordered", "delivered", "accepted"]);

/** Hosts disagree by moments about what time it is; a step further ahead than this has not happened yet. */
const CLOCK_SLACK_MS = 5 * 60_000;

/** The stages that may come next. @param isSeen whether an exporter ever named the card */
export function nextStages(history: readonly LifeStep[], isSeen: boolean): readonly LifeStage[] {
  const last = history.at(-1);
  if (last) return FOLLOWS[last.stage];
  return isSeen ? FIRST_OF_SEEN : FIRST;
}

export type StepFault =
  | { readonly kind: "illegal"; readonly from: LifeStage | null; readonly allowed: readonly LifeStage[] }
  | { readonly kind: "before_last"; readonly last: number } // unix ms of the last step
  | { readonly kind: "before_seen"; readonly firstSeen: number } // unix ms
  | { readonly kind: "future" };

/**
 * Why a step may not be appended; null when it may.
 * @param history steps of the card, oldest first
 * @param firstSeen unix ms an exporter first named the card; null = never
 */
export function stepFault(
  history: readonly LifeStep[],
  step: Pick<LifeStep, "stage" | "at">,
  firstSeen: number | null,
  now: number,
): StepFault | null {
  if (step.at > now + CLOCK_SLACK_MS) return { kind: "future" };
  const last = history.at(-1);
  if (last && step.at < last.at) return { kind: "before_last", last: last.at };
  const allowed = nextStages(history, firstSeen !== null);
  if (!allowed.includes(step.stage)) return { kind: "illegal", from: last?.stage ?? null, allowed };
  const isTooEarly = firstSeen !== null && step.at < firstSeen && !PRECEDES_SIGHT.has(step.stage);
  return isTooEarly ? { kind: "before_seen", firstSeen } : null;
}

/** Since when a card is given back; null while it is ours. */
export function returnedAt(history: readonly LifeStep[]): number | null {
  const last = history.at(-1);
  return last?.stage === "returned" ? last.at : null;
}
