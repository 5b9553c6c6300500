import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { decodeInventory, encodeInventory, type InventoryUrl } from "../../lib/inventory-url.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useTitle } from "../../lib/use-title.ts";
import { CapacityPanel } from "../../panels/inventory/CapacityPanel.tsx";
import { InventoryNodes } from "../../panels/inventory/InventoryNodes.tsx";
import { InventoryPools } from "../../panels/inventory/InventoryPools.tsx";
import { InventorySums } from "../../panels/inventory/InventorySums.tsx";
import { LifeFinder } from "../../panels/inventory/LifeFinder.tsx";
import { ReturnedPanel } from "../../panels/inventory/ReturnedPanel.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/inventory.css";

/** What contracts promise beside what exporters show, and what became of each card. */
export function InventoryPage() {
  const { t } = useTranslation();
  useTitle(t("inventory.title"));
  const search = useSearch({ from: "/inventory" });
  const navigate = useNavigate({ from: "/inventory" });
  const view = useMemo(() => decodeInventory(toParams(search)), [search]);
  const change = (part: Partial<InventoryUrl>) =>
    void navigate({
      replace: true,
      search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeInventory({ ...view, ...part })) }),
    });
  const asked = useQuery(
    trpc.inventory.view.queryOptions({ everyNode: view.everyNode }, { refetchInterval: MINUTE_MS }),
  );
  const { data } = asked;
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("inventory.title")}</h1>
        {data !== undefined && <AsOf at={data.asOf} />}
        <p className="lead">{t("inventory.lead")}</p>
      </header>
      {asked.error !== null && (
        <PanelError
          what={t("inventory.title")}
          wholePage
          error={asked.error}
          kept={data !== undefined}
          busy={asked.isFetching}
          onRetry={() => void asked.refetch()}
        />
      )}
      {asked.isPending && <LoadingRows rows={8} height={40} />}
      {data !== undefined && (
        <>
          <InventorySums totals={data.totals} />
          {data.returned.length > 0 && <ReturnedPanel returned={data.returned} />}
          <InventoryNodes view={data} everyNode={view.everyNode} onEveryNode={(everyNode) => change({ everyNode })} />
          <InventoryPools view={data} />
          <CapacityPanel unseen={data.unseen} tab={view.tab} onTab={(tab) => change({ tab })} />
          <LifeFinder card={view.card} onCard={(card) => change({ card })} />
        </>
      )}
    </div>
  );
}
