import type { ReportBlock, Tone } from "../../db/model/report-document.ts";
import type { Change, ReportValue } from "../report-value.ts";
import { numberOf } from "../write-figures.ts";
import { nameOf, type Pen, text } from "../pen.ts";

/** What is not as it was in the period before. */
export function changesBlocks(pen: Pen, { before, changes }: ReportValue): ReportBlock[] {
  const { words } = pen;
  const first = before === null ? [text(words.nothingBefore, "unknown")] : [];
  if (changes.length === 0) return before === null ? first : [text(words.noChange)];
  return [
    ...first,
    { kind: "list", items: changes.map((change) => ({ text: changeText(pen, change), tone: toneOf(change) })) },
  ];
}

/** A change as one sentence. */
export function changeText(pen: Pen, { kind, subject, now, before }: Change): string {
  const { words, figures } = pen;
  const isUnit = kind === "feature_unit_cost";
  const isShare = kind === "coverage";
  const write = (amount: Change["now"]): string =>
    kind === "feature_margin" && amount.value === null
      ? figures.noAmount
      : isShare
        ? figures.coverage(numberOf(amount))
        : isUnit && amount.unit === "money"
          ? figures.unitMoney(amount.value)
          : figures.of(amount);
  return words.change[kind]({
    subject: nameOf(pen, subject),
    now: write(now),
    before: write(before),
    delta: figures.delta(now, before),
  });
}

const toneOf = ({ kind, isGood }: Change): Tone =>
  kind === "check_unknown" ? "unknown" : isGood === null ? "plain" : isGood ? "ok" : "warn";
