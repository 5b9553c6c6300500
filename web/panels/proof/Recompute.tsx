import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ProofQuestion, Recomputed } from "../../../db/model/ledger-views.ts";
import { microOf } from "../../../db/model/money.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { proofInput } from "../../lib/ledger-questions.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelError } from "../../parts/PanelError.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { trpc } from "../../trpc.ts";

/** Works the sum out anew from cards, prices and holders, and says whether it is the same to the last micro-unit. */
export function Recompute({ question }: { question: ProofQuestion }) {
  const { t } = useTranslation();
  const again = useMutation(trpc.cost.recompute.mutationOptions());
  const ask = () => again.mutate(proofInput(question));
  return (
    <section className="proof-recompute" aria-label={t("proof.recompute.label")}>
      <Button size="xs" variant="default" loading={again.isPending} onClick={ask}>
        {t("proof.recompute.act")}
      </Button>
      <p className="panel-note">{t("proof.recompute.about")}</p>
      {again.error !== null && (
        <PanelError what={t("proof.recompute.label")} error={again.error} busy={again.isPending} onRetry={ask} />
      )}
      <div role="status" className="proof-result">
        {again.data !== undefined && !again.isPending && <Result result={again.data} />}
      </div>
    </section>
  );
}

function Result({ result }: { result: Recomputed }) {
  const { t } = useTranslation();
  const format = useFormat();
  const hours = format.count(result.hours);
  return (
    <>
      {result.hours === 0 && <p>{t("proof.recompute.none")}</p>}
      {result.hours > 0 && (
        <p className={result.isEqual ? "proof-equal" : "proof-differs"}>
          {result.isEqual ? t("proof.recompute.equal", { hours }) : t("proof.recompute.differs", { hours })}
        </p>
      )}
      {result.hours > 0 && (
        <table className="plain" aria-label={t("proof.recompute.label")}>
          <thead>
            <tr>
              <th>{t("proof.currency")}</th>
              <th className="num">{t("proof.recompute.stored")}</th>
              <th className="num">{t("proof.recompute.again")}</th>
              <th className="num">{t("proof.recompute.difference")}</th>
            </tr>
          </thead>
          <tbody>
            {currenciesOf(result).map((currency) => (
              <Sums key={currency} currency={currency} result={result} />
            ))}
          </tbody>
        </table>
      )}
      {result.notKept > 0 && (
        <p className="panel-note">{t("proof.recompute.notKept", { hours: format.count(result.notKept) })}</p>
      )}
      {result.differing.length > 0 && (
        <>
          <p>{t("proof.recompute.where")}</p>
          <ul className="proof-where">
            {result.differing.map(({ at, poolId, state }) => (
              <li key={`${at} ${poolId} ${state}`}>
                <span>{format.dateTime(at)}</span>
                <PoolLink id={poolId} />
                <span>{t(`state.${state}`)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

const currenciesOf = ({ storedMicro, recomputedMicro }: Recomputed): string[] =>
  [...new Set([...storedMicro, ...recomputedMicro].map(({ currency }) => currency))].sort();

function Sums({ currency, result }: { currency: string; result: Recomputed }) {
  const amounts = useAmounts(currency);
  const of = (sums: Recomputed["storedMicro"]) => microOf(sums.find((sum) => sum.currency === currency)?.micro ?? "0");
  const stored = of(result.storedMicro);
  const again = of(result.recomputedMicro);
  return (
    <tr>
      <th scope="row">{currency}</th>
      <td className="num">{amounts.exact(stored)}</td>
      <td className="num">{amounts.exact(again)}</td>
      <td className="num">{amounts.exact(again - stored)}</td>
    </tr>
  );
}
