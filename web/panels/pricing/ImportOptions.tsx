import { NativeSelect, TextInput } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FileFault } from "../../../db/model/imports.ts";
import { browserClock } from "../../lib/clock.ts";

/** What a person says about a file of prices beside its rows. */
export type ImportAsk = {
  readonly currency: string; // "" = not said
  readonly vendor: string;
  readonly from: string; // "" = today
  readonly isList: "auto" | "list" | "real";
};

export const NO_OPTIONS: ImportAsk = { currency: "", vendor: "", from: "", isList: "auto" };

/** The currencies lists are written in, then all others. */
const COMMON = ["CNY", "USD", "EUR", "JPY", "HKD", "SGD"];
const REST_MS = 400;

export function ImportOptions(props: {
  options: ImportAsk;
  fault: FileFault["key"] | null;
  onChange: (options: ImportAsk) => void;
}) {
  const { t } = useTranslation();
  const { options, fault, onChange } = props;
  const currencies = [...COMMON, ...Intl.supportedValuesOf("currency").filter((code) => !COMMON.includes(code))];
  return (
    <div className="price-fields import-options">
      <NativeSelect
        size="xs"
        label={t("imports.currency")}
        error={fault === "currency_missing"}
        value={options.currency}
        onChange={(event) => onChange({ ...options, currency: event.currentTarget.value })}
        data={[{ value: "", label: t("imports.currencyNone") }, ...currencies]}
      />
      <Rested
        label={t("imports.vendor")}
        isWrong={fault === "vendor_missing"}
        value={options.vendor}
        onChange={(vendor) => onChange({ ...options, vendor })}
      />
      <Rested
        label={t("imports.from")}
        hint={t("imports.fromHint")}
        isWrong={false}
        value={options.from}
        onChange={(from) => onChange({ ...options, from })}
      />
      <NativeSelect
        size="xs"
        label={t("imports.isList")}
        value={options.isList}
        onChange={(event) => onChange({ ...options, isList: event.currentTarget.value as ImportAsk["isList"] })}
        data={(["auto", "list", "real"] as const).map((value) => ({ value, label: t(`imports.isLists.${value}`) }))}
      />
    </div>
  );
}

/** A field whose text counts when typing rests: each letter would read the whole file anew. */
function Rested(props: {
  label: string;
  value: string;
  isWrong: boolean;
  hint?: string;
  onChange: (value: string) => void;
}) {
  const [text, setText] = useState(props.value);
  useEffect(() => {
    if (text === props.value) return undefined;
    const timer = browserClock.after(REST_MS, () => props.onChange(text));
    return () => timer.cancel();
    // oxlint-disable-next-line react/exhaustive-deps -- only what is typed starts the rest anew
  }, [text]);
  return (
    <TextInput
      size="xs"
      label={props.label}
      placeholder={props.hint}
      error={props.isWrong}
      maxLength={64}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
