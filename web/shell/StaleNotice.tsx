import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "../lib/use-format.ts";
import { useStale } from "../live/use-stale.ts";

/** The dated veil's words. The figures keep their place. */
export function StaleNotice() {
  const { t } = useTranslation();
  const format = useFormat();
  const stale = useStale();
  return (
    <div role="status">
      {stale !== null && (
        <p className="stale-notice">
          <strong>{t("panel.stale", { time: format.dateTime(stale.asOf), offset: format.offset(stale.asOf) })}</strong>{" "}
          {stale.because === "lost" ? t("panel.staleLost") : t("panel.staleOld")}{" "}
          <Link to="/sources">{t("panel.toSources")}</Link>
        </p>
      )}
    </div>
  );
}
