import type { ReportBlock } from "../../db/model/report-document.ts";
import type { PausedTime } from "../../db/model/patrol.ts";
import { MINUTE_MS } from "../../db/model/time.ts";
import type { ReportValue } from "../report-value.ts";
import {
  column,
  countCell,
  coverageCell,
  decimalCell,
  instantCell,
  nameCell,
  type Pen,
  tableOr,
  tenthsOf,
  text,
  textCell,
} from "../pen.ts";
import { DASH, type Figures } from "../write-figures.ts";

/** How much of what was paid for was seen, and every stretch that was not, with its cause. */
export function coverageBlocks(pen: Pen, { coverage, holesLeftOut, scope }: ReportValue): ReportBlock[] {
  const { words, figures } = pen;
  const missingMs = coverage.ownedMs - coverage.observedMs;
  const minutesOf = (all: readonly number[]) => {
    const tenths = tenthsOf(all.map((ms) => ms / MINUTE_MS));
    return (ms: number) => decimalCell(pen, ms / MINUTE_MS, tenths);
  };
  const { byDay, byCause, holes } = coverage;
  const ownedCell = minutesOf(byDay.map((day) => day.ownedMs));
  const missingCell = minutesOf([
    ...byDay.map((day) => day.ownedMs - day.observedMs),
    ...byCause.map(({ ms }) => ms),
    ...holes.map((hole) => hole.missingMs),
  ]);
  if (coverage.ownedMs === 0) return [text(words.none.cards, "unknown")];
  const first = text(certificateText(pen, coverage), missingMs === 0 ? "ok" : "plain");
  const { paused = [] } = coverage;
  return [
    first,
    ...(scope.teams.length === 0 ? [] : [text(words.heldByTeams)]),
    ...(paused.length === 0 ? [] : [text(pausedText(pen, paused), "warn")]),
    tableOr(words.none.cards, {
      id: "coverage-days",
      title: words.titles.coverageDays,
      columns: [
        column(pen, "day"),
        column(pen, "coverage", "number"),
        column(pen, "minutes", "number"),
        column(pen, "missing", "number"),
      ],
      rows: coverage.byDay.map(({ day, ownedMs, observedMs }) => [
        textCell(day),
        coverageCell(pen, ownedMs > 0 ? observedMs / ownedMs : null),
        ownedCell(ownedMs),
        missingCell(ownedMs - observedMs),
      ]),
      total: [
        textCell(words.titles.total),
        coverageCell(pen, coverage.observedMs / coverage.ownedMs),
        ownedCell(coverage.ownedMs),
        missingCell(missingMs),
      ],
      note: "",
    }),
    tableOr(words.none.holes, {
      id: "coverage-causes",
      title: words.titles.causes,
      columns: [
        column(pen, "cause", "text", { width: 0.5 }),
        column(pen, "cards", "number"),
        column(pen, "missing", "number"),
      ],
      rows: coverage.byCause.map(({ cause, ms, cards }) => [
        textCell(words.cause[cause]),
        countCell(pen, cards),
        missingCell(ms),
      ]),
      total: [textCell(words.titles.total), { text: "", value: null }, missingCell(missingMs)],
      note: "",
    }),
    ...(coverage.holes.length === 0
      ? []
      : [
          tableOr(words.none.holes, {
            id: "coverage-holes",
            title: words.titles.holes,
            columns: [
              column(pen, "node", "text", { width: 0.24 }),
              column(pen, "cause", "text", { width: 0.2 }),
              column(pen, "from"),
              column(pen, "to"),
              column(pen, "cards", "number"),
              column(pen, "missing", "number"),
            ],
            rows: coverage.holes.map((hole) => [
              nameCell(hole.node === "" ? DASH : hole.node),
              textCell(words.cause[hole.cause]),
              instantCell(pen, hole.from),
              instantCell(pen, hole.to),
              countCell(pen, hole.cardIds.length),
              missingCell(hole.missingMs),
            ]),
            total: null,
            note: words.notes.holes,
          }),
        ]),
    ...(holesLeftOut.count > 0
      ? [
          text(
            `${words.restOfTable(figures.count(holesLeftOut.count))}${words.join}${minutesText(figures, holesLeftOut.missingMs)} ${words.columns.minutes}`,
          ),
        ]
      : []),
  ];
}

/** Card-minutes, with a tenth where there is one to be seen. */
export const minutesText = (figures: Figures, ms: number): string => {
  const tenths = Math.round((10 * ms) / MINUTE_MS);
  return figures.decimal(tenths / 10, tenths % 10 === 0 ? 0 : 1);
};

/** "99.97 % of 14,400,000 card-minutes were observed; the 4,102 missing are listed with their causes." */
function certificateText(
  { words, figures }: Pen,
  { ownedMs, observedMs }: Pick<ReportValue["coverage"], "ownedMs" | "observedMs">,
): string {
  return words.certificate(
    figures.coverage(ownedMs > 0 ? observedMs / ownedMs : null),
    minutesText(figures, ownedMs),
    minutesText(figures, ownedMs - observedMs),
  );
}

/** How much was observed and not judged by every rule, and which rules were switched off. */
function pausedText({ words, figures }: Pen, paused: readonly PausedTime[]): string {
  const rules = [...new Set(paused.flatMap((one) => one.rules))].toSorted();
  return words.paused(minutesText(figures, pausedMs(paused)), rules.join(", "));
}

const pausedMs = (paused: readonly PausedTime[]): number => paused.reduce((sum, { ms }) => sum + ms, 0);
