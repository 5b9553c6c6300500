import { useTranslation } from "react-i18next";
import type { Capacity } from "../../../db/model/inventory.ts";
import { INVENTORY_TABS, type InventoryTab } from "../../lib/inventory-url.ts";
import { useMay } from "../../lib/use-me.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { TabBar } from "../../parts/TabBar.tsx";
import { CapacityForm } from "./CapacityForm.tsx";
import { CapacityImport } from "./CapacityImport.tsx";
import { CapacityLines } from "./CapacityLines.tsx";

/** What is declared, and how to change it. */
export function CapacityPanel(props: {
  unseen: readonly Capacity[];
  tab: InventoryTab;
  onTab: (tab: InventoryTab) => void;
}) {
  const { t } = useTranslation();
  const mayWrite = useMay("inventory.write");
  const tab = mayWrite ? props.tab : "lines";
  return (
    <PanelFrame
      title={t("inventory.capacity.title")}
      actions={
        <a className="button" href="/api/capacity.csv" download>
          CSV
        </a>
      }
    >
      <TabBar
        label={t("inventory.capacity.title")}
        tabs={INVENTORY_TABS.filter((id) => mayWrite || id === "lines").map((id) => ({
          id,
          name: t(`inventory.capacity.tab.${id}`),
        }))}
        chosen={tab}
        onChoose={props.onTab}
      >
        {tab === "lines" && <CapacityLines unseen={props.unseen} mayWrite={mayWrite} />}
        {tab === "add" && <CapacityForm />}
        {tab === "import" && <CapacityImport />}
      </TabBar>
    </PanelFrame>
  );
}
