import {
  IconHistory,
  IconKey,
  IconUser,
  IconUsers,
  IconUserCheck,
  IconBellRinging,
  IconChartBar,
  IconChecklist,
  IconCoins,
  IconLayoutDashboard,
  IconPlugConnected,
  IconRoute,
  IconScale,
  IconSparkles,
  IconStairs,
  IconSunrise,
  IconPackages,
  IconShieldCheck,
} from "@tabler/icons-react";

/**
 * The pages of the console in the order of the menu: what the menu, the palette, the keys and their list all read. `whole`:
 * about the whole fleet, so closed to people with teams.
 */
export const PAGES = [
  { id: "today", to: "/today", key: "g t", group: "work", Icon: IconSunrise },
  { id: "alerts", to: "/alerts", key: "g a", group: "work", Icon: IconBellRinging },
  { id: "board", to: "/board", key: "g b", group: "work", Icon: IconLayoutDashboard },
  { id: "features", to: "/features", key: "g f", group: "work", Icon: IconSparkles },
  { id: "cost", to: "/cost", key: "g c", group: "work", needs: "money.see", Icon: IconChartBar },
  { id: "review", to: "/review", key: "g r", group: "work", whole: true, Icon: IconChecklist },
  { id: "patrol", to: "/patrol", key: "g w", group: "work", Icon: IconShieldCheck },
  { id: "tiers", to: "/tiers", key: "g l", group: "work", whole: true, Icon: IconStairs },
  { id: "pricing", to: "/pricing", key: "g p", group: "work", needs: "money.see", whole: true, Icon: IconCoins },
  { id: "inventory", to: "/inventory", key: "g i", group: "work", whole: true, Icon: IconPackages },
  { id: "mapping", to: "/mapping", key: "g m", group: "admin", Icon: IconRoute },
  { id: "units", to: "/units", key: "g u", group: "admin", Icon: IconScale },
  { id: "sources", to: "/sources", key: "g s", group: "admin", Icon: IconPlugConnected },
  { id: "approvals", to: "/approvals", key: "g y", group: "admin", Icon: IconUserCheck },
  { id: "audit", to: "/audit", key: "g d", group: "admin", needs: "audit.see", whole: true, Icon: IconHistory },
  { id: "people", to: "/people", key: "g o", group: "admin", needs: "access.manage", whole: true, Icon: IconUsers },
  { id: "tokens", to: "/tokens", key: "g k", group: "admin", Icon: IconKey },
  { id: "account", to: "/account", key: "g n", group: "admin", Icon: IconUser },
] as const;
