import { IconLayoutDashboard, IconPlugConnected } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "../lib/use-format.ts";
import { useSummary } from "../live/use-fleet.ts";

/** Only pages that exist. */
export function Nav({ open, onGo }: { open: boolean; onGo: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const down = useSummary().data?.sources.down ?? 0;
  return (
    <nav id="nav" className={open ? "nav nav-open" : "nav"} aria-label={t("nav.label")}>
      <Link to="/board" className="nav-link" onClick={onGo}>
        <IconLayoutDashboard size={16} aria-hidden />
        {t("nav.board")}
      </Link>
      <p className="nav-group">{t("nav.admin")}</p>
      <Link to="/sources" className="nav-link" onClick={onGo}>
        <IconPlugConnected size={16} aria-hidden />
        {t("nav.sources")}
        {down > 0 && (
          <span className="nav-count" title={t("sources.someDown", { count: down })}>
            {format.count(down)}
          </span>
        )}
      </Link>
    </nav>
  );
}
