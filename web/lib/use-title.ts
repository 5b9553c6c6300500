import { useEffect } from "react";
import { useTranslation } from "react-i18next";

/** Names the browser's tab after the page. */
export function useTitle(page: string): void {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = t("app.title", { page });
  }, [t, page]);
}
