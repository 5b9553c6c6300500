import { CHECK_VERDICTS } from "../../db/model/patrol.ts";
import type { ReportBlock, ReportCell } from "../../db/model/report-document.ts";
import type { CheckLine, ReportValue } from "../report-value.ts";
import { column, nameCell, type Pen, plainName, tableOr, text, textCell, tongue, VERDICT_TONE } from "../pen.ts";
import { DASH, type Figures } from "../write-figures.ts";

const MOST_NAMED = 3;

/** Every item with its verdict; those that need a person first, with what to do. */
export function checksBlocks(pen: Pen, { checks }: ReportValue): ReportBlock[] {
  const { words } = pen;
  if (checks.length === 0) return [text(words.none.patrol, "unknown")];
  const count = Object.fromEntries(
    CHECK_VERDICTS.map((verdict) => [verdict, checks.filter((one) => one.verdict === verdict).length]),
  ) as Record<(typeof CHECK_VERDICTS)[number], number>;
  const columns = [
    column(pen, "item", "text", { width: 0.24 }),
    column(pen, "verdict", "text", { width: 0.12 }),
    column(pen, "detail", "text", { width: 0.32 }),
    column(pen, "measure", "number"),
    column(pen, "before", "number"),
  ];
  return [
    text(words.checkSummary(count)),
    ...urgentBlocks(pen, { checks }),
    tableOr(words.none.checks, {
      id: "checks",
      title: words.titles.checks,
      columns: [{ ...column(pen, "item"), id: "group", label: "", width: 0.12 }, ...columns],
      rows: checks.map((one) => [textCell(words.group[one.group]), ...cells(pen, one)]),
      total: null,
      note: "",
    }),
  ];
}

/** Items that are bad, unknown or close to it, with the advice. */
export function urgentBlocks(pen: Pen, { checks }: Pick<ReportValue, "checks">): ReportBlock[] {
  const { words } = pen;
  if (checks.length === 0) return [text(words.none.patrol, "unknown")];
  const urgent = checks.filter(({ verdict }) => verdict !== "ok").toSorted(byVerdict);
  return [
    tableOr(words.none.checks, {
      id: "checks-to-act-on",
      title: words.titles.needsAction,
      columns: [
        column(pen, "item", "text", { width: 0.2 }),
        column(pen, "verdict", "text", { width: 0.12 }),
        column(pen, "detail", "text", { width: 0.26 }),
        column(pen, "todo", "text", { width: 0.26 }),
        column(pen, "named", "text", { width: 0.16 }),
      ],
      rows: urgent.map((one) => [
        textCell(tongue(pen, one.title)),
        textCell(words.verdict[one.verdict], VERDICT_TONE[one.verdict]),
        textCell(checkSentence(pen, one)),
        textCell(tongue(pen, one.advice)),
        nameCell(namedText(pen, one.named)),
      ]),
      total: null,
      note: "",
    }),
  ];
}

const byVerdict = (a: CheckLine, b: CheckLine): number =>
  CHECK_VERDICTS.indexOf(a.verdict) - CHECK_VERDICTS.indexOf(b.verdict);

function namedText({ words, figures }: Pen, named: readonly string[]): string {
  const shown = named.slice(0, MOST_NAMED).map(plainName).join(words.list);
  return named.length <= MOST_NAMED
    ? shown
    : `${shown}${words.list}${words.restOfTable(figures.count(named.length - MOST_NAMED))}`;
}

const cells = (pen: Pen, one: CheckLine): ReportCell[] => [
  textCell(tongue(pen, one.title)),
  textCell(pen.words.verdict[one.verdict], VERDICT_TONE[one.verdict]),
  textCell(checkSentence(pen, one)),
  { text: measureText(pen, one.measure, one), value: one.measure },
  { text: measureText(pen, one.before, one), value: one.before },
];

type OfWhat = Pick<CheckLine, "group" | "unit">;

/** What is null of an item of cost may be hidden, whatever it is counted in. */
const absent = (figures: Figures, { group, unit }: OfWhat): string =>
  group === "cost" || unit === "micro" ? figures.noAmount : DASH;

/** A measure in its unit. Units this does not know are shown as plain figures. */
export function measureText({ figures }: Pen, measure: number | null, of: OfWhat): string {
  if (measure === null) return absent(figures, of);
  switch (of.unit) {
    case "ratio":
      return figures.percent(measure);
    case "micro":
      return figures.money(String(Math.round(measure)));
    case "ms":
      return figures.span(measure);
    default:
      return figures.decimal(measure, Number.isInteger(measure) ? 0 : 2);
  }
}

/** The sentence that applies, its {names} filled. What nobody said stays a dash: a hole is not a zero. */
export function checkSentence(pen: Pen, one: CheckLine): string {
  const { sentence, values } = one;
  return plainSentence(
    tongue(pen, sentence).replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      valueText(pen, name, Object.hasOwn(values, name) ? (values[name] ?? null) : null, one),
    ),
  );
}

/** Sentences may be longer than names. */
const plainSentence = (said: string): string => said.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();

/** Figures by what their key ends in: …Micro money, …Ratio a share, …Ms a span, …At an instant. */
function valueText({ figures }: Pen, name: string, value: string | number | null, of: OfWhat): string {
  if (value === null) return absent(figures, of);
  if (name.endsWith("Micro")) return figures.money(String(value));
  if (typeof value === "string") return plainName(value) || DASH;
  if (!Number.isFinite(value)) return DASH;
  if (/[rR]atio$/.test(name)) return figures.percent(value);
  if (name.endsWith("Ms")) return figures.span(value);
  if (name.endsWith("At")) return figures.instant(value);
  return figures.decimal(value, Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : 2);
}
