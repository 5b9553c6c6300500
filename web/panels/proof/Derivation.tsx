import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { CostChoice, FeatureMoney, Proof } from "../../../db/model/ledger-views.ts";
import { type Micro, microOf } from "../../../db/model/money.ts";
import { roundShown } from "../../../db/model/round-shown.ts";
import { useAmounts } from "../../lib/amounts.ts";
import { useEstimateWords, useUnitWords } from "../../lib/estimate-words.ts";
import { featureQuery, featuresQuery } from "../../lib/ledger-questions.ts";
import type { ProofAbout, ProofAsk } from "../../lib/proof-url.ts";
import { quantity } from "../../lib/quantity.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { ChoiceWords } from "../../parts/ChoicePicker.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { shownTexts } from "../features/feature-rows.ts";

/** How a figure of one feature, or of all of them, is made: from its own card-time to its margin, step by step. */
export function Derivation({ ask, choice, proof }: { ask: ProofAsk; choice: CostChoice; proof: Proof }) {
  const { t } = useTranslation();
  const keys = ask.question.filter.feature ?? [];
  const { range } = ask.question;
  const key = keys.length === 1 ? keys[0] : undefined;
  const isAsked = ask.about !== "cards";
  const one = useQuery(featureQuery(isAsked && key !== undefined ? { ...choice, range, key } : null));
  const all = useQuery(featuresQuery(isAsked && keys.length === 0 ? { ...choice, range } : null));
  const query = key === undefined ? all : one;
  const money = key === undefined ? all.data?.total : one.data?.feature;
  if (!isAsked || (key === undefined && keys.length > 0)) return null;
  return (
    <section className="panel" aria-label={t("proof.made.title")}>
      <header className="panel-head">
        <h3>{t("proof.made.title")}</h3>
        <ChoiceWords choice={choice} />
      </header>
      {query.error !== null && (
        <PanelError
          what={t("proof.made.title")}
          error={query.error}
          kept={money !== undefined}
          busy={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      )}
      {query.isPending && <LoadingRows rows={6} />}
      {money !== undefined && (
        <Steps money={money} isAll={key === undefined} about={ask.about} currency={proof.currency} />
      )}
    </section>
  );
}

type Step = {
  readonly about: ProofAbout;
  readonly name: string;
  readonly micro: Micro | null;
  readonly isSum?: boolean;
};

function Steps(props: { money: FeatureMoney; isAll: boolean; about: ProofAbout; currency: string }) {
  const { money, isAll, about, currency } = props;
  const { t } = useTranslation();
  const amounts = useAmounts(currency);
  const [direct = 0n, shared = 0n, other = 0n] =
    shownTexts([money.directMicro, money.sharedMicro, money.otherMicro], amounts.step) ?? [];
  const revenue = money.revenueMicro === null ? null : roundShown(microOf(money.revenueMicro), amounts.step);
  const shownCost = direct + shared + other;
  const steps: Step[] = [
    { about: "cards", name: isAll ? t("proof.made.directAll") : t("proof.made.direct"), micro: direct },
    { about: "shared", name: isAll ? t("proof.made.sharedAll") : t("proof.made.shared"), micro: shared },
    { about: "other", name: t("proof.made.other"), micro: other },
    { about: "cost", name: t("proof.made.cost"), micro: shownCost, isSum: true },
    { about: "revenue", name: t("proof.made.revenue"), micro: revenue },
    {
      about: "margin",
      name: t("proof.made.margin"),
      micro: revenue === null ? null : revenue - shownCost,
      isSum: true,
    },
  ];
  return (
    <>
      <table className="plain proof-steps">
        <tbody>
          {steps.map((step) => (
            <tr
              key={step.name}
              className={step.isSum === true ? "proof-step-sum" : undefined}
              {...(step.about === about && { "aria-current": "true" })}
            >
              <th scope="row">{step.name}</th>
              <td className={`num ${step.micro !== null && step.micro < 0n ? "mark-critical" : ""}`}>
                {step.micro === null
                  ? t("proof.made.notSaid")
                  : step.about === "margin"
                    ? amounts.signed(step.micro)
                    : amounts.plain(step.micro)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <UnitLine money={money} currency={currency} />
      <Doubts money={money} />
    </>
  );
}

function UnitLine({ money, currency }: { money: FeatureMoney; currency: string }) {
  const { t } = useTranslation();
  const lang = useLang();
  const amounts = useAmounts(currency);
  const format = useFormat();
  const { units } = money;
  if (units === null) return null;
  return (
    <p className="proof-note">
      <span>
        {t("proof.made.units", {
          units: quantity(units.okMicro, lang),
          unitCost:
            money.unitCostMicro === null ? t("ledger.na") : `${amounts.symbol}${amounts.perUnit(money.unitCostMicro)}`,
        })}
      </span>
      <span>
        {units.failedMicro === null
          ? t("proof.made.failedUnknown")
          : t("proof.made.failed", {
              failed: quantity(units.failedMicro, lang),
              cost: format.money(money.failedCostMicro, currency),
            })}
      </span>
    </p>
  );
}

function Doubts({ money }: { money: FeatureMoney }) {
  const estimate = useEstimateWords();
  const unit = useUnitWords();
  const units = unit(money.estimate);
  const doubts = [...estimate(money.estimate), ...(units === null ? [] : [units])];
  if (doubts.length === 0) return null;
  return (
    <ul className="proof-doubts">
      {doubts.map((doubt) => (
        <li key={doubt}>{doubt}</li>
      ))}
    </ul>
  );
}
