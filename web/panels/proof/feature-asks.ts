import type { LedgerState } from "../../../db/model/ledger.ts";
import type { CostChoice, CostFilter, DayRange, LooseRow } from "../../../db/model/ledger-views.ts";
import type { MicroText } from "../../../db/model/money.ts";
import type { ProofAbout, ProofAsk } from "../../lib/proof-url.ts";

/** The states whose time is a feature's own under a basis. */
export const ownStates = ({ basis }: Pick<CostChoice, "basis">): readonly LedgerState[] =>
  basis === "usage" ? ["busy"] : ["busy", "idle_held", "starting"];

/** The question behind a figure of one feature. @param shownMicro null = it is no money */
export function featureAsk(
  about: ProofAbout,
  key: string,
  range: DayRange,
  choice: CostChoice,
  shownMicro: MicroText | null,
): ProofAsk {
  return { about, question: { range, filter: heldBy(key, ownStates(choice)) }, shownMicro };
}

/** Lines of a feature in some states. Held time nobody was named for is unattributed too, and stands in the ledger under nobody. */
export const heldBy = (key: string, state: readonly LedgerState[]): CostFilter => ({
  feature: key === "unattributed" && !state.includes("fault") ? [key, ""] : [key],
  state,
});

/** The question behind a figure of all features together. */
export const totalAsk = (about: ProofAbout, range: DayRange, shownMicro: MicroText | null): ProofAsk => ({
  about,
  question: { range, filter: {} },
  shownMicro,
});

/** The question behind card-time that is no feature's: of what kind it is. What the policy took of it is not in the figure. */
export function looseAsk(row: LooseRow, range: DayRange, choice: CostChoice): ProofAsk {
  const filter = {
    unattributed: heldBy("unattributed", ownStates(choice)),
    idle: { state: choice.basis === "usage" ? ["idle_held", "starting", "free"] : ["free"] },
    fault: { state: ["fault"] },
    unknown: { state: ["unknown"] },
  }[row.what];
  const isSum = choice.policy === "apart" && choice.basis === "allocation";
  return { about: "cards", question: { range, filter }, shownMicro: isSum ? row.micro : null };
}
