import { useTranslation } from "react-i18next";
import type { Proof } from "../../../db/model/ledger-views.ts";
import { microOf } from "../../../db/model/money.ts";
import { useAmounts } from "../../lib/amounts.ts";
import type { ProofAsk } from "../../lib/proof-url.ts";
import { useFormat } from "../../lib/use-format.ts";

/** The sum of the lines, in the view's currency and in the currencies of the prices, and whether it is the figure clicked. */
export function ProofHead({ ask, proof }: { ask: ProofAsk; proof: Proof }) {
  const { t } = useTranslation();
  const format = useFormat();
  const amounts = useAmounts(proof.currency);
  const isForeign = proof.sums.some((sum) => sum.currency !== proof.currency);
  return (
    <section className="proof-head" aria-label={t("proof.total")}>
      <dl className="figures">
        <div>
          <dt>{t("proof.total")}</dt>
          <dd className="proof-total">{amounts.exact(proof.totalMicro)}</dd>
        </div>
        <div>
          <dt>{t("proof.lineCount")}</dt>
          <dd>{format.count(proof.lineCount)}</dd>
        </div>
        <div>
          <dt>{t("proof.cardCount")}</dt>
          <dd>{format.count(proof.cardCount)}</dd>
        </div>
      </dl>
      <Agreement ask={ask} proof={proof} />
      {isForeign && (
        <table className="plain proof-sums" aria-label={t("proof.sums")}>
          <thead>
            <tr>
              <th>{t("proof.currency")}</th>
              <th className="num">{t("proof.sum")}</th>
              <th className="num">{t("proof.rate", { currency: proof.currency })}</th>
            </tr>
          </thead>
          <tbody>
            {proof.sums.map((sum) => (
              <tr key={sum.currency}>
                <th scope="row">{sum.currency}</th>
                <td className="num">{format.money(sum.micro, sum.currency)}</td>
                <td className="num">{sum.rate ?? (sum.currency === proof.currency ? "1" : t("proof.noRate"))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

/** Only money of card-time must be the very sum of the lines; the other figures have their own derivation. */
function Agreement({ ask, proof }: { ask: ProofAsk; proof: Proof }) {
  const { t } = useTranslation();
  const amounts = useAmounts(proof.currency);
  if (ask.about !== "cards" || ask.shownMicro === null) return null;
  if (microOf(ask.shownMicro) === microOf(proof.totalMicro))
    return <p className="proof-equal">{t("proof.isFigure")}</p>;
  return (
    <p className="proof-differs">
      {t("proof.notFigure", {
        shown: amounts.exact(ask.shownMicro),
        difference: amounts.exact(microOf(ask.shownMicro) - microOf(proof.totalMicro)),
      })}
    </p>
  );
}
