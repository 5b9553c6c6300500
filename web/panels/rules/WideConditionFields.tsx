import { NativeSelect, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { GANG_VERDICTS, PRESENCE_VERDICTS } from "../../../db/model/rule.ts";
import { saidOf } from "../../lib/rule-refusal.ts";
import { useMay } from "../../lib/use-me.ts";
import { trpc } from "../../trpc.ts";
import type { ConditionProps } from "./ConditionFields.tsx";
import { FigureInput } from "./FigureInput.tsx";
import { Minutes } from "./rule-inputs.tsx";

const MEASURES = ["waste_per_day", "budget_pace", "margin"] as const;
const FAULTS = ["down", "slow", "stale"] as const;

/** Fields of a condition about more than a card: nodes, jobs, clusters, sources, money, a Prometheus; nothing for the others. */
export function WideConditionFields({ condition, place, refusal, onChange }: ConditionProps) {
  const { t } = useTranslation();
  const at = (part: string) => saidOf(refusal, `${place}.${part}`);
  switch (condition.kind) {
    case "presence":
      return (
        <NativeSelect
          size="xs"
          label={t("rules.form.verdict")}
          value={condition.verdict}
          error={at("verdict")}
          onChange={(event) => onChange({ ...condition, verdict: event.currentTarget.value } as typeof condition)}
          data={PRESENCE_VERDICTS.map((value) => ({ value, label: t(`rules.presence.${value}`) }))}
        />
      );
    case "gang":
      return (
        <NativeSelect
          size="xs"
          label={t("rules.form.verdict")}
          value={condition.verdict}
          error={at("verdict")}
          onChange={(event) => onChange({ ...condition, verdict: event.currentTarget.value } as typeof condition)}
          data={GANG_VERDICTS.map((value) => ({ value, label: t(`incident.verdict.${value}`) }))}
        />
      );
    case "mass_loss":
      return (
        <div className="price-fields">
          <FigureInput
            label={t("rules.form.lostShare")}
            scale={100}
            unit="%"
            value={condition.ratio}
            error={at("ratio")}
            onChange={(ratio) => onChange({ ...condition, ratio })}
          />
          <FigureInput
            label={t("rules.form.atLeastCards")}
            value={condition.atLeast}
            min={1}
            error={at("atLeast")}
            onChange={(atLeast) => onChange({ ...condition, atLeast })}
          />
          <Minutes
            label={t("rules.form.window")}
            value={condition.windowMs}
            error={at("windowMs")}
            onChange={(windowMs) => onChange({ ...condition, windowMs })}
          />
        </div>
      );
    case "source":
      return (
        <div className="price-fields">
          <NativeSelect
            size="xs"
            label={t("rules.form.sourceFault")}
            value={condition.fault}
            error={at("fault")}
            onChange={(event) => onChange({ ...condition, fault: event.currentTarget.value } as typeof condition)}
            data={FAULTS.map((value) => ({ value, label: t(`rules.sourceFault.${value}`) }))}
          />
          <Minutes
            label={t("rules.form.after")}
            value={condition.afterMs}
            error={at("afterMs")}
            onChange={(afterMs) => onChange({ ...condition, afterMs })}
          />
        </div>
      );
    case "money":
      return (
        <div className="price-fields">
          <NativeSelect
            size="xs"
            label={t("rules.form.measure")}
            value={condition.measure}
            error={at("measure")}
            onChange={(event) => onChange({ ...condition, measure: event.currentTarget.value } as typeof condition)}
            data={MEASURES.map((value) => ({ value, label: t(`alerts.signal.${value}`) }))}
          />
          <NativeSelect
            size="xs"
            label={t("rules.form.compare")}
            value={condition.compare}
            error={at("compare")}
            onChange={(event) => onChange({ ...condition, compare: event.currentTarget.value } as typeof condition)}
            data={[">", "<"]}
          />
          <FigureInput
            label={t("rules.form.threshold")}
            {...(condition.measure === "waste_per_day"
              ? { hint: t("rules.form.inCurrency") }
              : { scale: 100, unit: "%" })}
            value={condition.threshold}
            error={at("threshold")}
            onChange={(threshold) => onChange({ ...condition, threshold })}
          />
        </div>
      );
    case "promql":
      return (
        <>
          <Textarea
            size="xs"
            className="mono-field"
            label={t("rules.form.expr")}
            description={t("rules.form.exprHint")}
            required
            autosize
            minRows={2}
            maxRows={12}
            maxLength={4_000}
            spellCheck={false}
            value={condition.expr}
            error={at("expr")}
            onChange={(event) => onChange({ ...condition, expr: event.currentTarget.value })}
          />
          <PrometheusSelect
            value={condition.source}
            error={at("source")}
            onChange={(source) => onChange({ ...condition, source })}
          />
        </>
      );
    default:
      return null;
  }
}

/** Which Prometheus is asked; a name that is no longer configured stays to be seen. */
function PrometheusSelect(props: { value: string; error: string | null; onChange: (source: string) => void }) {
  const { t } = useTranslation();
  const mayList = useMay("mapping.write");
  const names = useQuery({ ...trpc.usage.prometheis.queryOptions(), enabled: mayList }).data ?? [];
  const known = props.value === "" || names.includes(props.value) ? names : [...names, props.value];
  return (
    <NativeSelect
      size="xs"
      label={t("rules.form.source")}
      value={props.value}
      error={props.error}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      data={[{ value: "", label: t("rules.form.everySource") }, ...known.map((name) => ({ value: name, label: name }))]}
    />
  );
}
