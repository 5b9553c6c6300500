import { useTranslation } from "react-i18next";
import type { Severity } from "../../db/model/rule.ts";

const LOOK = { P1: "critical", P2: "warning", P3: "notice" } as const satisfies Record<Severity, string>;

/** How bad an incident is, as a shape in its colour: square, triangle, dot. */
export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <svg className={`mark mark-${LOOK[severity]}`} width={12} height={12} viewBox="0 0 12 12" aria-hidden>
      {severity === "P1" && <rect x="1" y="1" width="10" height="10" fill="currentColor" />}
      {severity === "P2" && <path d="M6 .8 11.6 11H.4z" fill="currentColor" />}
      {severity === "P3" && <circle cx="6" cy="6" r="4" fill="currentColor" />}
    </svg>
  );
}

/** The shape with its word. */
export function SeverityWord({ severity }: { severity: Severity }) {
  const { t } = useTranslation();
  return (
    <span className="state-word">
      <SeverityMark severity={severity} />
      {t(`alerts.severity.${severity}`)}
    </span>
  );
}
