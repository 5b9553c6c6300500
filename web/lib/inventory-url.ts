/** What of the inventory page stands in its address. */
export const INVENTORY_TABS = ["lines", "add", "import"] as const;
export type InventoryTab = (typeof INVENTORY_TABS)[number];
export type InventoryUrl = {
  readonly everyNode: boolean;
  readonly tab: InventoryTab;
  readonly card: string; // UUID or serial number whose life is shown; "" = none
};

const MOST_TEXT = 200;

/** Total, like every codec of an address. */
export function decodeInventory(params: URLSearchParams): InventoryUrl {
  return {
    everyNode: params.get("nodes") === "all",
    tab: INVENTORY_TABS.find((known) => known === params.get("tab")) ?? "lines",
    card: (params.get("card") ?? "").slice(0, MOST_TEXT),
  };
}

export function encodeInventory({ everyNode, tab, card }: InventoryUrl): URLSearchParams {
  const params = new URLSearchParams();
  if (everyNode) params.set("nodes", "all");
  if (tab !== "lines") params.set("tab", tab);
  if (card !== "") params.set("card", card);
  return params;
}
