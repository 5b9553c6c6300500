import type { ReportBlock, ReportCell } from "../../db/model/report-document.ts";
import type { IncidentLine, IncidentsPart, ReportValue } from "../report-value.ts";
import {
  column,
  countCell,
  instantCell,
  moneyCell,
  nameCell,
  type Pen,
  plainName,
  spanCell,
  tableOr,
  text,
  textCell,
  tongue,
} from "../pen.ts";

/** What fired, how soon somebody looked, how soon it was over. */
export function incidentsBlocks(pen: Pen, { incidents }: ReportValue): ReportBlock[] {
  const { words } = pen;
  return [
    {
      kind: "table",
      id: "incidents-by-severity",
      title: words.titles.bySeverity,
      columns: [
        column(pen, "severity"),
        column(pen, "fired", "number"),
        column(pen, "mtta", "number"),
        column(pen, "mttr", "number"),
      ],
      rows: incidents.bySeverity.map(({ severity, fired, mttaMs, mttrMs }) => [
        textCell(words.severity[severity]),
        countCell(pen, fired),
        spanCell(pen, mttaMs),
        spanCell(pen, mttrMs),
      ]),
      total: [
        textCell(words.titles.total),
        countCell(pen, incidents.fired),
        spanCell(pen, incidents.mttaMs),
        spanCell(pen, incidents.mttrMs),
      ],
      note: words.notes.incidents,
    },
    ...(incidents.byRule.length > 0 ? [byRule(pen, incidents)] : []),
    ...listBlocks(pen, incidents),
  ];
}

const byRule = (pen: Pen, { byRule: rules }: IncidentsPart): ReportBlock => ({
  kind: "table",
  id: "incidents-by-rule",
  title: pen.words.titles.byRule,
  columns: [
    column(pen, "rule", "text", { width: 0.4 }),
    column(pen, "fired", "number"),
    column(pen, "firedBefore", "number"),
    column(pen, "mttr", "number"),
  ],
  rows: rules.map(({ ruleId, fired, firedBefore, mttrMs }) => [
    nameCell(ruleId),
    countCell(pen, fired),
    countCell(pen, firedBefore),
    spanCell(pen, mttrMs),
  ]),
  total: null,
  note: "",
});

/** The incidents themselves, longest first. */
export function listBlocks(pen: Pen, { lines, linesLeftOut }: IncidentsPart): ReportBlock[] {
  const { words, figures } = pen;
  return [
    tableOr(words.none.incidents, {
      id: "incidents",
      title: words.titles.incidents,
      columns: [
        column(pen, "no", "number", { width: 0.07 }),
        column(pen, "severity", "text", { width: 0.08 }),
        column(pen, "what", "text", { width: 0.32 }),
        column(pen, "node"),
        column(pen, "cards", "number"),
        column(pen, "since"),
        column(pen, "ack", "number"),
        column(pen, "open", "number"),
        column(pen, "cost", "money"),
      ],
      rows: lines.map((line) => lineRow(pen, line)),
      total: null,
      note: "",
    }),
    ...(linesLeftOut > 0 ? [text(words.more(figures.count(linesLeftOut)))] : []),
  ];
}

function lineRow(pen: Pen, line: IncidentLine): ReportCell[] {
  const { words } = pen;
  const open = spanCell(pen, line.resolveMs ?? line.openMs);
  return [
    { text: String(line.no), value: line.no },
    textCell(line.severity, line.severity === "P1" ? "bad" : line.severity === "P2" ? "warn" : "plain"),
    textCell(plainName(tongue(pen, line.what))),
    nameCell(line.node),
    countCell(pen, line.cards),
    instantCell(pen, line.firedAt),
    spanCell(pen, line.ackMs),
    line.resolveMs === null ? { ...open, text: `${open.text} (${words.open})`, tone: "warn" } : open,
    moneyCell(pen, line.costMicro),
  ];
}
