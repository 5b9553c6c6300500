import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CARD_EVENT_KINDS } from "../../../db/model/events.ts";
import { WORK_KINDS } from "../../../db/model/feature.ts";
import { COMPARISONS, type Condition, NPU_LEVELS } from "../../../db/model/rule.ts";
import { saidOf } from "../../lib/rule-refusal.ts";
import { unitOf } from "../../lib/signal-unit.ts";
import type { ConditionProps } from "./ConditionFields.tsx";
import { FigureInput } from "./FigureInput.tsx";
import { SignalSelect } from "./SignalSelect.tsx";
import { CodesInput, Minutes, Ticks } from "./rule-inputs.tsx";

/** Reasons of the driver for lower clocks, by their bit (NVML, nvmlClocksEventReasons). */
const CLOCK_REASONS = [
  [0x1, "idle"],
  [0x2, "applications"],
  [0x4, "powerCap"],
  [0x8, "slowdown"],
  [0x10, "sync"],
  [0x20, "softHeat"],
  [0x40, "hardHeat"],
  [0x80, "powerBrake"],
  [0x100, "display"],
] as const;
const XID_SETS = ["critical", "hardware_warning", "application"] as const;

/** Fields of a condition about one card; nothing for the others. */
export function CardConditionFields({ condition, place, refusal, onChange }: ConditionProps) {
  const { t } = useTranslation();
  const at = (part: string) => saidOf(refusal, `${place}.${part}`);
  switch (condition.kind) {
    case "level":
    case "increase": {
      const { scale, unit } = unitOf(condition.signal);
      return (
        <div className="price-fields">
          <SignalSelect
            value={condition.signal}
            onlyCounters={condition.kind === "increase"}
            error={at("signal")}
            onChange={(signal) => onChange({ ...condition, signal })}
          />
          <NativeSelect
            size="xs"
            label={t("rules.form.compare")}
            value={condition.compare}
            error={at("compare")}
            onChange={(event) =>
              onChange({ ...condition, compare: event.currentTarget.value } as Extract<Condition, { kind: "level" }>)
            }
            data={condition.kind === "increase" ? [">", ">="] : [...COMPARISONS]}
          />
          <FigureInput
            label={t("rules.form.threshold")}
            value={condition.threshold}
            scale={scale}
            unit={unit}
            error={at("threshold")}
            onChange={(threshold) => onChange({ ...condition, threshold })}
          />
          {condition.kind === "increase" && (
            <Minutes
              label={t("rules.form.window")}
              value={condition.windowMs}
              error={at("windowMs")}
              onChange={(windowMs) => onChange({ ...condition, windowMs })}
            />
          )}
        </div>
      );
    }
    case "limit":
      return (
        <div className="price-fields">
          <SignalSelect
            value={condition.signal}
            only={["temperatureCelsius", "memoryTemperatureCelsius"]}
            error={at("signal")}
            onChange={(signal) => onChange({ ...condition, signal } as typeof condition)}
          />
          <NativeSelect
            size="xs"
            label={t("rules.form.limit")}
            value={condition.limit}
            error={at("limit")}
            onChange={(event) => onChange({ ...condition, limit: event.currentTarget.value } as typeof condition)}
            data={(["max_operating", "slowdown"] as const).map((value) => ({
              value,
              label: t(`rules.limit.${value}`),
            }))}
          />
          <FigureInput
            label={t("rules.form.aboveCelsius")}
            hint={t("rules.form.aboveHint")}
            unit="°C"
            value={condition.aboveCelsius}
            error={at("aboveCelsius")}
            onChange={(aboveCelsius) => onChange({ ...condition, aboveCelsius })}
          />
        </div>
      );
    case "bits":
      return (
        <Ticks
          label={t("rules.form.anyOf")}
          error={at("anyOf")}
          all={CLOCK_REASONS.map(([bit, name]) => ({ value: String(bit), label: t(`rules.clock.${name}`) }))}
          ticked={CLOCK_REASONS.filter(([bit]) => (condition.anyOf & bit) !== 0).map(([bit]) => String(bit))}
          onChange={(bits) => onChange({ ...condition, anyOf: bits.reduce((sum, bit) => sum + Number(bit), 0) })}
        />
      );
    case "event":
      return <EventFields condition={condition} place={place} refusal={refusal} onChange={onChange} />;
    case "npu_fault":
      return (
        <>
          <Ticks
            label={t("rules.form.levels")}
            error={at("levels")}
            all={NPU_LEVELS.map((value) => ({ value, label: value }))}
            ticked={condition.levels}
            onChange={(levels) => onChange({ ...condition, levels })}
          />
          <Minutes
            label={t("rules.form.quiet")}
            hint={t("rules.form.quietHint")}
            value={condition.quietMs}
            error={at("quietMs")}
            onChange={(quietMs) => onChange({ ...condition, quietMs })}
          />
        </>
      );
    case "below_peers":
      return (
        <div className="price-fields">
          <SignalSelect
            value={condition.signal}
            error={at("signal")}
            onChange={(signal) => onChange({ ...condition, signal })}
          />
          <FigureInput
            label={t("rules.form.belowShare")}
            hint={t("rules.form.belowHint")}
            scale={100}
            unit="%"
            value={condition.ratio}
            error={at("ratio")}
            onChange={(ratio) => onChange({ ...condition, ratio })}
          />
          <FigureInput
            label={t("rules.form.atLeastPeers")}
            value={condition.atLeastPeers}
            min={1}
            error={at("atLeastPeers")}
            onChange={(atLeastPeers) => onChange({ ...condition, atLeastPeers })}
          />
        </div>
      );
    case "work":
      return (
        <Ticks
          label={t("rules.form.workIs")}
          error={at("is")}
          all={WORK_KINDS.map((value) => ({ value, label: t(`features.page.kinds.${value}`) }))}
          ticked={condition.is}
          onChange={(is) => onChange({ ...condition, is: is as typeof condition.is })}
        />
      );
    default:
      return null;
  }
}

