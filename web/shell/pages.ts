import { IconLayoutDashboard, IconPlugConnected } from "@tabler/icons-react";

/** The pages of the console in the order of the menu: what the menu, the palette, the keys and their list all read. */
export const PAGES = [
  { id: "board", to: "/board", key: "g b", group: "work", Icon: IconLayoutDashboard },
  { id: "sources", to: "/sources", key: "g s", group: "admin", Icon: IconPlugConnected },
] as const;

export type PageId = (typeof PAGES)[number]["id"];
