import { SegmentedControl } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CardDetail, CardPoint } from "../../../db/model/views.ts";
import { CARD_DAY_PX, cardDayOption, mainState } from "../../../reports/charts/card-day.ts";
import { STATE_ORDER } from "../../../reports/charts/theme.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import { roundHours } from "../../lib/round-hours.ts";
import { coverageOf } from "../../lib/fleet.ts";
import type { Format } from "../../lib/format.ts";
import { useFormat } from "../../lib/use-format.ts";
import { PanelFrame } from "../../parts/PanelFrame.tsx";
import { StateMark } from "../../parts/StateMark.tsx";
import { CardDayTable } from "./CardDayTable.tsx";
import { useEventText } from "./use-event-text.ts";

const TICK_HOURS = 4;

/** The last day of one card: state strip and readings on one time axis, holes hatched. */
export function CardDay(props: { detail: CardDetail; as: "chart" | "table"; onAs: (as: "chart" | "table") => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { detail } = props;
  const observed = coverageOf(ownedAndObserved(detail.points));
  return (
    <PanelFrame
      title={t("card.day")}
      note={detail.points.length > 0 && t("card.coverage", { share: format.coverage(observed) })}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t("history.view")}
          value={props.as}
          onChange={(as) => props.onAs(as === "table" ? "table" : "chart")}
          data={[
            { value: "chart", label: t("history.asChart") },
            { value: "table", label: t("history.asTable") },
          ]}
        />
      }
    >
      {detail.points.length === 0 && <p className="panel-empty">{t("card.noPoints")}</p>}
      {detail.points.length > 0 && props.as === "chart" && <Chart detail={detail} />}
      {detail.points.length > 0 && props.as === "table" && <CardDayTable points={detail.points} />}
    </PanelFrame>
  );
}

function Chart({ detail }: { detail: CardDetail }) {
  const { t } = useTranslation();
  const format = useFormat();
  const theme = useChartTheme();
  const eventText = useEventText();
  const label = t("card.daySummary", {
    uuid: detail.row.uuid,
    from: format.dateTime(detail.from),
    to: format.dateTime(detail.to),
    observed: format.coverage(coverageOf(ownedAndObserved(detail.points))),
  });
  const option = useMemo(
    () =>
      cardDayOption(
        detail,
        {
          state: (state) => t(`state.${state}`),
          gap: (cause) => t(`gap.${cause}`),
          event: eventText,
          time: format.minute,
          ticks: roundHours(detail.from, detail.to, TICK_HOURS, format.minute),
          names: {
            state: t("reading.state"),
            util: t("reading.utilAxis"),
            memory: t("reading.memoryAxis"),
            power: t("reading.powerAxis"),
            temperature: t("reading.temperatureAxis"),
          },
          readings: (point) => [
            { name: t("reading.util"), text: format.percent(point.utilRatio) },
            { name: t("reading.tensor"), text: format.percent(point.tensorRatio) },
            { name: t("reading.memory"), text: memoryText(point, format) },
            { name: t("reading.power"), text: format.watts(point.powerWatts) },
            { name: t("reading.temperature"), text: format.celsius(point.temperatureCelsius) },
            ...(point.holder === "" ? [] : [{ name: t("card.holder"), text: point.holder.slice(0, 80) }]),
          ],
          summary: label,
        },
        theme,
      ),
    [detail, t, format, theme, label, eventText],
  );
  const present = STATE_ORDER.filter((state) => detail.points.some((point) => mainState(point) === state));
  return (
    <>
      <ul className="legend" aria-hidden>
        {present.map((state) => (
          <li key={state}>
            <StateMark state={state} size={10} />
            {t(`state.${state}`)}
          </li>
        ))}
      </ul>
      <LazyChart option={option} label={label} height={CARD_DAY_PX} />
    </>
  );
}

function memoryText(point: CardPoint, format: Format): string {
  return format.bytes(point.memoryBytes);
}

function ownedAndObserved(points: readonly CardPoint[]): { observedMs: number; ownedMs: number } {
  const sum = (of: (point: CardPoint) => number) => points.reduce((total, point) => total + of(point), 0);
  return {
    observedMs: sum((p) => p.observedMs),
    ownedMs: sum((p) => p.busyMs + p.idleHeldMs + p.freeMs + p.startingMs + p.faultMs + p.unknownMs),
  };
}
