import type { ReportBlock, ReportCell } from "../../db/model/report-document.ts";
import type { FeatureLine, ReportValue } from "../report-value.ts";
import {
  column,
  decimalCell,
  deltaCell,
  moneyCell,
  nameCell,
  type Pen,
  percentCell,
  plainName,
  tableOr,
  text,
  textCell,
  unitMoneyCell,
} from "../pen.ts";

/** What each feature cost and earned; what is no feature's stands below, and all of it is the total. */
export function featuresBlocks(pen: Pen, { features }: ReportValue): ReportBlock[] {
  const { words } = pen;
  const { lines, loose, total, isPartOfFleet } = features;
  if (lines.length === 0 && total.estimate.coverage === null) return [text(words.none.features)];
  const cells = (line: FeatureLine): ReportCell[] => featureCells(pen, line);
  return [
    tableOr(words.none.features, {
      id: "features",
      title: words.titles.features,
      columns: [
        column(pen, "feature", "text", { width: 0.16 }),
        column(pen, "team"),
        column(pen, "cost", "money", { width: 0.12 }),
        column(pen, "change", "text", { align: "right" }),
        column(pen, "revenue", "money", { width: 0.12 }),
        column(pen, "margin", "money", { width: 0.12 }),
        column(pen, "marginRatio", "number"),
        column(pen, "roi", "number"),
        column(pen, "units", "number"),
        column(pen, "unitCost", "money"),
        column(pen, "unitCostChange", "text", { align: "right" }),
        column(pen, "busy", "number"),
      ],
      rows: [
        ...lines.map((line) => [
          nameCell(line.name === "" ? line.key : line.name),
          nameCell(line.team),
          ...cells(line),
        ]),
        ...loose.map(({ what, micro }) => [
          textCell(words.loose[what]),
          textCell(""),
          moneyCell(pen, micro),
          ...NOTHING,
        ]),
      ],
      total: [textCell(words.titles.total), textCell(""), ...cells(total)],
      note: isPartOfFleet ? words.notes.partOfFleet : words.notes.features,
    }),
  ];
}

const NOTHING: readonly ReportCell[] = Array.from({ length: 9 }, () => ({ text: "", value: null }));

/** A unit count has at most three decimals worth reading. */
const unitsOf = (micro: string | null): number | null => (micro === null ? null : Number(micro) / 1e6);

function featureCells(pen: Pen, line: FeatureLine): ReportCell[] {
  const units = unitsOf(line.unitsMicro);
  const said = decimalCell(pen, units, units !== null && !Number.isInteger(units) ? 1 : 0);
  return [
    moneyCell(pen, line.costMicro),
    deltaCell(pen, { unit: "money", value: line.costMicro }, { unit: "money", value: line.costBeforeMicro }),
    moneyCell(pen, line.revenueMicro),
    moneyCell(pen, line.marginMicro),
    percentCell(pen, line.marginRatio),
    decimalCell(pen, line.roi, 2),
    units === null || line.unit === "" ? said : { ...said, text: `${said.text} ${plainName(line.unit)}` },
    unitMoneyCell(pen, line.unitCostMicro),
    deltaCell(pen, { unit: "money", value: line.unitCostMicro }, { unit: "money", value: line.unitCostBeforeMicro }),
    percentCell(pen, line.utilisation),
  ];
}
