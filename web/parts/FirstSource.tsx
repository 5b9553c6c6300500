import { useTranslation } from "react-i18next";
import { CopyText } from "./CopyText.tsx";
import { EXAMPLE_SOURCES } from "./example-sources.ts";

/** How to begin: what to write, where, and how to check it. */
export function FirstSource({ title, lead }: { title: string; lead: string }) {
  const { t } = useTranslation();
  return (
    <section className="first-source">
      <h2>{title}</h2>
      <p>{lead}</p>
      <div className="snippet">
        <pre tabIndex={0} role="region" aria-label={t("empty.example")}>
          {EXAMPLE_SOURCES}
        </pre>
        <CopyText text={EXAMPLE_SOURCES} label={t("empty.copy")} done={t("empty.copied")} />
      </div>
      <p>{t("empty.check")}</p>
    </section>
  );
}
