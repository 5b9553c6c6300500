import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { LEDGER_STATES } from "../../../db/model/ledger.ts";
import type { CostGroup, CostView } from "../../../db/model/ledger-views.ts";
import { indexOf } from "../../../reports/charts/axis-index.ts";
import {
  COST_STACK_PX,
  costStackOption,
  drawnLayers,
  layerInk,
  MOST_LAYERS,
} from "../../../reports/charts/cost-stack.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import { useAmounts } from "../../lib/amounts.ts";
import type { CostUrl } from "../../lib/cost-url.ts";
import { csvText, download } from "../../lib/csv.ts";
import { addDays, lastDay } from "../../lib/day-range.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { AsSwitch } from "../features/AsSwitch.tsx";
import { useDayName } from "../features/use-day-name.ts";
import { useProof } from "../proof/proof-context.ts";
import { costDaysCsv } from "./cost-csv.ts";
import { CostDays } from "./CostDays.tsx";

/** The money of each day in layers; a day without a line stays a hole. A click asks for the day's proof. */
export function CostChart(props: {
  view: CostView;
  url: CostUrl;
  nameOf: (group: CostGroup) => string;
  onAs: (as: CostUrl["daysAs"]) => void;
}) {
  const { t } = useTranslation();
  const format = useFormat();
  const theme = useChartTheme();
  const proof = useProof();
  const { view, url, nameOf } = props;
  const { filter } = url;
  const { days, groups, currency, range, by, total } = view;
  const amounts = useAmounts(currency);
  const dayName = useDayName(view);
  const layers = useMemo(() => {
    const all = groups.map((group) => ({
      name: nameOf(group),
      keys: [group.key],
      state: by === "state" ? (LEDGER_STATES.find((state) => state === group.key) ?? null) : null,
      byDay: group.byDay,
    }));
    return drawnLayers(all, t("cost.chart.others", { count: all.length - MOST_LAYERS }));
  }, [groups, nameOf, by, t]);
  const summary = t("cost.chart.summary", {
    from: dayName(range.from),
    to: dayName(lastDay(range)),
    by: t(`cost.dimension.${by}`),
    total: format.money(total.micro, currency),
    holes: total.byDay.filter((micro) => micro === null).length,
  });
  const option = useMemo(
    () =>
      costStackOption(
        days,
        layers,
        {
          day: dayName,
          money: (micro) => format.money(micro, currency),
          axis: t("cost.chart.axis", { symbol: amounts.symbol }),
          total: t("cost.chart.total"),
          hole: t("cost.chart.hole"),
          summary,
        },
        theme,
      ),
    [days, layers, dayName, format, currency, amounts, t, theme, summary],
  );
  const onPick = useMemo(
    () => (params: unknown) => {
      const i = indexOf(params);
      const [day, micro] = [days[i], total.byDay[i] ?? null];
      if (day === undefined || micro === null) return;
      proof.open({
        about: "cards",
        question: { range: { from: day, to: addDays(day, 1) }, filter },
        shownMicro: micro,
      });
    },
    [days, total, filter, proof],
  );
  const file = `dapan-cost-days-by-${by}-${range.from}-${lastDay(range)}.csv`;
  return (
    <PanelFrame
      title={t("cost.chart.title")}
      actions={
        <>
          <AsSwitch as={url.daysAs} onAs={props.onAs} />
          <button type="button" className="button" onClick={() => download(file, csvText(costDaysCsv(view, nameOf)))}>
            {t("cards.csv")}
          </button>
        </>
      }
    >
      {url.daysAs === "table" ? (
        <CostDays view={view} layers={layers} filter={filter} dayName={dayName} />
      ) : (
        <>
          <ul className="legend feature-legend cost-legend" aria-hidden>
            {layers.map((layer, place) => (
              <li key={`${place} ${layer.name}`}>
                <span className="swatch" style={swatch(layerInk(layer, place, theme))} />
                <bdi>{layer.name}</bdi>
              </li>
            ))}
          </ul>
          <LazyChart option={option} label={summary} height={COST_STACK_PX} onPick={onPick} />
        </>
      )}
    </PanelFrame>
  );
}

function swatch(ink: Record<string, unknown>): React.CSSProperties {
  const edge = typeof ink["borderColor"] === "string" ? ink["borderColor"] : null;
  if (edge === null) return { background: String(ink["color"]) };
  if (ink["decal"] === undefined) return { background: String(ink["color"]), boxShadow: `inset 0 0 0 1px ${edge}` };
  return { background: `repeating-linear-gradient(135deg, ${edge} 0 1.5px, transparent 1.5px 4px)` };
}
