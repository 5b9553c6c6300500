import { useDeferredValue, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { CARD_SORTS, EVERY_CARD, encodeCardQuery, selectCards } from "../../../db/model/card-query.ts";
import type { CardRow } from "../../../db/model/views.ts";
import type { BoardView } from "../../lib/board-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useKeys } from "../../lib/use-keys.ts";
import { useCards, usePools } from "../../live/use-fleet.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { DataTable, type DataTableHandle } from "../../parts/DataTable.tsx";
import { LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { CardFilters } from "./CardFilters.tsx";
import { EmptyByFilter } from "./EmptyByFilter.tsx";
import { useCardColumns } from "./card-columns.tsx";
import { useActiveCard } from "./use-active-card.ts";

const NO_ROWS: readonly CardRow[] = [];
const uuidOf = (row: CardRow): string => row.uuid;

/** Every card in scope, filtered and sorted as the address says. */
export function CardsPanel({ view, onChange }: { view: BoardView; onChange: ChangeBoard }) {
  const { t } = useTranslation();
  const format = useFormat();
  const cards = useCards();
  const pools = usePools();
  const columns = useCardColumns(pools);
  const table = useRef<DataTableHandle>(null);
  const filter = useRef<HTMLInputElement>(null);
  const rows = useDeferredValue(cards.data?.rows ?? NO_ROWS); // typing and scrolling go first
  const query = useDeferredValue(view.query);
  const shown = useMemo(() => selectCards(rows, pools, query), [rows, pools, query]);
  const { active, activate, step } = useActiveCard(shown, view, onChange);

  useKeys({
    "/": () => filter.current?.focus(),
    j: () => step(1),
    k: () => step(-1),
    Enter: () => {
      if (active !== null && document.activeElement === document.body) onChange({ card: active });
    },
    Escape: () => {
      if (view.card === null) return;
      onChange({ card: null });
      table.current?.focus();
    },
  });

  return (
    <PanelFrame
      title={t("cards.title")}
      className="panel-cards"
      note={
        cards.data !== undefined &&
        t("cards.shown", { shown: format.count(shown.length), total: format.count(rows.length) })
      }
      actions={
        <a className="button" href={`/api/cards.csv?${encodeCardQuery(view.query).toString()}`} download>
          {t("cards.csv")}
        </a>
      }
    >
      <CardFilters view={view} onChange={onChange} ref={filter} onLeave={() => table.current?.focus()} />
      {cards.error !== null && (
        <PanelError
          what={t("cards.title")}
          error={cards.error}
          kept={cards.data !== undefined}
          busy={cards.isFetching}
          onRetry={() => void cards.refetch()}
        />
      )}
      {cards.isPending && <LoadingRows rows={10} />}
      {cards.data !== undefined && shown.length === 0 && <EmptyByFilter view={view} onChange={onChange} />}
      {shown.length > 0 && (
        <DataTable
          label={t("cards.table")}
          rows={shown}
          columns={columns}
          rowId={uuidOf}
          maxHeight="max(320px, calc(100vh - 190px))"
          handle={table}
          sort={{
            by: view.query.sort,
            descending: view.query.descending,
            onChange: (by) => onChange({ query: nextSort(view, by) }, "replace"),
          }}
          active={{
            id: active,
            onMove: (row) => activate(row.uuid),
            onOpen: (row) => {
              activate(row.uuid);
              onChange({ card: row.uuid });
            },
          }}
        />
      )}
    </PanelFrame>
  );
}

/** The first click sorts the way the column is read (figures: most first), the second turns it, the third lets go. */
function nextSort(view: BoardView, by: string): Pick<BoardView["query"], "sort" | "descending"> {
  const sort = CARD_SORTS.find((s) => s === by) ?? EVERY_CARD.sort;
  const mostFirst = ["util", "util24h", "memory", "power", "temperature", "since", "lastRead"].includes(sort);
  if (view.query.sort !== sort) return { sort, descending: mostFirst };
  if (view.query.descending === mostFirst) return { sort, descending: !mostFirst };
  return { sort: EVERY_CARD.sort, descending: EVERY_CARD.descending };
}
