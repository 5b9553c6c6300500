import type { ReportBlock, ReportCell } from "../../db/model/report-document.ts";
import type { FeatureLine, ReportValue } from "../report-value.ts";
import {
  column,
  decimalCell,
  deltaCell,
  moneyCell,
  nameCell,
  type Pen,
  moneyShareCell,
  percentCell,
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
        column(pen, "feature", "text", { width: 0.18 }),
        column(pen, "team", "text", { width: 0.1 }),
        column(pen, "cost", "money"),
        column(pen, "change", "text", { align: "right" }),
        column(pen, "revenue", "money"),
        column(pen, "margin", "money"),
        column(pen, "marginRatio", "number"),
        column(pen, "roi", "number"),
        column(pen, "busy", "number"),
      ],
      rows: [
        ...lines.map((line) => [nameOfLine(line), nameCell(line.team), ...cells(line)]),
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
    ...unitTable(pen, lines),
  ];
}

const NOTHING: readonly ReportCell[] = Array.from({ length: 6 }, () => ({ text: "", value: null }));

const nameOfLine = ({ name, key }: FeatureLine): ReportCell => nameCell(name === "" ? key : name);

const featureCells = (pen: Pen, line: FeatureLine): ReportCell[] => [
  moneyCell(pen, line.costMicro),
  deltaCell(pen, { unit: "money", value: line.costMicro }, { unit: "money", value: line.costBeforeMicro }),
  moneyCell(pen, line.revenueMicro),
  moneyCell(pen, line.marginMicro),
  moneyShareCell(pen, line.marginRatio),
  decimalCell(pen, line.roi, 2),
  percentCell(pen, line.utilisation),
];

/** What a unit of each feature that counts them cost. Units of two features do not add up. */
function unitTable(pen: Pen, lines: readonly FeatureLine[]): ReportBlock[] {
  const counted = lines.filter(({ unitsMicro }) => unitsMicro !== null);
  if (counted.length === 0) return [];
  return [
    {
      kind: "table",
      id: "feature-units",
      title: pen.words.titles.units,
      columns: [
        column(pen, "feature", "text", { width: 0.3 }),
        column(pen, "unit", "text"),
        column(pen, "units", "number"),
        column(pen, "unitCost", "money"),
        column(pen, "before", "money"),
        column(pen, "unitCostChange", "text", { align: "right" }),
      ],
      rows: counted.map((line) => {
        const units = line.unitsMicro === null ? null : Number(line.unitsMicro) / 1e6;
        const [now, before] = [line.unitCostMicro, line.unitCostBeforeMicro];
        return [
          nameOfLine(line),
          nameCell(line.unit),
          decimalCell(pen, units, units !== null && !Number.isInteger(units) ? 1 : 0),
          unitMoneyCell(pen, now),
          unitMoneyCell(pen, before),
          deltaCell(pen, { unit: "money", value: now }, { unit: "money", value: before }),
        ];
      }),
      total: null,
      note: "",
    },
  ];
}
