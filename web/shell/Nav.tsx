import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormat } from "../lib/use-format.ts";
import { useAlertsHead } from "../live/use-alerts.ts";
import { useApprovals } from "../live/use-approvals.ts";
import { useSummary } from "../live/use-fleet.ts";
import type { PAGES } from "./pages.ts";
import { usePages } from "./use-pages.ts";

type Page = (typeof PAGES)[number];

/** Only pages that exist, and that one may see. */
export function Nav({ open, onGo }: { open: boolean; onGo: () => void }) {
  const { t } = useTranslation();
  const pages = usePages();
  const link = (page: Page) => <PageLink key={page.id} page={page} onGo={onGo} />;
  return (
    <nav id="nav" className={open ? "nav nav-open" : "nav"} aria-label={t("nav.label")}>
      {pages.filter((page) => page.group === "work").map(link)}
      <p className="nav-group">{t("nav.admin")}</p>
      {pages.filter((page) => page.group === "admin").map(link)}
    </nav>
  );
}

function PageLink({ page, onGo }: { page: Page; onGo: () => void }) {
  const { t } = useTranslation();
  return (
    <Link to={page.to} className="nav-link" onClick={onGo}>
      <page.Icon size={16} aria-hidden />
      {t(`nav.${page.id}`)}
      {page.id === "sources" && <SourcesDown />}
      {page.id === "alerts" && <IncidentsOpen />}
      {page.id === "approvals" && <WaitForMe />}
    </Link>
  );
}

function SourcesDown() {
  const { t } = useTranslation();
  const format = useFormat();
  const down = useSummary().data?.sources.down ?? 0;
  if (down === 0) return null;
  return (
    <span className="nav-count" title={t("sources.someDown", { count: down })}>
      {format.count(down)}
    </span>
  );
}

/** What fires, is told and cannot wait for the weekly look at P3; nothing while nobody knows. */
function IncidentsOpen() {
  const { t } = useTranslation();
  const format = useFormat();
  const counts = useAlertsHead().data?.counts;
  const open = counts === undefined ? 0 : counts.P1 + counts.P2;
  if (counts === undefined || open === 0) return null;
  return (
    <span
      className={counts.P1 > 0 ? "nav-count" : "nav-count nav-count-calm"}
      title={t("alerts.nav", { count: open, n: format.count(open) })}
    >
      {format.count(open)}
    </span>
  );
}

/** What this person may decide. */
function WaitForMe() {
  const { t } = useTranslation();
  const format = useFormat();
  const mine = useApprovals().data?.filter(({ mayDecide }) => mayDecide).length ?? 0;
  if (mine === 0) return null;
  return (
    <span className="nav-count nav-count-calm" title={t("approvals.nav", { count: mine, n: format.count(mine) })}>
      {format.count(mine)}
    </span>
  );
}
