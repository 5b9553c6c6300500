import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent } from "echarts/components";
import { type EChartsCoreOption, init, use as register } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Language } from "../../db/model/channel.ts";
import type { ReportBlock } from "../../db/model/report-document.ts";
import { reportBarsOption, reportBarsPx } from "../charts/report-bars.ts";
import { REPORT_DAYS_PX, type ReportDays, reportDaysOption } from "../charts/report-days.ts";
import { type ChartTheme, chartTheme } from "../charts/theme.ts";

register([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, SVGRenderer]);

/** The family every text of the paper is set in; the worker brings its files. */
export const PAPER_FONT = "Noto Sans SC";
const PAPER = chartTheme("light", PAPER_FONT);
const WIDTH_PX = 680; // 174 mm of text: 11 px come out as 8 pt

type ChartBlock = Extract<ReportBlock, { readonly kind: "chart" }>;

/** A chart as SVG, drawn by the builders the pages use. Pure: the same facts give the same bytes. */
export function chartSvg({ chart, title }: ChartBlock, language: Language): string {
  if (chart.chart === "bars") return draw(reportBarsOption(chart, title, PAPER), reportBarsPx(chart));
  const legendPx = legendRows(chart) * LEGEND_ROW_PX;
  const option = reportDaysOption(chart, language, title, PAPER);
  return draw(withLegend(option, chart, legendPx, PAPER), REPORT_DAYS_PX + legendPx);
}

const LEGEND_ROW_PX = 22;
const PER_ROW = 4;
const legendRows = ({ series }: ReportDays): number => (series.length > 1 ? Math.ceil(series.length / PER_ROW) : 0);

/** Below the drawing: paper has no tooltip. */
function withLegend(
  option: EChartsCoreOption,
  { series }: ReportDays,
  px: number,
  theme: ChartTheme,
): EChartsCoreOption {
  if (px === 0) return option;
  return {
    ...option,
    grid: { ...(option["grid"] as object), bottom: px + 2 },
    legend: {
      data: series.map(({ name }) => name),
      left: 0,
      bottom: 0,
      itemWidth: 14,
      itemHeight: 10,
      itemGap: 12,
      selectedMode: false,
      textStyle: {
        color: theme.text,
        fontSize: 11,
        width: WIDTH_PX / Math.min(series.length, PER_ROW) - 40,
        overflow: "truncate",
      },
    },
  };
}

function draw(option: EChartsCoreOption, height: number): string {
  const chart = init(null, undefined, { renderer: "svg", ssr: true, width: WIDTH_PX, height });
  try {
    const { tooltip: _tooltip, ...drawn } = option; // paper has none
    chart.setOption(drawn);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
