import { Navigate, Outlet, useMatches, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay, useMePending } from "../../lib/use-me.ts";
import { LoadingRows } from "../../parts/Loading.tsx";
import { TabBar } from "../../parts/TabBar.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import "../../styles/pricing.css";
import "../../styles/review.css";
import "../../styles/mapping.css";
import "../../styles/alert-desks.css";
import "../../styles/patrol.css";

const TABS = [
  { id: "checks", to: "/patrol" },
  { id: "coverage", to: "/patrol/coverage" },
  { id: "reports", to: "/patrol/reports" },
  { id: "schedules", to: "/patrol/schedules" },
  { id: "guard", to: "/patrol/guard" },
] as const;

/** What was checked, what was seen, what was reported, when it is again, and when nothing may go wrong. */
export function PatrolFrame() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const path = useMatches({ select: (matches) => matches.at(-1)?.pathname ?? "" }).replace(/\/+$/, ""); // of what is drawn
  const isPending = useMePending();
  const maySeeAll = useMay("fleet.see"); // people with teams have their reports, and nothing else here
  const tabs = TABS.filter(({ id }) => id === "reports" || isPending || maySeeAll);
  const chosen = TABS.find(({ to }) => to === path)?.id ?? "checks";
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("patrol.title")}</h1>
        <AsOf />
        <p className="lead">{t(`patrol.lead.${chosen}`)}</p>
      </header>
      <TabBar
        label={t("patrol.tabs.label")}
        tabs={tabs.map(({ id }) => ({ id, name: t(`patrol.tabs.${id}`) }))}
        chosen={chosen}
        onChoose={(id) => void navigate({ to: TABS.find((tab) => tab.id === id)?.to ?? "/patrol" })}
      >
        {chosen === "reports" || maySeeAll ? (
          <Outlet />
        ) : isPending ? (
          <LoadingRows rows={6} />
        ) : (
          <Navigate to="/patrol/reports" replace />
        )}
      </TabBar>
    </div>
  );
}
