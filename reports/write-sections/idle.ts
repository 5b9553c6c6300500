import type { ReportBlock } from "../../db/model/report-document.ts";
import type { ReportValue } from "../report-value.ts";
import {
  column,
  countCell,
  hoursCell,
  moneyCell,
  nameCell,
  type Pen,
  poolName,
  tableOr,
  text,
  textCell,
} from "../pen.ts";

/** What was paid for and not used, and what the review advises to give back or move. */
export function idleBlocks(pen: Pen, { idle, period }: ReportValue): ReportBlock[] {
  const { words, figures } = pen;
  const { poolsLeftOut: rest } = idle;
  const sum = (of: "freeMs" | "idleHeldMs"): number => idle.pools.reduce((all, pool) => all + pool[of], 0);
  return [
    tableOr(words.none.cards, {
      id: "idle-pools",
      title: words.titles.idlePools,
      columns: [
        column(pen, "pool", "text", { width: 0.4 }),
        column(pen, "tier", "text", { width: 0.1 }),
        column(pen, "free", "number"),
        column(pen, "idleHeld", "number"),
        column(pen, "money", "money"),
      ],
      rows: idle.pools.map(({ pool, freeMs, idleHeldMs, micro }) => [
        textCell(poolName(pen, pool)),
        textCell(pool.tier === null ? words.noTier : `P${String(pool.tier)}`),
        hoursCell(pen, freeMs),
        hoursCell(pen, idleHeldMs),
        moneyCell(pen, micro),
      ]),
      total:
        rest.count > 0
          ? null
          : [
              textCell(words.titles.total),
              textCell(""),
              hoursCell(pen, sum("freeMs")),
              hoursCell(pen, sum("idleHeldMs")),
              moneyCell(pen, idle.micro),
            ],
      note: words.notes.idle,
    }),
    ...(rest.count > 0
      ? [
          text(
            `${words.restOfTable(figures.count(rest.count))}${words.join}${figures.cardHours(rest.ms)} ${words.columns.cardHours}${words.join}${figures.money(rest.micro)}`,
          ),
        ]
      : []),
    tableOr(words.none.reclaim, {
      id: "reclaim",
      title: words.titles.reclaim,
      columns: [
        column(pen, "advice", "text", { width: 0.2 }),
        column(pen, "pool", "text", { width: 0.3 }),
        column(pen, "cards", "number"),
        column(pen, "savingPerDay", "money"),
        column(pen, "from"),
        column(pen, "coverage", "number"),
        column(pen, "accepted"),
        column(pen, "card", "text", { width: 0.16 }),
      ],
      rows: idle.reclaim.map((one) => [
        textCell(words.review[one.kind]),
        textCell(poolName(pen, one.pool)),
        countCell(pen, one.cards),
        moneyCell(pen, one.savingPerDayMicro),
        textCell(one.savingFrom <= period.to ? words.atOnce : figures.day(one.savingFrom)),
        { text: figures.coverage(one.coverage), value: one.coverage },
        textCell(one.isAccepted ? words.yes : ""),
        nameCell(one.uuids.join(" ") + (one.cards > one.uuids.length ? " …" : "")),
      ]),
      total: null,
      note: words.notes.reclaim,
    }),
  ];
}
