import { SegmentedControl } from "@mantine/core";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { groupPools } from "../../../db/model/board-groups.ts";
import type { BoardPool, BoardView as Board } from "../../../db/model/board-views.ts";
import type { MicroText } from "../../../db/model/money.ts";
import { areaOf, type MapLevel, poolTreemapOption, sizeOf, wasteShare } from "../../../reports/charts/pool-treemap.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import { type BoardView, MAP_COLOURS, MAP_SIZES, moneylessColours, moneylessSizes } from "../../lib/board-url.ts";
import { tierLabel } from "../../lib/tier-words.ts";
import { unitPrice } from "../../lib/unit-price.ts";
import { useFormat, useLang } from "../../lib/use-format.ts";
import { useSeesPrices } from "../../lib/use-me.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { useFacetText } from "../../parts/use-facet-text.ts";
import { isUnpriced } from "../pivot/pivot-rows.ts";
import { MapLegend } from "./MapLegend.tsx";
import { MapTable } from "./MapTable.tsx";
import { drillInto, levelBelow, pathOf, standAt } from "./map-path.ts";

const CHART_PX = 336;

/** Where cards or money are, and how good, used or wasted they are. Each click narrows the board by one level. */
export function TreemapPanel(props: {
  pools: readonly BoardPool[]; // in scope, without live counts: the map does not twitch
  board: Board;
  view: BoardView;
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  const { pools, board, view, onChange } = props;
  const seesPrices = useSeesPrices();
  const sizes = seesPrices ? MAP_SIZES : moneylessSizes;
  const colours = seesPrices ? MAP_COLOURS : moneylessColours;
  const path = pathOf(view.query.pool);
  return (
    <PanelFrame
      title={t("map.title")}
      className="panel-map"
      actions={
        <>
          {sizes.length > 1 && (
            <SegmentedControl
              size="xs"
              aria-label={t("map.size")}
              value={view.size}
              onChange={(value) => onChange({ size: value === "cost" ? "cost" : "cards" }, "replace")}
              data={sizes.map((size) => ({ value: size, label: t(`map.sizes.${size}`) }))}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label={t("map.colour")}
            value={view.colour}
            onChange={(value) => onChange({ colour: MAP_COLOURS.find((c) => c === value) ?? "tier" }, "replace")}
            data={colours.map((colour) => ({ value: colour, label: t(`map.colours.${colour}`) }))}
          />
          <SegmentedControl
            size="xs"
            aria-label={t("history.view")}
            value={view.mapAs}
            onChange={(as) => onChange({ mapAs: as === "table" ? "table" : "chart" }, "replace")}
            data={[
              { value: "chart", label: t("history.asChart") },
              { value: "table", label: t("history.asTable") },
            ]}
          />
        </>
      }
    >
      <div className="map-head">
        <Breadcrumb path={path} onGo={(to) => onChange({ query: { pool: standAt(to) } })} />
        {view.mapAs === "chart" && <MapLegend colour={view.colour} />}
      </div>
      {pools.length === 0 && <p className="panel-empty">{t("map.empty")}</p>}
      {pools.length > 0 && view.mapAs === "chart" && (
        <Chart pools={pools} currency={board.currency} view={view} onChange={onChange} />
      )}
      {pools.length > 0 && view.mapAs === "table" && (
        <MapTable
          groups={groupPools(pools, [levelBelow(path) ?? "billing"], board.currency)}
          level={levelBelow(path)}
          board={board}
          view={view}
          onChange={onChange}
        />
      )}
    </PanelFrame>
  );
}

function Chart(props: { pools: readonly BoardPool[]; currency: string; view: BoardView; onChange: ChangeBoard }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lang = useLang();
  const theme = useChartTheme();
  const facetText = useFacetText();
  const { pools, currency, view, onChange } = props;
  const { size, colour } = view;
  const seesPrices = useSeesPrices();
  const narrowed = pathOf(view.query.pool).length;
  const label = t("map.summary", {
    pools: format.count(pools.length),
    size: t(`map.sizes.${size}`),
    colour: t(`map.colours.${colour}`),
  });
  const option = useMemo(() => {
    const share = (pool: BoardPool) => format.percent(wasteShare(pool));
    const figures = {
      tier: (pool: BoardPool) => tierLabel(pool.tier.tier),
      utilisation: (pool: BoardPool) => format.percent(pool.day.meanRatio),
      waste: share,
    };
    const moneyLines = (pool: BoardPool): [string, string][] => [
      [t("pivot.column.price"), unitPrice(pool.tier.hourlyMicro, currency, lang)],
      [t("pivot.column.cost"), moneyOrUnpriced(pool, pool.money.costMicro)],
      [t("pivot.column.idle"), moneyOrUnpriced(pool, pool.money.idleMicro)],
    ];
    return poolTreemapOption(
      pools,
      { size, colour, narrowed },
      {
        name: (level: MapLevel, value) => facetText(level, value),
        pool: (pool) => [pool.zone, pool.cluster, t(`billing.${pool.billing}`)].filter(Boolean).join(" · "),
        figure: (pool) =>
          size === "cards"
            ? `${figures[colour](pool)} · ${format.count(pool.cardCounts.delivered)}`
            : `${figures[colour](pool)}\n${format.moneyCompact(pool.money.costMicro, currency)}`,
        lines: (pool) => [
          [t("pivot.column.cards"), format.count(pool.cardCounts.delivered)],
          [t("fact.billing"), t(`billing.${pool.billing}`)],
          [t("fact.tier"), tierLabel(pool.tier.tier)],
          [t("pivot.column.util"), format.percent(pool.day.meanRatio)],
          ...(seesPrices ? moneyLines(pool) : []),
        ],
        summary: label,
      },
      theme,
    );
    function moneyOrUnpriced(pool: BoardPool, micro: MicroText | null): string {
      const amount = format.money(micro, currency);
      return isUnpriced(pool) ? t("kpi.unpricedWord") : pool.money.isEstimate === true ? `≈ ${amount}` : amount;
    }
  }, [pools, size, colour, narrowed, currency, seesPrices, label, t, format, lang, facetText, theme]);

  const byId = useMemo(() => new Map(pools.map((pool) => [pool.id, pool])), [pools]);
  const filter = view.query.pool;
  const onPick = useCallback(
    (params: unknown) => {
      const area = areaOf(params);
      const to = area === null ? null : drillInto(filter, area, byId);
      if (to !== null) onChange({ query: { pool: to } });
    },
    [filter, byId, onChange],
  );
  const left = pools.filter((pool) => sizeOf(pool, size) === 0);
  const leftCards = left.reduce((sum, pool) => sum + pool.cardCounts.delivered, 0);
  return (
    <>
      <div className="map-chart">
        <LazyChart option={option} label={label} height={CHART_PX} onPick={onPick} />
      </div>
      {size === "cost" && leftCards > 0 && (
        <p className="map-note">{t("map.unpriced", { count: leftCards, shown: format.count(leftCards) })}</p>
      )}
    </>
  );
}

function Breadcrumb({ path, onGo }: { path: readonly string[]; onGo: (path: readonly string[]) => void }) {
  const { t } = useTranslation();
  const facetText = useFacetText();
  const names = [
    t("map.all"),
    ...path.map((value, i) => facetText((["vendor", "region", "model"] as const)[i] ?? "model", value)),
  ];
  return (
    <nav aria-label={t("map.path")} className="crumbs">
      <ol>
        {names.map((name, i) => (
          <li key={i}>
            {i === names.length - 1 ? (
              <span aria-current="true" title={name}>
                {name}
              </span>
            ) : (
              <button type="button" className="link" title={name} onClick={() => onGo(path.slice(0, i))}>
                {name}
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
