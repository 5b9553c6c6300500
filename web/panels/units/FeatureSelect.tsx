import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { UnitFeatures } from "./use-features.ts";

/** Whose units, prices or costs a form is about. */
export function FeatureSelect(props: {
  features: UnitFeatures;
  value: string;
  disabled?: boolean;
  error?: string | undefined;
  onChange: (key: string) => void;
}) {
  const { t } = useTranslation();
  const { features, value } = props;
  return (
    <NativeSelect
      size="xs"
      label={t("usage.feature")}
      withAsterisk
      disabled={props.disabled ?? false}
      error={props.error}
      value={value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      data={[
        { value: "", label: t("usage.chooseFeature") },
        ...features.list
          .filter(({ isArchived, key }) => !isArchived || key === value)
          .map(({ key, name }) => ({ value: key, label: name === key ? key : `${name} (${key})` })),
      ]}
    />
  );
}
