import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** The same figures as a picture or as a table. */
export function AsSwitch({ as, onAs }: { as: "chart" | "table"; onAs: (as: "chart" | "table") => void }) {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("history.view")}
      value={as}
      onChange={(next) => onAs(next === "table" ? "table" : "chart")}
      data={[
        { value: "chart", label: t("history.asChart") },
        { value: "table", label: t("history.asTable") },
      ]}
    />
  );
}
