import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { fleetHoursOption, hoursOf, stateMs } from "../../../reports/charts/fleet-hours.ts";
import { STATE_ORDER } from "../../../reports/charts/theme.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import { type Cell, csvText, download } from "../../lib/csv.ts";
import type { Format } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { StateMark } from "../../parts/StateMark.tsx";
import type { Outputs } from "../../trpc.ts";

const CHART_PX = 230;
type Page = Outputs["board"]["pool"];
type As = "chart" | "table";

/** A week of the pool hour by hour: card-hours by state. */
export function PoolUse({ page, as, onAs }: { page: Page; as: As; onAs: (as: As) => void }) {
  const { t } = useTranslation();
  const states = STATE_ORDER.filter((state) => page.hours.some((hour) => stateMs(hour, state) > 0));
  return (
    <PanelFrame
      title={t("poolPage.use.title")}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t("history.view")}
            value={as}
            onChange={(next) => onAs(next === "table" ? "table" : "chart")}
            data={[
              { value: "chart", label: t("history.asChart") },
              { value: "table", label: t("history.asTable") },
            ]}
          />
          <button type="button" className="button" onClick={() => downloadUse(page)}>
            {t("poolPage.cards.csv")}
          </button>
        </>
      }
    >
      {page.hours.length === 0 && <p className="panel-empty">{t("poolPage.use.empty")}</p>}
      {page.hours.length > 0 && as === "chart" && <Chart page={page} />}
      {page.hours.length > 0 && as === "table" && (
        <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("poolPage.use.title")}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t("history.hour")}</th>
                {states.map((state) => (
                  <th key={state} className="num">
                    {t(`state.${state}`)}
                  </th>
                ))}
                <th className="num">{t("history.mean")}</th>
              </tr>
            </thead>
            <Rows page={page} states={states} />
          </table>
        </div>
      )}
    </PanelFrame>
  );
}

function Rows({ page, states }: { page: Page; states: typeof STATE_ORDER }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <tbody>
      {hoursOf(page.weekFrom, page.dayTo, page.hours)
        .toReversed()
        .map(({ at, hour }) => (
          <tr key={at}>
            <th scope="row">{hourName(at, format)}</th>
            {hour === null ? (
              <td className="unknown-cell" colSpan={states.length + 1}>
                {t("history.hole")}
              </td>
            ) : (
              <>
                {states.map((state) => (
                  <td key={state} className="num">
                    {format.cardHours(stateMs(hour, state))}
                  </td>
                ))}
                <td className="num">{format.percent(hour.meanRatio)}</td>
              </>
            )}
          </tr>
        ))}
    </tbody>
  );
}

function Chart({ page }: { page: Page }) {
  const { t } = useTranslation();
  const format = useFormat();
  const theme = useChartTheme();
  const { weekFrom: from, dayTo: to, hours } = page;
  const sum = (of: (hour: Page["hours"][number]) => number) => hours.reduce((s, hour) => s + of(hour), 0);
  const label = t("history.summary", {
    from: format.dateTime(from),
    to: format.dateTime(to),
    busy: format.cardHours(sum((hour) => hour.busyMs)),
    total: format.cardHours(sum((hour) => STATE_ORDER.reduce((s, state) => s + stateMs(hour, state), 0))),
    unknown: format.cardHours(sum((hour) => hour.unknownMs)),
  });
  const option = useMemo(
    () =>
      fleetHoursOption(
        { from, to, hours },
        {
          state: (state) => t(`state.${state}`),
          hour: (at) => (format.minute(at) === "00:00" ? format.day(at) : hourName(at, format)),
          isTick: (at) => format.minute(at) === "00:00",
          axis: t("history.axis"),
          cardHours: format.cardHours,
          hole: t("history.hole"),
          summary: label,
        },
        theme,
      ),
    [from, to, hours, t, format, theme, label],
  );
  const states = STATE_ORDER.filter((state) => hours.some((hour) => stateMs(hour, state) > 0));
  return (
    <>
      <ul className="legend" aria-hidden>
        {states.map((state) => (
          <li key={state}>
            <StateMark state={state} size={10} />
            {t(`state.${state}`)}
          </li>
        ))}
      </ul>
      <LazyChart option={option} label={label} height={CHART_PX} />
    </>
  );
}

const hourName = (at: number, format: Format): string => `${format.day(at)} ${format.minute(at)}`;

function downloadUse(page: Page): void {
  const head = ["hour", ...STATE_ORDER.map((state) => `${state}_ms`), "mean_util_ratio"];
  const lines = hoursOf(page.weekFrom, page.dayTo, page.hours).map(({ at, hour }): Cell[] => [
    new Date(at).toISOString(),
    ...STATE_ORDER.map((state) => (hour === null ? null : stateMs(hour, state))),
    hour?.meanRatio ?? null,
  ]);
  download(`dapan-pool-${page.pool.id}-hours.csv`, csvText([head, ...lines]));
}
