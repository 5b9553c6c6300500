import { Checkbox } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useMay } from "../lib/use-me.ts";

/** Whether messages name amounts. Only who sees amounts can have them sent; what others save names none. */
export function ShowsMoney({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  const { t } = useTranslation();
  const seesMoney = useMay("money.see");
  if (!seesMoney) return <p className="muted">{t("channels.form.hidesMoney")}</p>;
  return (
    <Checkbox
      size="xs"
      label={t("channels.form.showsMoney")}
      description={t("channels.form.showsMoneySays")}
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
