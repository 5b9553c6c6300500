import { useTranslation } from "react-i18next";
import { useTitle } from "../../lib/use-title.ts";

export function SilencesPage() {
  const { t } = useTranslation();
  useTitle(t("alerts.tabs.silences"));
  return <h2>{t("alerts.tabs.silences")}</h2>;
}
