import type { ReportBlock } from "../../db/model/report-document.ts";
import type { FunnelStep, ReportValue } from "../report-value.ts";
import { column, decimalCell, hoursCell, moneyCell, type Pen, percentCell, tenthsOf, text, textCell } from "../pen.ts";

/** Where card-time goes on its way from contract to work, and what each loss costs. */
export function funnelBlocks(pen: Pen, { funnel, fleet, money }: ReportValue): ReportBlock[] {
  const { words, figures } = pen;
  if (fleet.total.ownedMs === 0) return [text(words.none.cards, "unknown")];
  const judgedMs = money.through - money.from;
  const delivered = funnel.find(({ step }) => step === "delivered")?.ms ?? null;
  const cards = (ms: number | null): number | null => (ms === null || judgedMs <= 0 ? null : ms / judgedMs);
  const share = ({ ms }: FunnelStep): number | null =>
    ms === null || delivered === null || delivered === 0 ? null : ms / delivered;
  const tenths = tenthsOf(funnel.map(({ ms }) => cards(ms)));
  return [
    {
      kind: "chart",
      id: "funnel",
      title: words.titles.funnel,
      chart: {
        chart: "bars",
        unit: words.columns.cards,
        bars: funnel.map((one) => ({
          name: words.step[one.step],
          value: cards(one.ms),
          text: figures.decimal(cards(one.ms), tenths),
          tone: "plain",
        })),
      },
      note: "",
    },
    {
      kind: "table",
      id: "funnel",
      title: words.sections.funnel,
      columns: [
        column(pen, "step"),
        column(pen, "cards", "number"),
        column(pen, "cardHours", "number"),
        column(pen, "ofDelivered", "number"),
        column(pen, "before", "number", { label: `${words.columns.cardHours} (${words.columns.before})` }),
        column(pen, "lost", "money"),
      ],
      rows: funnel.map((one) => [
        textCell(words.step[one.step]),
        decimalCell(pen, cards(one.ms), tenths),
        hoursCell(pen, one.ms),
        percentCell(pen, share(one)),
        hoursCell(pen, one.beforeMs),
        moneyCell(pen, one.lostMicro),
      ]),
      total: null,
      note: words.notes.funnel,
    },
  ];
}
