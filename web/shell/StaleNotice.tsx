import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "../lib/use-format.ts";
import { useNow } from "../lib/use-now.ts";
import { STALE_AFTER_MS, useLiveStatus } from "../live/live-fleet.ts";

/** Why the figures must not be taken for the present, or null. */
export function useStale(): { readonly asOf: number; readonly because: "lost" | "old" } | null {
  const now = useNow();
  const { link, asOf } = useLiveStatus();
  if (asOf === null) return null;
  if (link === "lost") return { asOf, because: "lost" };
  return now - asOf > STALE_AFTER_MS ? { asOf, because: "old" } : null;
}

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
