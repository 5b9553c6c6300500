import { Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useHasTeams, useMay, useMePending } from "../../lib/use-me.ts";
import { Forbidden } from "../../parts/Forbidden.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { TabBar } from "../../parts/TabBar.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import "../../styles/alerts.css";

const TABS = [
  { id: "incidents", to: "/alerts" },
  { id: "rules", to: "/alerts/rules" },
  { id: "silences", to: "/alerts/silences" },
  { id: "channels", to: "/alerts/channels" },
] as const;

type Tab = (typeof TABS)[number]["id"];

/** What fires, what is watched for, what is quiet on purpose, and who is told: four lists under one heading. */
export function AlertsFrame() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const maySeeAll = useMay("fleet.see"); // rules and silences are the whole fleet's
  const mayChannels = useMay("channels.write");
  const hasTeams = useHasTeams();
  const isPending = useMePending();
  const path = useLocation().pathname.replace(/\/+$/, "");
  const chosen = TABS.find(({ to }) => to === path)?.id ?? "incidents";
  const isTheirs = (id: Tab) => id === "incidents" || (id === "channels" ? mayChannels : maySeeAll);
  const tabs = TABS.filter(({ id }) => id === chosen || isTheirs(id));
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
        {isTheirs(chosen) ? (
          <Outlet />
        ) : isPending ? (
          <LoadingRows rows={6} />
        ) : (
          <Forbidden
            what={t(`alerts.tabs.${chosen}`)}
            right={chosen === "channels" && !hasTeams ? "channels.write" : null}
          />
        )}
      </TabBar>
    </div>
  );
}