function EventFields({ condition, place, refusal, onChange }: ConditionProps<Extract<Condition, { kind: "event" }>>) {
  const { t } = useTranslation();
  const at = (part: string) => saidOf(refusal, `${place}.${part}`);
  const { event, xids } = condition;
  const hasCodes = event === "xid" || event === "npu_fault";
  const mode = xids === null ? "every" : typeof xids === "string" ? xids : "codes";
  const minutes = [
    ["windowMs", "window"],
    ["quietMs", "quiet"],
  ] as const;
  return (
    <>
      <div className="price-fields">
        <NativeSelect
          size="xs"
          label={t("rules.form.event")}
          value={event}
          error={at("event")}
          onChange={({ currentTarget }) =>
            onChange({ ...condition, event: currentTarget.value as typeof event, xids: null })
          }
          data={CARD_EVENT_KINDS.map((value) => ({ value, label: t(`alerts.eventName.${value}`) }))}
        />
        {hasCodes && (
          <NativeSelect
            size="xs"
            label={t("rules.form.codes")}
            value={mode}
            error={mode === "codes" ? null : at("xids")}
            onChange={({ currentTarget: { value } }) =>
              onChange({
                ...condition,
                xids: value === "every" ? null : value === "codes" ? [79] : (value as (typeof XID_SETS)[number]),
              })
            }
            data={(event === "xid" ? (["every", ...XID_SETS, "codes"] as const) : (["every", "codes"] as const)).map(
              (value) => ({ value, label: t(`rules.codes.${value}`) }),
            )}
          />
        )}
        {typeof xids === "object" && xids !== null && (
          <CodesInput
            label={t("rules.form.codeList")}
            codes={xids}
            error={at("xids")}
            onChange={(codes) => onChange({ ...condition, xids: codes })}
          />
        )}
        <FigureInput
          label={t("rules.form.count")}
          value={condition.count}
          min={1}
          error={at("count")}
          onChange={(count) => onChange({ ...condition, count })}
        />
        {minutes.map(([field, word]) => (
          <Minutes
            key={field}
            label={t(`rules.form.${word}`)}
            {...(word === "quiet" && { hint: t("rules.form.quietHint") })}
            value={condition[field]}
            error={at(field)}
            onChange={(ms) => onChange({ ...condition, [field]: ms })}
          />
        ))}
      </div>
    </>
  );
}
