import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { DAY_MS } from "../../../db/model/time.ts";
import type { CardPoint } from "../../../db/model/views.ts";
import { mainState } from "../../../reports/charts/card-day.ts";
import { useFormat } from "../../lib/use-format.ts";
import { Cut } from "../../parts/Cut.tsx";
import { type DataColumn, DataTable } from "../../parts/DataTable.tsx";
import { StateWord } from "../../parts/StateMark.tsx";
import { errorsAt } from "./readings-csv.ts";
import type { Readings } from "./readings.ts";

const startOf = (point: CardPoint): string => String(point.at);

/** The chart's figures as a table, newest first. */
export function ReadingsTable({ readings }: { readings: Readings }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = useMemo(() => [...readings.points].reverse(), [readings]);
  const columns = useMemo(() => {
    const errors = errorsAt(readings);
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
    const count = (point: CardPoint, of: "eccCorrected" | "eccUncorrected" | "xids") => {
      const found = errors(point.at)?.[of];
      return found === undefined ? "" : format.count(found);
    };
    const per = (name: string) =>
      readings.errorStepMs === readings.stepMs
        ? name
        : t(readings.errorStepMs === DAY_MS ? "cardPage.readings.perDay" : "cardPage.readings.perHour", { name });
    return [
      column("time", t("cardPage.readings.time"), 152, (point) => format.dateTime(point.at)),
      column("state", t("reading.state"), 104, (point) => <StateWord state={mainState(point)} />),
      column("util", t("reading.util"), 88, (point) => format.percent(point.utilRatio), "right"),
      column("tensor", t("reading.tensor"), 76, (point) => format.percent(point.tensorRatio), "right"),
      column("memory", t("reading.memory"), 88, (point) => format.bytes(point.memoryBytes), "right"),
      column("power", t("reading.power"), 72, (point) => format.watts(point.powerWatts), "right"),
      column("temp", t("reading.temperature"), 88, (point) => format.celsius(point.temperatureCelsius), "right"),
      column("ecc", per(t("cardPage.readings.eccCorrected")), 112, (point) => count(point, "eccCorrected"), "right"),
      column(
        "ecc2",
        per(t("cardPage.readings.eccUncorrected")),
        124,
        (point) => count(point, "eccUncorrected"),
        "right",
      ),
      column("xids", per(t("cardPage.readings.xids")), 72, (point) => count(point, "xids"), "right"),
      column("holder", t("card.holder"), 160, (point) => <Cut text={point.holder} empty="" />),
      column("gap", t("card.gap"), 120, (point) => (point.gap === "none" ? "" : t(`gap.${point.gap}`))),
    ];
  }, [readings, t, format]);
  return (
    <DataTable label={t("cardPage.readings.title")} rows={rows} columns={columns} rowId={startOf} maxHeight="600px" />
  );
}
