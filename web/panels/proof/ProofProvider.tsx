import { Suspense, lazy, type ReactNode, useMemo } from "react";
import type { CostChoice } from "../../../db/model/ledger-views.ts";
import type { ProofAsk } from "../../lib/proof-url.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { ProofContext } from "./proof-context.ts";

const ProofPanel = lazy(() => import("./ProofPanel.tsx"));

/**
 * Lets every figure of a page open its proof. A page puts it around its content and keeps the open proof in its address:
 *
 *     const view = { …, proof: decodeProof(params) };            // in the page's codec, with encodeProof(params, view.proof)
 *     <ProofProvider ask={view.proof} choice={null} onAsk={(proof) => change({ proof })}>
 *       … <ProofButton ask={{ about: "cards", question: { range, filter: { vendor: ["a"] } }, shownMicro }}>¥1,234</ProofButton>
 *     </ProofProvider>
 *
 * `choice`: the basis and policy the page's figures stand under; null where it shows money of card-time only.
 * `onAsk` should push onto the history, so that Back closes the panel. @param ask null = closed
 */
export function ProofProvider(props: {
  ask: ProofAsk | null;
  choice: CostChoice | null;
  onAsk: (ask: ProofAsk | null) => void;
  children: ReactNode;
}) {
  const { choice, onAsk } = props;
  const ask = useSeesMoney() ? props.ask : null;
  const control = useMemo(
    () => ({ ask, choice, open: (next: ProofAsk) => onAsk(next), close: () => onAsk(null) }),
    [ask, choice, onAsk],
  );
  return (
    <ProofContext value={control}>
      {props.children}
      {ask !== null && (
        <Suspense fallback={null}>
          <ProofPanel ask={ask} choice={choice} onClose={control.close} />
        </Suspense>
      )}
    </ProofContext>
  );
}
