import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { DEFAULT_BOARD, encodeBoard } from "../../lib/board-url.ts";
import { decodePool, encodePool, type PoolView } from "../../lib/pool-url.ts";
import { fromParams, toParams } from "../../lib/search-params.ts";
import { useSeesMoney } from "../../lib/use-me.ts";
import { useTitle } from "../../lib/use-title.ts";
import { OffersPanel } from "../../panels/pool-page/OffersPanel.tsx";
import { PoolCards } from "../../panels/pool-page/PoolCards.tsx";
import { PoolFigures } from "../../panels/pool-page/PoolFigures.tsx";
import { PoolUse } from "../../panels/pool-page/PoolUse.tsx";
import { PriceHistory } from "../../panels/pool-page/PriceHistory.tsx";
import { TierHistory } from "../../panels/pool-page/TierHistory.tsx";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { TierChip } from "../../parts/TierChip.tsx";
import { AsOf } from "../../shell/AsOf.tsx";
import { isNotFound, type Outputs, trpc } from "../../trpc.ts";
import "../../styles/pages.css";

type Pool = Outputs["board"]["pool"];

/** One pool: its figures, its use, what it costs and cost, its tier over time, its rivals and its cards. */
export function PoolPage() {
  const { t } = useTranslation();
  const id = Number(useParams({ from: "/pools/$id" }).id);
  const isId = Number.isSafeInteger(id) && id > 0 && id < 2 ** 31;
  const search = useSearch({ from: "/pools/$id" });
  const navigate = useNavigate({ from: "/pools/$id" });
  const view = useMemo(() => decodePool(toParams(search)), [search]);
  const change = (part: Partial<PoolView>) =>
    void navigate({
      replace: true,
      search: ({ lang }) => ({ ...(lang && { lang }), ...fromParams(encodePool({ ...view, ...part })) }),
    });
  const pool = useQuery(trpc.board.pool.queryOptions({ id }, { refetchInterval: MINUTE_MS, enabled: isId }));
  const name = useNameOf(pool.data) ?? `#${isId ? id : "?"}`;
  useTitle(t("poolPage.title", { name }));
  const isUnknown = !isId || isNotFound(pool.error);
  return (
    <div className="page">
      <header className="page-head">
        <h1>{name}</h1>
        {pool.data !== undefined && <HeadLine page={pool.data} />}
      </header>
      {isUnknown && (
        <div className="notice" role="status">
          <p className="notice-title">{t("poolPage.unknownPool")}</p>
          <p>{t("poolPage.unknownPoolHint")}</p>
          <Link to="/board">{t("board.title")}</Link>
        </div>
      )}
      {pool.error !== null && !isUnknown && (
        <PanelError
          what={t("poolPage.what")}
          wholePage={pool.data === undefined}
          error={pool.error}
          kept={pool.data !== undefined}
          busy={pool.isFetching}
          onRetry={() => void pool.refetch()}
        />
      )}
      {pool.isPending && isId && <LoadingBlock height={640} />}
      {pool.data !== undefined && <Body key={id} page={pool.data} view={view} onChange={change} />}
    </div>
  );
}

function Body(props: { page: Pool; view: PoolView; onChange: (part: Partial<PoolView>) => void }) {
  const { page, view, onChange } = props;
  const seesMoney = useSeesMoney();
  return (
    <>
      <PoolFigures page={page} />
      <div className="life">
        <div className="life-main">
          <PoolUse page={page} as={view.useAs} onAs={(useAs) => onChange({ useAs })} />
          {seesMoney && <PriceHistory page={page} as={view.priceAs} onAs={(priceAs) => onChange({ priceAs })} />}
        </div>
        <div className="life-side">
          <TierHistory page={page} />
        </div>
      </div>
      <OffersPanel page={page} />
      <PoolCards poolId={page.pool.id} active={view.card} onActive={(card) => onChange({ card })} />
    </>
  );
}

function HeadLine({ page }: { page: Pool }) {
  const { t } = useTranslation();
  const { pool } = page;
  const only = (part: string): string[] => (part === "" ? [] : [part]);
  const facets = {
    vendor: only(pool.vendor),
    region: only(pool.region),
    zone: only(pool.zone),
    cluster: only(pool.cluster),
    model: only(pool.model),
    billing: [pool.billing],
  };
  const query = { ...DEFAULT_BOARD.query, pool: facets };
  return (
    <>
      <AsOf at={page.asOf} />
      <p className="life-line">
        <TierChip verdict={pool.tier} />
        <Link to="/board" search={fromParams(encodeBoard({ ...DEFAULT_BOARD, query }))}>
          {t("poolPage.toBoard")}
        </Link>
      </p>
    </>
  );
}

/** The whole name: two pools of one vendor and model must not read alike. */
function useNameOf(page: Pool | undefined): string | null {
  const { t } = useTranslation();
  if (page === undefined) return null;
  const { vendor, region, zone, cluster, model, billing } = page.pool;
  return [vendor, region, zone, cluster, model, t(`billing.${billing}`)].filter((part) => part !== "").join(" · ");
}
