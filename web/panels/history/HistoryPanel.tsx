import { SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { HOUR_MS, MINUTE_MS } from "../../../db/model/time.ts";
import { fleetHoursOption, hoursOf, stateMs } from "../../../reports/charts/fleet-hours.ts";
import { STATE_ORDER } from "../../../reports/charts/theme.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import type { BoardView } from "../../lib/board-url.ts";
import { useFormat } from "../../lib/use-format.ts";
import { useNow } from "../../lib/use-now.ts";
import type { ChangeBoard } from "../../pages/fleet/use-board-view.ts";
import { LoadingBlock } from "../../parts/Loading.tsx";
import { PanelError } from "../../parts/PanelError.tsx";
import { StateMark } from "../../parts/StateMark.tsx";
import { type Outputs, trpc } from "../../trpc.ts";

const CHART_PX = 250;

type History = Outputs["fleet"]["history"];

/** What the cards in scope did hour by hour: card-hours by state, unknown time among them. */
export function HistoryPanel(props: {
  pools: readonly { readonly id: number }[];
  whole: boolean;
  view: BoardView;
  onChange: ChangeBoard;
}) {
  const { t } = useTranslation();
  const { view, onChange, whole } = props;
  const poolIds = useMemo(() => props.pools.map((pool) => pool.id).sort((a, b) => a - b), [props.pools]);
  const history = useQuery(
    trpc.fleet.history.queryOptions(
      { hours: 24, ...(whole ? {} : { poolIds }) },
      { refetchInterval: 5 * MINUTE_MS, placeholderData: keepPreviousData, enabled: whole || poolIds.length > 0 },
    ),
  );
  return (
    <div className="history">
      <div className="pivot-head">
        <span className="panel-note">{view.at === null ? t("history.title") : t("time.historyNow")}</span>
        <div className="panel-actions">
          <SegmentedControl
            size="xs"
            aria-label={t("history.view")}
            value={view.historyAs}
            onChange={(as) => onChange({ historyAs: as === "table" ? "table" : "chart" }, "replace")}
            data={[
              { value: "chart", label: t("history.asChart") },
              { value: "table", label: t("history.asTable") },
            ]}
          />
        </div>
      </div>
      {history.error !== null && (
        <PanelError
          what={t("history.what")}
          error={history.error}
          kept={history.data !== undefined}
          busy={history.isFetching}
          onRetry={() => void history.refetch()}
        />
      )}
      {history.isPending && <LoadingBlock height={CHART_PX + 24} />}
      {history.data !== undefined && <Answer history={history.data} as={view.historyAs} />}
    </div>
  );
}

function Answer({ history, as }: { history: History; as: "chart" | "table" }) {
  const { t } = useTranslation();
  if (history.hours.length === 0) return <p className="panel-empty">{t("history.empty")}</p>;
  return as === "chart" ? <Chart history={history} /> : <Table history={history} />;
}

/** Names an hour; the one still running says that it is not whole yet, or it would look like a loss of cards. */
function useHourName(to: number): (at: number) => string {
  const { t } = useTranslation();
  const format = useFormat();
  const isRunning = useNow() < to;
  return useCallback(
    (at) => (isRunning && at + HOUR_MS === to ? t("history.soFar", { hour: format.minute(at) }) : format.minute(at)),
    [isRunning, to, t, format],
  );
}

function Chart({ history }: { history: History }) {
  const { t } = useTranslation();
  const format = useFormat();
  const theme = useChartTheme();
  const hour = useHourName(history.to);
  const sum = (of: (hour: History["hours"][number]) => number) => history.hours.reduce((s, hour) => s + of(hour), 0);
  const label = t("history.summary", {
    from: format.dateTime(history.from),
    to: format.dateTime(history.to),
    busy: format.cardHours(sum((hour) => hour.busyMs)),
    total: format.cardHours(sum((hour) => STATE_ORDER.reduce((s, state) => s + stateMs(hour, state), 0))),
    unknown: format.cardHours(sum((hour) => hour.unknownMs)),
  });
  const option = useMemo(
    () =>
      fleetHoursOption(
        history,
        {
          state: (state) => t(`state.${state}`),
          hour,
          axis: t("history.axis"),
          cardHours: format.cardHours,
          hole: t("history.hole"),
          summary: label,
        },
        theme,
      ),
    [history, t, format, hour, theme, label],
  );
  return (
    <>
      <ul className="legend" aria-hidden>
        {STATE_ORDER.filter((state) => history.hours.some((hour) => stateMs(hour, state) > 0)).map((state) => (
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

function Table({ history }: { history: History }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = useHourName(history.to);
  const states = STATE_ORDER.filter((state) => history.hours.some((hour) => stateMs(hour, state) > 0));
  return (
    <div className="groups-scroll" tabIndex={0} role="region" aria-label={t("history.title")}>
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
        <tbody>
          {hoursOf(history.from, history.to, history.hours).map(({ at, hour }) => (
            <tr key={at}>
              <th scope="row">{name(at)}</th>
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
      </table>
    </div>
  );
}
