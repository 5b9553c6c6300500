import { useTranslation } from "react-i18next";
import { useTitle } from "../../lib/use-title.ts";

export function RulesPage() {
  const { t } = useTranslation();
  useTitle(t("alerts.tabs.rules"));
  return <h2>{t("alerts.tabs.rules")}</h2>;
}
