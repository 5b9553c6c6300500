import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay } from "../../lib/use-me.ts";
import { TabBar } from "../../parts/TabBar.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import "../../styles/alerts.css";

const TABS = [
  { id: "incidents", to: "/alerts" },
  { id: "rules", to: "/alerts/rules" },
  { id: "silences", to: "/alerts/silences" },
  { id: "channels", to: "/alerts/channels" },
] as const;

/** What fires, what is watched for, what is quiet on purpose, and who is told: four lists under one heading. */
export function AlertsFrame() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const maySeeAll = useMay("fleet.see"); // rules and silences are the whole fleet's
  const mayChannels = useMay("channels.write");
  const path = useLocation().pathname.replace(/\/+$/, "");
  const chosen = TABS.find(({ to }) => to === path)?.id ?? "incidents";
  const tabs = TABS.filter(
    ({ id }) => id === "incidents" || id === chosen || (id === "channels" ? mayChannels : maySeeAll),
  );
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("alerts.title")}</h1>
        <AsOf />
        <p className="lead">{t(`alerts.lead.${chosen}`)}</p>
      </header>
      <TabBar
        label={t("alerts.tabs.label")}
        tabs={tabs.map(({ id }) => ({ id, name: t(`alerts.tabs.${id}`) }))}
        chosen={chosen}
        onChoose={(id) => void navigate({ to: TABS.find((tab) => tab.id === id)?.to ?? "/alerts" })}
      >
        <Outlet />
      </TabBar>
    </div>
  );
}
