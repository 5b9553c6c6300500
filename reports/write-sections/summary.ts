import type { ReportBlock, ReportFigure, Tone } from "../../db/model/report-document.ts";
import type { Figure, ReportValue } from "../report-value.ts";
import { numberOf } from "../write-figures.ts";
import { type Pen, text } from "../pen.ts";

/** The cover's figures, and what a reader must know before believing them. */
export function summaryBlocks(pen: Pen, value: ReportValue): ReportBlock[] {
  return [
    { kind: "figures", items: value.figures.map((figure) => figureOf(pen, figure)) },
    ...caveats(pen, value).map((said) => text(said, "warn")),
  ];
}

export function figureOf({ words, figures }: Pen, { id, now, before }: Figure): ReportFigure {
  const { label, why } = words.figure[id];
  return {
    label,
    text:
      id === "coverage"
        ? figures.coverage(numberOf(now))
        : id === "margin" && now.value === null
          ? figures.noAmount
          : figures.of(now),
    delta: figures.delta(now, before),
    tone: toneOf({ id, now }),
    why,
  };
}

/** Only what needs somebody has a colour. */
function toneOf({ id, now }: Pick<Figure, "id" | "now">): Tone {
  const n = numberOf(now);
  if (n === null) return "unknown";
  switch (id) {
    case "bad_checks":
      return n > 0 ? "bad" : "ok";
    case "coverage":
      return n >= 0.999 ? "ok" : n >= 0.99 ? "warn" : "bad";
    case "margin":
      return n < 0 ? "bad" : "plain";
    default:
      return "plain";
  }
}

/** Why a figure is less than it seems. */
export function caveats({ words, figures }: Pen, value: ReportValue): string[] {
  const { period, through, money, fleet } = value;
  const { unpricedMs, listRatio, unconverted } = fleet.total.estimate;
  return [
    ...(through < period.to ? [words.isPartial(figures.instant(through))] : []),
    ...(money.through < period.to && money.isSameZone && money.through < through
      ? [words.isUnbooked(figures.instant(money.through))]
      : []),
    ...(money.isSameZone ? [] : [words.otherZone(money.zone)]),
    ...(unpricedMs > 0 ? [words.unpriced(figures.cardHours(unpricedMs))] : []),
    ...(listRatio !== null && listRatio > 0 ? [words.listPrices(figures.percent(listRatio))] : []),
    ...(unconverted.length > 0 ? [words.unconverted(unconverted.join(words.list))] : []),
  ];
}
