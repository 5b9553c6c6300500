import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { decodeTiers, encodeTiers, type TiersView } from "../../lib/tiers-url.ts";
import { useTitle } from "../../lib/use-title.ts";
import { BenchmarksPanel } from "../../panels/tiers/BenchmarksPanel.tsx";
import { IndexPanel } from "../../panels/tiers/IndexPanel.tsx";
import { LadderPanel } from "../../panels/tiers/LadderPanel.tsx";
import { OverridesPanel } from "../../panels/tiers/OverridesPanel.tsx";
import { TierTimeline } from "../../panels/tiers/TierTimeline.tsx";
import { VerdictsPanel } from "../../panels/tiers/VerdictsPanel.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { trpc } from "../../trpc.ts";
import "../../styles/tiers-page.css";

/** How pools are sorted into tiers, who said otherwise, what changed, and how fast each model counts. */
export function TiersPage() {
  const { t } = useTranslation();
  useTitle(t("tiers.title"));
  const search = useSearch({ from: "/tiers" });
  const navigate = useNavigate({ from: "/tiers" });
  const view = useMemo(() => decodeTiers(toParams(search)), [search]);
  const change = (part: Partial<TiersView>) =>
    void navigate({
      replace: true,
      search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodeTiers({ ...view, ...part })) }),
    });
  const page = useQuery(trpc.tiers.page.queryOptions(undefined, { refetchInterval: MINUTE_MS }));
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t("tiers.title")}</h1>
        {page.data !== undefined && <AsOf at={page.data.asOf} />}
        <p className="lead">{t("tiers.lead")}</p>
      </header>
      {page.error !== null && (
        <PanelError
          what={t("tiers.title")}
          wholePage
          error={page.error}
          kept={page.data !== undefined}
          busy={page.isFetching}
          onRetry={() => void page.refetch()}
        />
      )}
      {page.isPending && <LoadingBlock height={320} />}
      {page.data !== undefined && (
        <>
          <VerdictsPanel />
          <LadderPanel page={page.data} key={page.data.known.since ?? 0} />
          <OverridesPanel overrides={page.data.overrides} />
          <TierTimeline poolId={null} days={view.days} onDays={(days) => change({ days })} />
          <IndexPanel page={page.data} models={view.models} onModels={(models) => change({ models })} />
          <BenchmarksPanel benchmarks={page.data.benchmarks} />
        </>
      )}
    </div>
  );
}
