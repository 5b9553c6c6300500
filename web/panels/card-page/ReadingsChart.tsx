import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CardPoint } from "../../../db/model/views.ts";
import { DAY_MS, SLOT_MS } from "../../../db/model/time.ts";
import { CARD_READINGS_PX, cardDayOption, mainState } from "../../../reports/charts/card-day.ts";
import { STATE_ORDER } from "../../../reports/charts/theme.ts";
import { LazyChart } from "../../charts/LazyChart.tsx";
import { useChartTheme } from "../../charts/use-chart-theme.ts";
import { coverageOf } from "../../lib/fleet.ts";
import type { Format } from "../../lib/format.ts";
import { timeTicks } from "../../lib/time-ticks.ts";
import { useFormat } from "../../lib/use-format.ts";
import { StateMark } from "../../parts/StateMark.tsx";
import { useEventText } from "../card/use-event-text.ts";
import { type Readings, stepName, sumsOf } from "./readings.ts";

/** The readings on one time axis: state, four readings, errors, holders; holes hatched. */
export function ReadingsChart({ uuid, readings }: { uuid: string; readings: Readings }) {
  const { t } = useTranslation();
  const format = useFormat();
  const theme = useChartTheme();
  const eventText = useEventText();
  const { from, to, stepMs } = readings;
  const label = t("cardPage.readings.summary", {
    uuid,
    from: format.dateTime(from),
    to: format.dateTime(to),
    step: t(`cardPage.readings.step.${stepName(stepMs)}`),
    observed: format.coverage(coverageOf(sumsOf(readings.points))),
  });
  const option = useMemo(() => {
    const isLong = to - from > DAY_MS;
    return cardDayOption(
      {
        from,
        to,
        stepMs,
        points: readings.points,
        events: readings.events,
        holders: readings.holders ?? [],
        errors: { stepMs: readings.errorStepMs, rows: readings.errors },
      },
      {
        state: (state) => t(`state.${state}`),
        gap: (cause) => t(`gap.${cause}`),
        event: eventText,
        time: (at) => (isLong ? timeOf(at, format) : format.minute(at)),
        ticks: timeTicks(from, to, format.minute),
        names: {
          state: t("reading.state"),
          util: t("reading.utilAxis"),
          memory: t("reading.memoryAxis"),
          power: t("reading.powerAxis"),
          temperature: t("reading.temperatureAxis"),
          errors: t("cardPage.readings.errorsAxis"),
          holders: t("cardPage.readings.holdersAxis"),
        },
        readings: (point) => [
          { name: t("reading.util"), text: format.percent(point.utilRatio) },
          { name: t("reading.tensor"), text: format.percent(point.tensorRatio) },
          { name: t("reading.memory"), text: format.bytes(point.memoryBytes) },
          { name: t("reading.power"), text: format.watts(point.powerWatts) },
          { name: t("reading.temperature"), text: format.celsius(point.temperatureCelsius) },
          ...(stepMs === SLOT_MS
            ? []
            : [{ name: t("cardPage.readings.observed"), text: format.coverage(observedOf(point)) }]),
          ...(point.holder === "" ? [] : [{ name: t("card.holder"), text: point.holder.slice(0, 80) }]),
        ],
        errors: (errors) =>
          [
            { name: t("cardPage.readings.eccCorrected"), value: errors.eccCorrected },
            { name: t("cardPage.readings.eccUncorrected"), value: errors.eccUncorrected },
            { name: t("cardPage.readings.rowsRemapped"), value: errors.rowsRemapped },
            { name: t("cardPage.readings.xids"), value: errors.xids },
          ]
            .filter(({ value }) => value > 0)
            .map(({ name, value }) => ({ name, text: format.count(value) })),
        summary: label,
      },
      theme,
    );
  }, [readings, from, to, stepMs, t, format, theme, label, eventText]);
  const present = STATE_ORDER.filter((state) => readings.points.some((point) => mainState(point) === state));
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
      <LazyChart option={option} label={label} height={CARD_READINGS_PX} />
    </>
  );
}

const observedOf = (point: CardPoint): number | null => coverageOf(sumsOf([point]));

/** A tick at midnight is a day, one within a day a minute. */
const timeOf = (at: number, format: Format): string => {
  const minute = format.minute(at);
  return minute === "00:00" ? format.day(at) : minute;
};
