import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { EVERY_CARD, selectCards } from "../../../db/model/card-query.ts";
import type { CardRow } from "../../../db/model/views.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useCards, usePools } from "../../live/use-fleet.ts";
import { Cut } from "../../parts/Cut.tsx";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { StateWord } from "../../parts/StateMark.tsx";
import { downloadCards } from "./cards-csv.ts";

const uuidOf = (row: CardRow): string => row.uuid;

/** The cards of the pool as they are now, what a person must see first on top; Enter opens a card's page. */
export function PoolCards(props: { poolId: number; active: string | null; onActive: (uuid: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const cards = useCards();
  const pools = usePools();
  const { poolId } = props;
  const all = cards.data?.rows;
  const rows = useMemo(
    () =>
      selectCards(
        (all ?? []).filter((row) => row.poolId === poolId),
        pools,
        EVERY_CARD,
      ),
    [all, pools, poolId],
  );
  const columns = useMemo(() => {
    const column = (
      id: string,
      title: string,
      width: number,
      draw: (row: CardRow) => React.ReactNode,
      align?: "right",
    ): DataColumn<CardRow> => ({
      id,
      meta: { width, title, ...(align && { align }) },
      cell: ({ row }) => draw(row.original),
    });
    return [
      column("state", t("reading.state"), 112, (row) => <StateWord state={row.state} />),
      column("uuid", "UUID", 190, (row) => <Cut text={row.uuid} empty="" />),
      column("node", t("fact.node"), 150, (row) => <Cut text={row.node} empty={t("fact.notSaid")} />),
      column("position", t("card.position"), 116, (row) => row.position),
      column("holder", t("card.holder"), 170, (row) => <Cut text={row.holder} empty={t("cards.nobody")} />),
      column("util", t("reading.util"), 96, (row) => format.percent(row.utilRatio), "right"),
      column("util24h", t("poolPage.figures.utilDay"), 112, (row) => format.percent(row.util24h), "right"),
      column(
        "memory",
        t("reading.memory"),
        110,
        (row) => format.bytesOf(row.memoryUsedBytes, row.memoryTotalBytes),
        "right",
      ),
      column("power", t("reading.power"), 80, (row) => format.watts(row.powerWatts), "right"),
      column("temperature", t("reading.temperature"), 92, (row) => format.celsius(row.temperatureCelsius), "right"),
    ];
  }, [t, format]);
  return (
    <PanelFrame
      title={t("poolPage.cards.title")}
      note={all !== undefined && t("poolPage.cards.count", { count: rows.length })}
      actions={
        <button
          type="button"
          className="button"
          disabled={rows.length === 0}
          onClick={() => downloadCards(poolId, rows)}
        >
          {t("poolPage.cards.csv")}
        </button>
      }
    >
      {cards.error !== null && (
        <PanelError
          what={t("poolPage.cards.title")}
          error={cards.error}
          kept={all !== undefined}
          busy={cards.isFetching}
          onRetry={() => void cards.refetch()}
        />
      )}
      {cards.isPending && <LoadingRows rows={6} />}
      {all !== undefined && rows.length === 0 && <p className="panel-empty">{t("poolPage.cards.none")}</p>}
      {rows.length > 0 && (
        <DataTable
          label={t("poolPage.cards.title")}
          rows={rows}
          columns={columns}
          rowId={uuidOf}
          maxHeight="480px"
          active={{
            id: props.active,
            onMove: (row) => props.onActive(row.uuid),
            onOpen: (row) => void navigate({ to: "/cards/$uuid", params: { uuid: row.uuid } }),
          }}
        />
      )}
    </PanelFrame>
  );
}
