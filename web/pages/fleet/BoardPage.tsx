import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { coverageOf, poolsInScope, sumPools } from "../../lib/fleet.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useTitle } from "../../lib/use-title.ts";
import { useCards, useSummary } from "../../live/use-fleet.ts";
import { CardDrawer } from "../../panels/card/CardDrawer.tsx";
import { CardsPanel } from "../../panels/cards/CardsPanel.tsx";
import { GroupsPanel } from "../../panels/groups/GroupsPanel.tsx";
import { HistoryPanel } from "../../panels/history/HistoryPanel.tsx";
import { KpiStrip } from "../../panels/kpi/KpiStrip.tsx";
import { ScopeChips } from "../../panels/scope/ScopeChips.tsx";
import { FirstSource } from "../../parts/FirstSource.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { useStale } from "../../live/use-stale.ts";
import { useBoardView } from "./use-board-view.ts";

/** Every card by place, model, billing and state; where the morning begins. */
export function BoardPage() {
  const { t } = useTranslation();
  const format = useFormat();
  useTitle(t("board.title"));
  const [view, change] = useBoardView();
  const summary = useSummary();
  const cards = useCards();
  const stale = useStale() !== null;
  const data = summary.data;
  const rows = cards.data?.rows;
  const pools = useMemo(
    () => (data === undefined ? [] : poolsInScope(data, rows, view.query)),
    [data, rows, view.query],
  );
  const sums = useMemo(() => sumPools(pools), [pools]);
  const empty = data !== undefined && data.pools.length === 0 && (rows === undefined || rows.length === 0);

  return (
    <div className={stale ? "page page-stale" : "page"}>
      <header className="page-head">
        <h1>{t("board.title")}</h1>
        <AsOf />
        {data !== undefined && !empty && (
          <span className="as-of">{t("head.coverage", { share: format.coverage(coverageOf(sums.last24h)) })}</span>
        )}
      </header>
      {summary.error !== null && (
        <PanelError
          what={t("board.what")}
          wholePage
          error={summary.error}
          kept={data !== undefined}
          busy={summary.isFetching}
          onRetry={() => void summary.refetch()}
        />
      )}
      {summary.isPending && <BoardSkeleton />}
      {empty && <FirstSource title={t("empty.title")} lead={t("empty.lead")} />}
      {data !== undefined && !empty && (
        <>
          <ScopeChips view={view} onChange={change} />
          <KpiStrip sums={sums} targets={data.sources} states={view.query.states} onChange={change} />
          <div className="board-middle">
            <GroupsPanel pools={pools} sums={sums} view={view} onChange={change} />
            <HistoryPanel pools={pools} whole={pools.length === data.pools.length} view={view} onChange={change} />
          </div>
          <CardsPanel view={view} onChange={change} />
        </>
      )}
      {view.card !== null && <CardDrawer uuid={view.card} view={view} onChange={change} />}
    </div>
  );
}

function BoardSkeleton() {
  return (
    <>
      <LoadingBlock height={92} />
      <div className="board-middle">
        <LoadingBlock height={330} />
        <LoadingBlock height={330} />
      </div>
      <LoadingBlock height={420} />
    </>
  );
}
