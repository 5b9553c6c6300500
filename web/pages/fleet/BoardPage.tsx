import { SegmentedControl } from "@mantine/core";
import { memo, useCallback, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { COMPARE_BACK } from "../../../db/model/board-views.ts";
import { selectCards } from "../../../db/model/card-query.ts";
import { BOARD_TABS, type BoardView } from "../../lib/board-url.ts";
import { coverageOf } from "../../lib/fleet.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useHasTeams } from "../../lib/use-me.ts";
import { useKeys } from "../../lib/use-keys.ts";
import { useTitle } from "../../lib/use-title.ts";
import { useSummary } from "../../live/use-fleet.ts";
import { useStale } from "../../live/use-stale.ts";
import { CardDrawer } from "../../panels/card/CardDrawer.tsx";
import { CardFilters } from "../../panels/cards/CardFilters.tsx";
import { CardsPanel } from "../../panels/cards/CardsPanel.tsx";
import { EmptyByFilter } from "../../panels/cards/EmptyByFilter.tsx";
import { useActiveCard } from "../../panels/cards/use-active-card.ts";
import { HistoryPanel } from "../../panels/history/HistoryPanel.tsx";
import { KpiStrip } from "../../panels/kpi/KpiStrip.tsx";
import { PivotPanel } from "../../panels/pivot/PivotPanel.tsx";
import { ScopeChips } from "../../panels/scope/ScopeChips.tsx";
import { PastNotice } from "../../panels/timeslider/PastNotice.tsx";
import { TimeSlider } from "../../panels/timeslider/TimeSlider.tsx";
import { TreemapPanel } from "../../panels/treemap/TreemapPanel.tsx";
import { SavedViews } from "../../panels/views/SavedViews.tsx";
import { WallPanel } from "../../panels/wall/WallPanel.tsx";
import type { DataTableHandle } from "../../parts/DataTable.tsx";
import { ErrorBoundary } from "../../parts/ErrorBoundary.tsx";
import { FirstSource } from "../../parts/FirstSource.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { TabBar } from "../../parts/TabBar.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { useBoardData } from "./use-board-data.ts";
import { type ChangeBoard, useBoardView } from "./use-board-view.ts";

const Treemap = memo(TreemapPanel);
const Wall = memo(WallPanel);
const Pivot = memo(PivotPanel);
const Cards = memo(CardsPanel);
const History = memo(HistoryPanel);

/** Every card by place, model, price, tier and state, now or at a past moment; where the morning begins. */
export function BoardPage() {
  const { t } = useTranslation();
  useTitle(t("board.title"));
  const [view, change] = useBoardView();
  const data = useBoardData(view);
  const { board, cards } = data;
  const isStale = useStale() !== null && view.at === null;
  const filter = useRef<HTMLInputElement>(null);
  const table = useRef<DataTableHandle>(null);
  const { active, activate, step } = useActiveCard(
    () => selectCards(data.scoped ?? [], data.byId, view.query),
    view,
    change,
  );
  const goToTable = useFocusTable(table, view, change);

  useKeys({
    "/": () => filter.current?.focus(),
    j: () => step(1),
    k: () => step(-1),
    Enter: () => {
      if (active !== null && document.activeElement === document.body) change({ card: active });
    },
    Escape: () => {
      if (view.card !== null) change({ card: null });
    },
  });

  const isEmpty = board.data?.pools.length === 0 && view.at === null && (cards.rows ?? []).length === 0;
  const classes = ["page", "board", isStale && "page-stale", view.at !== null && "page-past"].filter(Boolean);
  return (
    <div className={classes.join(" ")}>
      <Head view={view} data={data} onChange={change} />
      {board.error !== null && (
        <PanelError
          what={t("board.what")}
          wholePage={cards.rows === undefined}
          error={board.error}
          kept={board.data !== undefined}
          busy={board.isFetching}
          onRetry={() => void board.refetch()}
        />
      )}
      {isEmpty && <FirstSource title={t("empty.title")} lead={t("empty.lead")} />}
      {!isEmpty && (
        <>
          <div className="board-bar">
            <CardFilters view={view} pools={data.all} onChange={change} ref={filter} onLeave={goToTable.ask} />
            <ScopeChips view={view} onChange={change} />
          </div>
          <TimeSlider view={view} zone={board.data?.zone ?? "UTC"} onChange={change} />
          <PastNotice board={board.data} view={view} onChange={change} />
          {board.isPending ? (
            <BoardSkeleton />
          ) : (
            <Answer
              data={data}
              active={active}
              activate={activate}
              table={table}
              ready={goToTable.ready}
              onChange={change}
            />
          )}
        </>
      )}
      {view.card !== null && <CardDrawer uuid={view.card} view={view} onChange={change} />}
    </div>
  );
}

type Data = ReturnType<typeof useBoardData>;

function Head({ view, data, onChange }: { view: BoardView; data: Data; onChange: ChangeBoard }) {
  const { t } = useTranslation();
  const format = useFormat();
  const hasTeams = useHasTeams();
  const coverage = coverageOf(data.sum.day);
  return (
    <header className="page-head board-head">
      <h1>{t("board.title")}</h1>
      {view.at === null && <AsOf />}
      {coverage !== null && <span className="as-of">{t("head.coverage", { share: format.coverage(coverage) })}</span>}
      <div className="board-acts">
        {!hasTeams && <Against view={view} onChange={onChange} />}
        <SavedViews view={view} onChange={onChange} />
      </div>
    </header>
  );
}

function Against({ view, onChange }: { view: BoardView; onChange: ChangeBoard }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="muted board-compare" aria-hidden>
        {t("board.compare")}
      </span>
      <SegmentedControl
        size="xs"
        aria-label={t("board.compare")}
        value={view.against ?? "none"}
        onChange={(value) => onChange({ against: COMPARE_BACK.find((back) => back === value) ?? null }, "replace")}
        data={[...COMPARE_BACK, "none" as const].map((value) => ({ value, label: t(`board.against.${value}`) }))}
      />
    </>
  );
}

