import { useTranslation } from "react-i18next";
import { MappingLink } from "../../parts/MappingLink.tsx";

/** How to begin: what makes card-time a feature's. */
export function FirstFeature() {
  const { t } = useTranslation();
  return (
    <section className="first-source">
      <h2>{t("features.empty.title")}</h2>
      <p>{t("features.empty.lead")}</p>
      <ol className="first-steps">
        <li>{t("features.empty.feature")}</li>
        <li>{t("features.empty.rule")}</li>
        <li>{t("features.empty.units")}</li>
      </ol>
      <p>
        <MappingLink className="button">{t("features.toMapping")}</MappingLink>
      </p>
    </section>
  );
}
