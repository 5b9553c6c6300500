import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { CardPoint } from "../../../db/model/views.ts";
import { mainState } from "../../../reports/charts/card-day.ts";
import { useFormat } from "../../lib/use-format.ts";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { StateWord } from "../../parts/StateMark.tsx";

const startOf = (point: CardPoint): string => String(point.at);

/** The chart's figures as a table, newest first. */
export function CardDayTable({ points }: { points: readonly CardPoint[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = useMemo(() => [...points].reverse(), [points]);
  const columns = useMemo(() => {
    const column = (
      id: string,
      title: string,
      width: number,
      draw: (point: CardPoint) => React.ReactNode,
      align?: "right",
    ): DataColumn<CardPoint> => ({
      id,
      meta: { width, title, ...(align && { align }) },
      cell: ({ row }) => draw(row.original),
    });
    return [
      column("time", t("card.time"), 72, (point) => format.minute(point.at)),
      column("state", t("reading.state"), 108, (point) => <StateWord state={mainState(point)} />),
      column("util", t("reading.util"), 92, (point) => format.percent(point.utilRatio), "right"),
      column("tensor", t("reading.tensor"), 76, (point) => format.percent(point.tensorRatio), "right"),
      column("memory", t("reading.memory"), 92, (point) => format.bytes(point.memoryBytes), "right"),
      column("power", t("reading.power"), 72, (point) => format.watts(point.powerWatts), "right"),
      column("temp", t("reading.temperature"), 92, (point) => format.celsius(point.temperatureCelsius), "right"),
      column("gap", t("card.gap"), 130, (point) => (point.gap === "none" ? "" : t(`gap.${point.gap}`))),
    ];
  }, [t, format]);
  return <DataTable label={t("card.day")} rows={rows} columns={columns} rowId={startOf} maxHeight="420px" />;
}
