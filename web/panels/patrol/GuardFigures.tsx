import { Button, NativeSelect, NumberInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { GuardThreshold, TunableRule } from "../../../db/model/patrol-views.ts";

/** Figures of rules that are stricter while the window is on. */
export function GuardFigures(props: {
  figures: readonly GuardThreshold[];
  tunable: readonly TunableRule[];
  onChange: (figures: readonly GuardThreshold[]) => void;
}) {
  const { t } = useTranslation();
  const { figures, tunable, onChange } = props;
  const free = tunable.filter(({ id }) => figures.every(({ ruleId }) => ruleId !== id));
  const put = (i: number, part: Partial<GuardThreshold>) =>
    onChange(figures.map((one, at) => (at === i ? { ...one, ...part } : one)));
  return (
    <fieldset className="guard-rows">
      <legend>{t("patrol.guard.form.figures")}</legend>
      {figures.map(({ ruleId, value }, i) => {
        const usual = tunable.find(({ id }) => id === ruleId);
        return (
          <div key={ruleId} className="guard-row" role="group" aria-label={ruleId}>
            <NativeSelect
              size="xs"
              label={t("patrol.guard.form.rule")}
              value={ruleId}
              data={[ruleId, ...free.map(({ id }) => id)]}
              onChange={(event) => put(i, { ruleId: event.currentTarget.value })}
            />
            <NumberInput
              size="xs"
              label={t("patrol.guard.form.figure")}
              description={usual && t(`patrol.guard.form.${usual.stricter}`, { value: String(usual.value) })}
              required
              value={value}
              onChange={(typed) => put(i, { value: Number(typed) })}
            />
            <Button size="compact-sm" variant="subtle" onClick={() => onChange(figures.filter((_, at) => at !== i))}>
              {t("patrol.guard.remove")}
            </Button>
          </div>
        );
      })}
      {free[0] !== undefined && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => onChange([...figures, { ruleId: free[0]?.id ?? "", value: free[0]?.value ?? 0 }])}
        >
          {t("patrol.guard.form.figureAdd")}
        </Button>
      )}
    </fieldset>
  );
}
