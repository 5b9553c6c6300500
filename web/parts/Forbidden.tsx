import { useTranslation } from "react-i18next";

/** What is not for this reader, why, and who can change it. @param right null = it is about the whole fleet, and they have teams */
export function Forbidden({ what, right }: { what: string; right: string | null }) {
  const { t } = useTranslation();
  return (
    <div className="notice" role="status">
      <p className="notice-title">{t("panel.forbidden", { what })}</p>
      <p>{right === null ? t("panel.forbiddenWhole") : t("panel.forbiddenRight", { right })}</p>
    </div>
  );
}
