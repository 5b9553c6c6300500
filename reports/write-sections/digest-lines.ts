import { CHECK_VERDICTS } from "../../db/model/patrol.ts";
import type { ReportValue } from "../report-value.ts";
import { type Pen, tongue } from "../pen.ts";
import { changeText } from "./changes.ts";
import { checkSentence } from "./checks.ts";
import { minutesText } from "./coverage.ts";
import { caveats, figureOf } from "./summary.ts";

const MOST_LINES = 12;
const MOST_CHANGES = 3;
const MOST_CHECKS = 3;
/** What a chat shows of one line before it folds the message. */
const MOST_CHARACTERS = 160;

/** What a chat group reads at nine: a dozen lines at most. */
export function digestLines(pen: Pen, value: ReportValue, headline: string): string[] {
  const { words, figures } = pen;
  if (value.coverage.ownedMs === 0 && value.fleet.total.ownedMs === 0) return [headline];
  const urgent = value.checks
    .filter(({ verdict }) => verdict === "bad" || verdict === "unknown")
    .toSorted((a, b) => CHECK_VERDICTS.indexOf(a.verdict) - CHECK_VERDICTS.indexOf(b.verdict));
  const saving = value.idle.savingPerDayMicro;
  return [
    headline,
    ...missingLine(pen, value),
    ...caveats(pen, value).slice(0, 1),
    figuresLine(pen, value),
    ...value.changes.slice(0, MOST_CHANGES).map((change) => changeText(pen, change)),
    ...urgent
      .slice(0, MOST_CHECKS)
      .map(
        (one) => `[${words.verdict[one.verdict]}] ${tongue(pen, one.title)}${words.colon}${checkSentence(pen, one)}`,
      ),
    ...(urgent.length > MOST_CHECKS ? [words.digestChecks(figures.count(urgent.length - MOST_CHECKS))] : []),
    ...(saving === "0" ? [] : [words.digestReclaim(figures.money(saving), figures.count(value.idle.reclaim.length))]),
  ]
    .filter((line) => line !== "")
    .slice(0, MOST_LINES)
    .map(shortened);
}

/** How much was not seen, and why most of it. */
function missingLine({ words, figures }: Pen, { coverage }: ReportValue): string[] {
  const [most] = coverage.byCause.toSorted((a, b) => b.ms - a.ms);
  if (most === undefined || coverage.ownedMs <= coverage.observedMs) return [];
  return [words.digestMissing(minutesText(figures, coverage.ownedMs - coverage.observedMs), words.cause[most.cause])];
}

/** The figures the headline does not say. */
function figuresLine(pen: Pen, value: ReportValue): string {
  return value.figures
    .filter(
      ({ id, now }) =>
        (id === "cards" || id === "utilisation" || id === "margin" || id === "mttr") && now.value !== null,
    )
    .map((one) => {
      const { label, text, delta } = figureOf(pen, one);
      return `${label} ${text}${delta === "" || delta === "=" ? "" : ` ${delta}`}`;
    })
    .join(pen.words.join);
}

function shortened(line: string): string {
  const characters = Array.from(line);
  return characters.length <= MOST_CHARACTERS * 2 ? line : `${characters.slice(0, MOST_CHARACTERS * 2 - 1).join("")}…`;
}
