import type { ReportBlock, ReportCell } from "../../db/model/report-document.ts";
import { DAY_MS } from "../../db/model/time.ts";
import type { Offender, ReportValue, Troubles } from "../report-value.ts";
import { column, countCell, decimalCell, nameCell, type Pen, tableOr, text, textCell } from "../pen.ts";

/** Faults as rates over what was observed, and the cards that have them again and again. */
export function reliabilityBlocks(pen: Pen, { reliability }: ReportValue): ReportBlock[] {
  const { words, figures } = pen;
  const { rows, total, totalBefore, offenders, offendersLeftOut } = reliability;
  const shown = rows.map((row) => [nameCell(row.vendor), nameCell(row.model), ...rates(pen, row, row.before)]);
  return [
    tableOr(words.none.cards, {
      id: "fault-rates",
      title: words.titles.rates,
      columns: [
        column(pen, "vendor"),
        column(pen, "model"),
        column(pen, "cardDays", "number"),
        column(pen, "eccCorrected", "number"),
        column(pen, "eccUncorrected", "number"),
        column(pen, "xid", "number"),
        column(pen, "drops", "number"),
        column(pen, "before", "number", {
          label: `${words.columns.xid} + ${words.columns.drops} (${words.columns.before})`,
        }),
      ],
      rows: shown,
      total: [textCell(words.titles.total), textCell(""), ...rates(pen, total, totalBefore)],
      note: words.notes.rates,
    }),
    tableOr(words.none.offenders, {
      id: "repeat-offenders",
      title: words.titles.offenders,
      columns: [
        column(pen, "card", "text", { width: 0.24 }),
        column(pen, "node"),
        column(pen, "model"),
        column(pen, "xid", "number"),
        column(pen, "codes"),
        column(pen, "drops", "number"),
        column(pen, "eccUncorrected", "number"),
        column(pen, "rows", "number"),
        column(pen, "lastTime", "number"),
      ],
      rows: offenders.map((card) => offenderRow(pen, card)),
      total: null,
      note: words.notes.offenders,
    }),
    ...(offendersLeftOut > 0 ? [text(words.more(figures.count(offendersLeftOut)))] : []),
  ];
}

/** Per 1,000 observed card-days; null where nothing was observed. */
export const rateOf = (events: number | null, observedMs: number): number | null =>
  events === null || observedMs <= 0 ? null : (events * 1000 * DAY_MS) / observedMs;

function rates(pen: Pen, now: Troubles, before: Troubles | null): ReportCell[] {
  const rate = (events: number | null): ReportCell => decimalCell(pen, rateOf(events, now.observedMs), 2);
  const past = before === null ? null : rateOf((before.xids ?? 0) + (before.drops ?? 0), before.observedMs);
  return [
    decimalCell(pen, now.observedMs / DAY_MS, 1),
    rate(now.eccCorrected),
    rate(now.eccUncorrected),
    rate(now.xids),
    rate(now.drops),
    decimalCell(pen, before?.xids === null ? null : past, 2),
  ];
}

const offenderRow = (pen: Pen, card: Offender): ReportCell[] => [
  nameCell(card.uuid),
  nameCell(card.node),
  nameCell(card.model),
  countCell(pen, card.xids),
  textCell(card.xidCodes.map(String).join(pen.words.list)),
  countCell(pen, card.drops),
  countCell(pen, card.eccUncorrected),
  countCell(pen, card.rowsRemapped),
  countCell(pen, card.troublesBefore),
];
