import { useTranslation } from "react-i18next";

/** How bad a thing is: shape, colour and word. */
export function Status({ status }: { status: "critical" | "warning" | "unknown" }) {
  const { t } = useTranslation();
  return (
    <span className="state-word">
      <svg className={`mark mark-${status}`} width={12} height={12} viewBox="0 0 12 12" aria-hidden>
        {status === "critical" && <rect x="1" y="1" width="10" height="10" fill="currentColor" />}
        {status === "warning" && <path d="M6 .8 11.6 11H.4z" fill="currentColor" />}
        {status === "unknown" && (
          <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.3 2.3" />
        )}
      </svg>
      {t(`today.status.${status}`)}
    </span>
  );
}
