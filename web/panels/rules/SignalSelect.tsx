import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CARD_FIELDS } from "../../../db/model/card-fields.ts";
import { DERIVED_SIGNALS, HEALTH_FIELDS, type Signal } from "../../../db/model/health.ts";
import { useSignalText } from "../../lib/use-signal-text.ts";

const GROUPS = [
  ["readings", CARD_FIELDS],
  ["health", HEALTH_FIELDS],
  ["derived", DERIVED_SIGNALS.map((name) => ({ name, kind: "gauge" as const }))],
] as const;

/** What of a card is read, by its name. */
export function SignalSelect(props: {
  value: Signal;
  onlyCounters?: boolean;
  only?: readonly Signal[];
  error: string | null;
  onChange: (signal: Signal) => void;
}) {
  const { t } = useTranslation();
  const text = useSignalText();
  return (
    <NativeSelect
      size="xs"
      label={t("rules.form.signal")}
      value={props.value}
      error={props.error}
      onChange={(event) => props.onChange(event.currentTarget.value as Signal)}
      data={GROUPS.map(([group, fields]) => ({
        group: t(`rules.signals.${group}`),
        items: fields
          .filter(({ name, kind }) =>
            props.only === undefined ? props.onlyCounters !== true || kind === "counter" : props.only.includes(name),
          )
          .map(({ name }) => ({ value: name, label: text.name(name) })),
      })).filter(({ items }) => items.length > 0)}
    />
  );
}
