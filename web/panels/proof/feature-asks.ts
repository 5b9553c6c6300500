import type { LedgerState } from "../../../db/model/ledger.ts";
import type { CostChoice, DayRange, LooseRow } from "../../../db/model/ledger-views.ts";
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
  return { about, question: { range, filter: { feature: [key], state: ownStates(choice) } }, shownMicro };
}

/** The question behind a figure of all features together. */
export const totalAsk = (about: ProofAbout, range: DayRange, shownMicro: MicroText | null): ProofAsk => ({
  about,
  question: { range, filter: {} },
  shownMicro,
});

/** The question behind card-time that is no feature's: of what kind it is. What the policy took of it is not in the figure. */
export function looseAsk(row: LooseRow, range: DayRange, choice: CostChoice): ProofAsk {
  const filter = {
    unattributed: { feature: ["unattributed"], state: ownStates(choice) },
    idle:
      choice.basis === "usage"
        ? { state: ["idle_held", "starting", "free"] }
        : { feature: [""], state: ["busy", "idle_held", "starting", "free"] },
    fault: { state: ["fault"] },
    unknown: { state: ["unknown"] },
  }[row.what];
  const isSum = choice.policy === "apart" && choice.basis === "allocation";
  return { about: "cards", question: { range, filter }, shownMicro: isSum ? row.micro : null };
}
