import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../lib/use-format.ts";
import { CardLink } from "../../parts/CardLink.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { PoolLink } from "../../parts/PoolLink.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/inventory.css";

/** Where a card stood, newest first, and which cards had its place before and after it. */
export function PlaceHistory({ card }: { card: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const asked = useQuery(trpc.inventory.places.queryOptions({ card }));
  return (
    <PanelFrame title={t("inventory.places.title")}>
      {asked.error !== null && (
        <PanelError
          what={t("inventory.places.title")}
          error={asked.error}
          busy={asked.isFetching}
          onRetry={() => void asked.refetch()}
        />
      )}
      {asked.isPending && <LoadingRows rows={2} height={28} />}
      {asked.data?.length === 0 && <p className="inventory-note">{t("inventory.places.none")}</p>}
      <ol className="inventory-life">
        {(asked.data ?? []).toReversed().map((stay) => (
          <li key={stay.from}>
            <strong className="mono">{[stay.node, stay.position].filter((part) => part !== "").join(" / ")}</strong>
            <span>
              {format.dateTime(stay.from)} – {stay.to === null ? t("inventory.places.now") : format.dateTime(stay.to)}
            </span>
            <span>
              <PoolLink id={stay.poolId} />
            </span>
            {stay.predecessor !== null && (
              <span>
                {t("inventory.places.predecessor")} <CardLink uuid={stay.predecessor} />
              </span>
            )}
            {stay.successor !== null && (
              <span>
                {t("inventory.places.successor")} <CardLink uuid={stay.successor} />
              </span>
            )}
          </li>
        ))}
      </ol>
    </PanelFrame>
  );
}
