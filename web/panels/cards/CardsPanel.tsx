import { type RefObject, useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { BoardPool } from "../../../db/model/board-views.ts";
import { CARD_SORTS, EVERY_CARD, encodeCardQuery, selectCards } from "../../../db/model/card-query.ts";
import type { CardRow } from "../../../db/model/views.ts";
import type { BoardView } from "../../lib/board-url.ts";
import { type Cell, csvText, download } from "../../lib/csv.ts";
import { useFormat } from "../../lib/use-format.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { DataTable, type DataTableHandle } from "../../parts/DataTable.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { EmptyByFilter } from "./EmptyByFilter.tsx";
import { useCardColumns } from "./card-columns.tsx";

const uuidOf = (row: CardRow): string => row.uuid;

/** Every card in scope, filtered and sorted as the address says. */
export function CardsPanel(props: {
  rows: readonly CardRow[] | undefined; // in scope
  pools: ReadonlyMap<number, BoardPool>;
  query: { error: unknown; isFetching: boolean; refetch: () => Promise<unknown> };
  view: BoardView;
  active: string | null;
  onActivate: (uuid: string) => void;
  onChange: ChangeBoard;
  table: RefObject<DataTableHandle | null>;
  onReady: () => void; // the table stands and can take the focus
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const { rows, pools, query, view, onChange, onActivate, onReady } = props;
  const columns = useCardColumns(pools);
  const shown = useMemo(
    () => (rows === undefined ? [] : selectCards(rows, pools, view.query)),
    [rows, pools, view.query],
  );
  useEffect(onReady, [onReady]);
  return (
    <div className="panel-cards">
      <div className="pivot-head">
        {rows !== undefined && (
          <span className="panel-note">
            {t("cards.shown", { shown: format.count(shown.length), total: format.count(rows.length) })}
          </span>
        )}
        <div className="panel-actions">
          <CsvLink view={view} rows={shown} pools={pools} />
        </div>
      </div>
      {query.error !== null && (
        <PanelError
          what={t("cards.title")}
          error={query.error}
          kept={rows !== undefined}
          busy={query.isFetching}
          onRetry={() => void query.refetch()}
        />
      )}
      {rows === undefined && query.error === null && <LoadingRows rows={10} />}
      {rows !== undefined && shown.length === 0 && <EmptyByFilter view={view} onChange={onChange} />}
      {shown.length > 0 && (
        <DataTable
          label={t("cards.table")}
          rows={shown}
          columns={columns}
          rowId={uuidOf}
          maxHeight="max(320px, calc(100vh - 190px))"
          handle={props.table}
          sort={{
            by: view.query.sort,
            descending: view.query.descending,
            onChange: (by) => onChange({ query: nextSort(view, by) }, "replace"),
          }}
          active={{
            id: props.active,
            onMove: (row) => onActivate(row.uuid),
            onOpen: (row) => {
              onActivate(row.uuid);
              onChange({ card: row.uuid });
            },
          }}
        />
      )}
    </div>
  );
}

/** The live table comes whole from the server; what only this page knows (a past moment, tiers) is written here. */
function CsvLink(props: { view: BoardView; rows: readonly CardRow[]; pools: ReadonlyMap<number, BoardPool> }) {
  const { t } = useTranslation();
  const { view, rows, pools } = props;
  if (view.at === null && view.tiers.length === 0)
    return (
      <a className="button" href={`/api/cards.csv?${encodeCardQuery(view.query).toString()}`} download>
        {t("cards.csv")}
      </a>
    );
  const make = () => download("dapan-cards.csv", csvText(cardCells(rows, pools)));
  return (
    <button type="button" className="button" onClick={make}>
      {t("cards.csv")}
    </button>
  );
}

function cardCells(rows: readonly CardRow[], pools: ReadonlyMap<number, BoardPool>): (readonly Cell[])[] {
  const head = [
    "uuid",
    "state",
    "node",
    "vendor",
    "region",
    "zone",
    "cluster",
    "model",
    "billing",
    "tier",
    "utilisation",
  ];
  return [
    head,
    ...rows.map((row): Cell[] => {
      const pool = pools.get(row.poolId);
      const place = [pool?.vendor, pool?.region, pool?.zone, pool?.cluster, pool?.model, pool?.billing];
      const tier = pool === undefined ? null : `P${pool.tier.tier}`;
      return [row.uuid, row.state, row.node, ...place.map((part) => part ?? null), tier, row.utilRatio];
    }),
  ];
}

/** The first click sorts the way the column is read (figures: most first), the second turns it, the third lets go. */
function nextSort(view: BoardView, by: string): Pick<BoardView["query"], "sort" | "descending"> {
  const sort = CARD_SORTS.find((s) => s === by) ?? EVERY_CARD.sort;
  const mostFirst = ["util", "util24h", "memory", "power", "temperature", "since", "lastRead"].includes(sort);
  if (view.query.sort !== sort) return { sort, descending: mostFirst };
  if (view.query.descending === mostFirst) return { sort, descending: !mostFirst };
  return { sort: EVERY_CARD.sort, descending: EVERY_CARD.descending };
}
