import type { BillingType } from "../../db/model/fleet.ts";
import type { ReportBlock, ReportCell, ReportChart, ReportTable } from "../../db/model/report-document.ts";
import {
  FLEET_DIMENSIONS,
  type FleetDimension,
  type FleetPart,
  type FleetRow,
  type ReportValue,
} from "../report-value.ts";
import {
  column,
  coverageCell,
  decimalCell,
  deltaCell,
  moneyCell,
  nameCell,
  type Pen,
  percentCell,
  plainName,
  tableOr,
  tenthsOf,
  text,
  textCell,
  unitMoneyCell,
} from "../pen.ts";
import { DASH } from "../write-figures.ts";

/** Series of a chart that a reader can tell apart; the rest is one. */
const MOST_SERIES = 7;

/** The fleet by each dimension, with price and utilisation; every table adds up to the same total. */
export function fleetBlocks(pen: Pen, { fleet, currency }: ReportValue): ReportBlock[] {
  const { words } = pen;
  if (fleet.total.ownedMs === 0) return [text(words.none.cards, "unknown")];
  const isHidden = pen.figures.noAmount !== DASH; // then there is nothing to draw
  const hasDays = !isHidden && fleet.costByDay.length > 0 && fleet.days.length > 1;
  return [
    ...(hasDays ? [daysChart(pen, fleet, currency)] : []),
    ...FLEET_DIMENSIONS.map((by) => tableOr(words.none.cards, fleetTable(pen, fleet, by))),
  ];
}

function daysChart({ words }: Pen, { days, costByDay }: FleetPart, unit: string): ReportBlock {
  const [shown, rest] = [costByDay.slice(0, MOST_SERIES), costByDay.slice(MOST_SERIES)];
  const series = shown.map(({ vendor, micro }) => ({
    name: vendor === "" ? words.notSaid : plainName(vendor),
    values: micro.map(toUnits),
  }));
  const others = days.map((_, i) => {
    const said = rest.flatMap(({ micro }) => micro[i] ?? []);
    return said.length === 0 ? null : said.reduce((sum, amount) => sum + Number(amount) / 1e6, 0);
  });
  const chart: ReportChart = {
    chart: "days",
    unit,
    days,
    stacked: true,
    series: rest.length === 0 ? series : [...series, { name: words.others, values: others }],
  };
  return { kind: "chart", id: "cost-by-day", title: words.titles.costByDay, chart, note: "" };
}

/** For the height of a bar only: figures are written from the whole number. */
const toUnits = (micro: string | null): number | null => (micro === null ? null : Number(micro) / 1e6);

function fleetTable(pen: Pen, { groups, total }: FleetPart, by: FleetDimension): Omit<ReportTable, "kind"> {
  const { words } = pen;
  const tenths = tenthsOf([...groups[by], total].map(({ cards }) => cards));
  return {
    id: `by-${by}`,
    title: words.by[by],
    columns: [
      { id: by, label: words.dimension[by], align: "left", kind: "text", width: 0.2 },
      column(pen, "cards", "number"),
      column(pen, "coverage", "number"),
      column(pen, "cost", "money", { width: 0.16 }),
      column(pen, "change", "text", { align: "right" }),
      column(pen, "hourly", "money"),
      column(pen, "busy", "number"),
      column(pen, "busyChange", "text", { align: "right" }),
      column(pen, "activity", "number"),
      column(pen, "waste", "money"),
    ],
    rows: groups[by].map((row) => rowOf(pen, keyCell(pen, by, row.key), row, tenths)),
    total: rowOf(pen, textCell(words.titles.total), total, tenths),
    note: by === "vendor" ? words.notes.fleet : by === "tier" ? words.notes.tier : "",
  };
}

function keyCell({ words }: Pen, by: FleetDimension, key: string): ReportCell {
  if (by === "billing" && key in words.billing) return textCell(words.billing[key as BillingType]);
  if (by === "tier" && key === "unknown") return textCell(words.noTier);
  return key === "" ? textCell(words.notSaid) : nameCell(key);
}

function rowOf(pen: Pen, name: ReportCell, row: FleetRow, tenths: 0 | 1): ReportCell[] {
  return [
    name,
    decimalCell(pen, row.cards, tenths),
    coverageCell(pen, row.estimate.coverage),
    moneyCell(pen, row.costMicro),
    deltaCell(pen, { unit: "money", value: row.costMicro }, { unit: "money", value: row.costBeforeMicro }),
    unitMoneyCell(pen, row.hourlyMicro),
    percentCell(pen, row.utilisation),
    deltaCell(pen, { unit: "ratio", value: row.utilisation }, { unit: "ratio", value: row.utilisationBefore }),
    percentCell(pen, row.activity),
    moneyCell(pen, row.wasteMicro),
  ];
}
