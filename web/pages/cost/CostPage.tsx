import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CostGroup } from "../../../db/model/ledger-views.ts";
import { COST_TABS, type CostUrl, decodeCost, encodeCost } from "../../lib/cost-url.ts";
import { costQuery } from "../../lib/ledger-questions.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useRange } from "../../lib/use-range.ts";
import { useTitle } from "../../lib/use-title.ts";
import { useCostNames } from "../../panels/cost/cost-names.ts";
import { CostChart } from "../../panels/cost/CostChart.tsx";
import { CostFilters } from "../../panels/cost/CostFilters.tsx";
import { CostGroups } from "../../panels/cost/CostGroups.tsx";
import { CostKpis } from "../../panels/cost/CostKpis.tsx";
import { CostPivotTable } from "../../panels/cost/CostPivotTable.tsx";
import { ProofProvider } from "../../panels/proof/ProofProvider.tsx";
import { BookingNotice } from "../../parts/BookingNotice.tsx";
import { LoadingBlock, LoadingRows } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { RangePicker } from "../../parts/RangePicker.tsx";
import { TabBar } from "../../parts/TabBar.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import "../../styles/features.css";
import "../../styles/proof.css";
import "../../styles/cost.css";

/** What card-time cost, by anything one can ask about. */
export function CostPage() {
  const { t } = useTranslation();
  useTitle(t("cost.title"));
  const search = useSearch({ from: "/cost" });
  const navigate = useNavigate({ from: "/cost" });
  const url = useMemo(() => decodeCost(toParams(search)), [search]);
  const change = useCallback(
    (part: Partial<CostUrl>, how: "push" | "replace" = "push") =>
      void navigate({
        replace: how === "replace",
        search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeCost({ ...url, ...part })) }),
      }),
    [navigate, url],
  );
  const days = useRange(url.range);
  const answer = useQuery(costQuery(days && { range: days.range, filter: url.filter, by: url.by }));
  const view = answer.data;
  const names = useCostNames();
  const by = view?.by ?? url.by;
  const nameOf = useCallback((group: CostGroup) => names(by, group), [names, by]);
  const isNarrowed = Object.keys(url.filter).length > 0;
  return (
    <ProofProvider ask={url.proof} choice={null} onAsk={(proof) => change({ proof })}>
      <div className={answer.isPlaceholderData ? "page page-waiting" : "page"}>
        <header className="page-head">
          <h1>{t("cost.title")}</h1>
          {view !== undefined && <AsOf at={view.asOf} />}
          <p className="lead">{t("cost.lead")}</p>
        </header>
        <div className="money-bar">
          {days !== null && <RangePicker ask={url.range} range={days.range} onChange={(range) => change({ range })} />}
        </div>
        <BookingNotice booking={view?.booking ?? null} />
        {answer.error !== null && (
          <PanelError
            what={t("cost.what")}
            wholePage
            error={answer.error}
            kept={view !== undefined}
            busy={answer.isFetching}
            onRetry={() => void answer.refetch()}
          />
        )}
        {view === undefined && answer.error === null && (
          <>
            <LoadingBlock height={106} />
            <LoadingRows rows={12} />
          </>
        )}
        {view !== undefined && (
          <>
            <CostFilters view={view} url={url} onChange={change} />
            {view.groups.length === 0 ? (
              <div className="notice" role="status">
                <p className="notice-title">{t(isNarrowed ? "cost.noMatch" : "cost.none")}</p>
                {!isNarrowed && <p className="notice-said">{t("cost.noneHow")}</p>}
                {isNarrowed && (
                  <button type="button" className="button" onClick={() => change({ filter: {} })}>
                    {t("cost.clear")}
                  </button>
                )}
              </div>
            ) : (
              <>
                <CostKpis view={view} filter={url.filter} />
                <TabBar
                  label={t("cost.tabs.label")}
                  tabs={COST_TABS.map((id) => ({ id, name: t(`cost.tabs.${id}`) }))}
                  chosen={url.tab}
                  onChoose={(tab) => change({ tab }, "replace")}
                >
                  {url.tab === "groups" ? (
                    <div className="cost-panels">
                      <CostChart
                        view={view}
                        url={url}
                        nameOf={nameOf}
                        onAs={(daysAs) => change({ daysAs }, "replace")}
                      />
                      <CostGroups view={view} url={url} nameOf={nameOf} onChange={change} />
                    </div>
                  ) : (
                    <div className="cost-panels">
                      <CostPivotTable view={view} url={url} />
                    </div>
                  )}
                </TabBar>
              </>
            )}
          </>
        )}
      </div>
    </ProofProvider>
  );
}
