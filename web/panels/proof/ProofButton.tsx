import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ProofAsk } from "../../lib/proof-url.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { useProof } from "./proof-context.ts";

/**
 * A figure that opens what stands behind it, for who sees money: a proof is nothing else. Its text stays its name; `title` is
 * what is said on hover, the exact amount.
 */
export function ProofButton({ ask, title, children }: { ask: ProofAsk; title?: string; children: ReactNode }) {
  const { t } = useTranslation();
  const proof = useProof();
  if (!useSeesMoney()) return children;
  return (
    <button
      type="button"
      className="proof-button"
      title={title === undefined ? t("proof.open") : t("proof.openOf", { exact: title })}
      aria-haspopup="dialog"
      onClick={() => proof.open(ask)}
    >
      {children}
    </button>
  );
}
