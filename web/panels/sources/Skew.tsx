import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/use-format.ts";
import { NOT_SAID_TEXT } from "../../lib/format.ts";

/** Past this, readings may fall into the wrong slot unseen. */
const SKEW_LIMIT_MS = 30_000;

/** How far a target's clock is off, flagged when it matters. */
export function Skew({ ms }: { ms: number | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (ms === null) return NOT_SAID_TEXT;
  const text = Math.abs(ms) < 1_000 ? `${format.decimal(ms)} ms` : `${format.decimal(ms / 1_000, 1)} s`;
  if (Math.abs(ms) <= SKEW_LIMIT_MS) return text;
  return (
    <span className="skew-high" title={t("sources.skewHigh")}>
      <svg className="mark mark-warning" width={10} height={10} viewBox="0 0 12 12" aria-hidden>
        <path d="M6 .8 11.6 11H.4z" fill="currentColor" />
      </svg>
      {text}
      <span className="sr">{t("sources.skewHigh")}</span>
    </span>
  );
}
