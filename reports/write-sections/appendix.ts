import type { ReportBlock } from "../../db/model/report-document.ts";
import type { ReportValue } from "../report-value.ts";
import { column, instantCell, nameCell, type Pen, tableOr, textCell } from "../pen.ts";

/** What the words mean, and how fresh the data is. */
export function appendixBlocks(pen: Pen, { freshness, money }: ReportValue): ReportBlock[] {
  const { words } = pen;
  return [
    {
      kind: "list",
      items: words.definitions.map(([term, said]) => ({
        text: `${term}${words.colon}${said}`,
        tone: "plain",
      })),
    },
    tableOr(words.none.cards, {
      id: "freshness",
      title: words.titles.freshness,
      columns: [column(pen, "source", "text", { width: 0.5 }), column(pen, "newest")],
      rows: [
        ...freshness.map(({ source, lastAt }) => [nameCell(source), instantCell(pen, lastAt)]),
        [textCell(words.books), instantCell(pen, money.through)],
      ],
      total: null,
      note: "",
    }),
  ];
}
