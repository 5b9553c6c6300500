import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useId, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { CostChoice } from "../../../db/model/ledger-views.ts";
import { proofQuery } from "../../lib/ledger-questions.ts";
import type { ProofAsk } from "../../lib/proof-url.ts";
import { useKeys } from "../../lib/use-keys.ts";
import { useMay } from "../../lib/use-me.ts";
import { ErrorBoundary } from "../../parts/ErrorBoundary.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { Derivation } from "./Derivation.tsx";
import { ProofDifferences } from "./ProofDifferences.tsx";
import { ProofHead } from "./ProofHead.tsx";
import { ProofLines } from "./ProofLines.tsx";
import { ProofUsage } from "./ProofUsage.tsx";
import { ProofCards, ProofHolders } from "./ProofWho.tsx";
import { Recompute } from "./Recompute.tsx";
import { useProofWords } from "./use-proof-words.ts";
import "../../styles/proof.css";

/**
 * What stands behind one figure: the question in words, how the figure is made, the lines with their prices, the cards, the
 * holders with the rules that took them, the usage lines and what was changed after the hour was closed. Not modal: the
 * table it was opened from stays in use. It takes the focus when it opens and gives it back when it closes.
 */
export default function ProofPanel(props: { ask: ProofAsk; choice: CostChoice | null; onClose: () => void }) {
  const { t } = useTranslation();
  const { ask, choice, onClose } = props;
  const title = useId();
  const box = useFocusWhileOpen();
  const words = useProofWords();
  const mayRecount = useMay("money.see"); // of the whole fleet
  const proof = useQuery(proofQuery(ask.question));
  useKeys({ Escape: onClose });
  return (
    <aside ref={box} className="drawer proof" role="dialog" aria-labelledby={title} tabIndex={-1}>
      <header className="drawer-head">
        <div>
          <h2 id={title}>{t(`proof.about.${ask.about}`)}</h2>
          <p className="proof-question">
            <span>{words.days(ask.question.range)}</span>
            {words.chips(ask).map(({ dimension, name, values }) => (
              <span key={dimension} className="proof-part">
                <span className="muted">{name}</span> <bdi>{values}</bdi>
              </span>
            ))}
          </p>
        </div>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={32}
          aria-label={t("proof.close")}
          title={t("proof.close")}
          onClick={onClose}
        >
          <IconX size={18} />
        </ActionIcon>
      </header>
      <ErrorBoundary what={t("proof.what")} key={JSON.stringify(ask)}>
        <div className="drawer-body">
          {proof.error !== null && (
            <PanelError
              what={t("proof.what")}
              error={proof.error}
              kept={proof.data !== undefined}
              busy={proof.isFetching}
              onRetry={() => void proof.refetch()}
            />
          )}
          {proof.isPending && <LoadingBlock height={520} />}
          {proof.data !== undefined && (
            <>
              <ProofHead ask={ask} proof={proof.data} />
              {choice !== null && <Derivation ask={ask} choice={choice} proof={proof.data} />}
              {mayRecount && <Recompute key={JSON.stringify(ask.question)} question={ask.question} />}
              <ProofLines proof={proof.data} />
              <ProofCards proof={proof.data} />
              <ProofHolders proof={proof.data} />
              <ProofUsage proof={proof.data} />
              <ProofDifferences proof={proof.data} />
            </>
          )}
        </div>
      </ErrorBoundary>
    </aside>
  );
}

function useFocusWhileOpen() {
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    box.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return box;
}
