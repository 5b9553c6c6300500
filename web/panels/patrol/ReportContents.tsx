import { useTranslation } from "react-i18next";
import type { ReportDocument } from "../../../db/model/report-document.ts";
import { anchorOf } from "./ReportPaper.tsx";

/** The contents of a report; a press goes there and takes the focus along. */
export function ReportContents({ document }: { document: ReportDocument }) {
  const { t } = useTranslation();
  return (
    <nav className="paper-contents" aria-label={t("patrol.viewer.contents")}>
      <h2>{t("patrol.viewer.contents")}</h2>
      <ol>
        {document.sections.map(({ id, title }) => (
          <li key={id}>
            <a
              href={`#${anchorOf(id)}`}
              onClick={(event) => {
                event.preventDefault();
                const heading = window.document.getElementById(anchorOf(id));
                heading?.scrollIntoView();
                heading?.focus({ preventScroll: true });
              }}
            >
              {title}
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
