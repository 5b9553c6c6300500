import { useTranslation } from "react-i18next";
import { COST_BASES, SHARED_COST_POLICIES } from "../../db/model/ledger.ts";
import type { CostChoice } from "../../db/model/ledger-views.ts";

/** What counts as a feature's own cost, and who bears what nobody used. */
export function ChoicePicker({ choice, onChange }: { choice: CostChoice; onChange: (choice: CostChoice) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <label className="level">
        <span>{t("ledger.basis.label")}</span>
        <select
          className="select"
          value={choice.basis}
          onChange={(event) => {
            const basis = COST_BASES.find((one) => one === event.currentTarget.value);
            if (basis !== undefined) onChange({ ...choice, basis });
          }}
        >
          {COST_BASES.map((basis) => (
            <option key={basis} value={basis}>
              {t(`ledger.basis.${basis}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="level">
        <span>{t("ledger.policy.label")}</span>
        <select
          className="select"
          value={choice.policy}
          onChange={(event) => {
            const policy = SHARED_COST_POLICIES.find((one) => one === event.currentTarget.value);
            if (policy !== undefined) onChange({ ...choice, policy });
          }}
        >
          {SHARED_COST_POLICIES.map((policy) => (
            <option key={policy} value={policy}>
              {t(`ledger.policy.${policy}`)}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

/** The choices in a sentence, to stand beside every number that depends on them. */
export function ChoiceWords({ choice }: { choice: CostChoice }) {
  const { t } = useTranslation();
  return (
    <span className="panel-note">
      {t("ledger.under", {
        basis: t(`ledger.basisSays.${choice.basis}`),
        policy: t(`ledger.policySays.${choice.policy}`),
      })}
    </span>
  );
}