/** The figures and pictures. What failed is said where it would stand; the rest goes on. */
function Answer(props: {
  data: Data;
  active: string | null;
  activate: (uuid: string) => void;
  table: React.RefObject<DataTableHandle | null>;
  ready: () => void;
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  const { data, onChange } = props;
  const { view, board, cards, compare, all, still, pools, sum, byId, scoped, kept, before } = data;
  const targets = useSummary().data?.sources ?? null;
  const answer = board.data;
  const isWaiting = board.isPlaceholderData;
  if (answer !== undefined && all.length > 0 && still.length === 0)
    return (
      <section className="panel">
        <EmptyByFilter view={view} onChange={onChange} />
      </section>
    );
  return (
    <div className={isWaiting ? "board-body board-waiting" : "board-body"} aria-busy={isWaiting}>
      {answer !== undefined && (
        <KpiStrip sum={sum} compared={before} board={answer} view={view} targets={answer.isLive ? targets : null} />
      )}
      {compare.error !== null && view.against !== null && (
        <PanelError
          what={t("board.compareWhat")}
          error={compare.error}
          busy={compare.isFetching}
          onRetry={() => void compare.refetch()}
        />
      )}
      {answer !== undefined && answer.missingRates.length > 0 && (
        <p className="board-note" role="status">
          {t("board.missingRates", { currencies: answer.missingRates.join(", "), currency: answer.currency })}
        </p>
      )}
      <div className={answer === undefined ? undefined : "board-middle"}>
        {answer !== undefined && <Treemap pools={still} board={answer} view={view} onChange={onChange} />}
        <Wall rows={scoped} kept={kept} pools={byId} query={cards.query} view={view} onChange={onChange} />
      </div>
      <section className="panel board-lower" aria-label={t("board.tabs")}>
        <TabBar
          label={t("board.tabs")}
          tabs={BOARD_TABS.map((id) => ({ id, name: t(`board.tab.${id}`) }))}
          chosen={view.tab}
          onChoose={(tab) => onChange({ tab }, "replace")}
        >
          <ErrorBoundary what={t(`board.tab.${view.tab}`)} key={view.tab}>
            {view.tab === "pivot" && answer !== undefined && (
              <Pivot pools={pools} sum={sum} before={before} board={answer} view={view} onChange={onChange} />
            )}
            {view.tab === "cards" && (
              <Cards
                rows={scoped}
                pools={byId}
                query={cards.query}
                view={view}
                active={props.active}
                onActivate={props.activate}
                onChange={onChange}
                table={props.table}
                onReady={props.ready}
              />
            )}
            {view.tab === "history" && (
              <History pools={still} whole={still.length === all.length} view={view} onChange={onChange} />
            )}
          </ErrorBoundary>
        </TabBar>
      </section>
    </div>
  );
}

/** From the filter field to the table of what it found: the tab opens first, then the table takes the focus. */
function useFocusTable(table: React.RefObject<DataTableHandle | null>, view: BoardView, change: ChangeBoard) {
  const [asked, setAsked] = useState(false);
  const ready = useCallback(() => {
    if (!asked || table.current === null) return;
    table.current.focus();
    setAsked(false);
  }, [asked, table]);
  const ask = () => {
    if (view.tab === "cards") table.current?.focus();
    else {
      setAsked(true);
      change({ tab: "cards" }, "replace");
    }
  };
  return { ask, ready };
}

function BoardSkeleton() {
  return (
    <>
      <LoadingBlock height={110} />
      <div className="board-middle">
        <LoadingBlock height={436} />
        <LoadingBlock height={436} />
      </div>
      <LoadingBlock height={420} />
    </>
  );
}
