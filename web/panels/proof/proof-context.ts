import { createContext, useContext } from "react";
import type { CostChoice } from "../../../db/model/ledger-views.ts";
import type { ProofAsk } from "../../lib/proof-url.ts";

export type ProofControl = {
  readonly ask: ProofAsk | null; // whose proof is open
  readonly choice: CostChoice | null; // under which the page's figures stand; null = it shows card money only
  readonly open: (ask: ProofAsk) => void;
  readonly close: () => void;
};

export const ProofContext = createContext<ProofControl>({
  ask: null,
  choice: null,
  open: () => undefined,
  close: () => undefined,
});

/** Opens and closes the proof of a figure, within a ProofProvider. Most want ProofButton instead. */
export const useProof = (): ProofControl => useContext(ProofContext);
