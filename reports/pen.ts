/** What every section writes with: words, figures, and the cells and tables made of them. */
import type { Language } from "../db/model/channel.ts";
import { decimalMoney, type MicroText, microOf } from "../db/model/money.ts";
import type { CheckVerdict } from "../db/model/patrol.ts";
import type { ReportBlock, ReportCell, ReportColumn, ReportTable, Tone } from "../db/model/report-document.ts";
import type { TwoTongues } from "../db/model/rule.ts";
import { HOUR_MS } from "../db/model/time.ts";
import type { Amount, Named, PoolNamed, ReportValue } from "./report-value.ts";
import { DASH, type Figures, makeFigures, withoutAmounts } from "./write-figures.ts";
import { EN } from "./words/en.ts";
import type { ColumnWord, ReportWords } from "./words/words.ts";
import { ZH } from "./words/zh.ts";

export type Pen = {
  readonly language: Language;
  readonly words: ReportWords;
  readonly figures: Figures;
  readonly currency: string;
};

/** @param showsMoney false = amounts stand as hidden, whatever the value says */
export function makePen(value: ReportValue, language: Language, showsMoney = true): Pen {
  const figures = makeFigures(language, value.currency, value.period.zone);
  return {
    language,
    words: language === "zh-CN" ? ZH : EN,
    figures: showsMoney ? figures : withoutAmounts(figures),
    currency: value.currency,
  };
}

/** Of two tongues the reader's. */
export const tongue = ({ language }: Pen, said: TwoTongues): string => (language === "zh-CN" ? said.zh : said.en);

const MOST_CHARACTERS = 200;
/** A name of others on one line, without characters that turn the direction of what follows, and not endless. */
export function plainName(text: string): string {
  const plain = text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/[\p{Cf}\p{Cs}]/gu, "")
    .trim();
  const characters = Array.from(plain); // by code point: no half of a pair is left over
  return characters.length <= MOST_CHARACTERS ? plain : `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`;
}

export function nameOf(pen: Pen, named: Named): string {
  if (typeof named === "string") return plainName(named);
  return "zh" in named ? plainName(tongue(pen, named)) : poolName(pen, named);
}

export const poolName = ({ words }: Pen, { vendor, region, zone, cluster, model, billing }: PoolNamed): string =>
  [vendor, region, zone, cluster, model, words.billing[billing]]
    .map(plainName)
    .filter((part) => part !== "")
    .join(" · ");

export const VERDICT_TONE: Readonly<Record<CheckVerdict, Tone>> = {
  bad: "bad",
  unknown: "unknown",
  warn: "warn",
  ok: "ok",
};

// Cells. Text is shown as it is; figures carry what CSV says of them.

export const textCell = (text: string, tone?: Tone): ReportCell =>
  tone === undefined || tone === "plain" ? { text, value: text } : { text, value: text, tone };
export const nameCell = (name: string): ReportCell => textCell(plainName(name));

/** An amount in a column that says the currency: CSV has every digit of it. */
export const moneyCell = ({ figures }: Pen, micro: MicroText | null): ReportCell => ({
  text: figures.amount(micro),
  value: micro === null ? null : decimalMoney(microOf(micro)),
});
export const unitMoneyCell = ({ figures }: Pen, micro: MicroText | null): ReportCell => ({
  text: figures.unitAmount(micro),
  value: micro === null ? null : decimalMoney(microOf(micro)),
});
export const countCell = ({ figures }: Pen, n: number | null): ReportCell => ({ text: figures.count(n), value: n });
export const decimalCell = ({ figures }: Pen, n: number | null, digits: number): ReportCell => ({
  text: figures.decimal(n, digits),
  value: n,
});
/** How a column of such figures is written: with tenths where one of them has one to be seen, so that points stand in line. */
export const tenthsOf = (column: readonly (number | null)[]): 0 | 1 =>
  column.some((n) => n !== null && Math.round(10 * n) % 10 !== 0) ? 1 : 0;
export const percentCell = ({ figures }: Pen, ratio: number | null): ReportCell => ({
  text: figures.percent(ratio),
  value: ratio,
});
/** A share of money: hidden with it. */
export const moneyShareCell = (pen: Pen, ratio: number | null): ReportCell =>
  ratio === null ? { text: pen.figures.noAmount, value: null } : percentCell(pen, ratio);
export const coverageCell = ({ figures }: Pen, ratio: number | null): ReportCell => ({
  text: figures.coverage(ratio),
  value: ratio,
  ...(ratio !== null && ratio < 0.99 ? { tone: "warn" as const } : {}),
});
export const hoursCell = ({ figures }: Pen, ms: number | null): ReportCell => ({
  text: figures.cardHours(ms),
  value: ms === null ? null : ms / HOUR_MS,
});
/** A span in words; CSV has its seconds. */
export const spanCell = ({ figures }: Pen, ms: number | null): ReportCell => ({
  text: figures.span(ms),
  value: ms === null ? null : ms / 1000,
});
export const instantCell = ({ figures }: Pen, at: number | null): ReportCell => ({
  text: figures.instant(at),
  value: at === null ? null : new Date(at).toISOString(),
});
/** A change in words: of no use to a sum, so text in CSV too. */
export const deltaCell = ({ figures }: Pen, now: Amount, before: Amount): ReportCell => {
  const text = figures.delta(now, before);
  const none = now.unit === "money" ? figures.noAmount : DASH;
  return { text: text === "" ? none : text, value: text === "" ? null : text };
};

/** A column named by a word. Money columns say the currency, CSV and page alike. */
export function column(
  pen: Pen,
  id: ColumnWord,
  kind: ReportColumn["kind"] = "text",
  { label = pen.words.columns[id], width, align = kind === "text" ? "left" : "right" }: ColumnLook = {},
): ReportColumn {
  return {
    id,
    label: kind === "money" ? `${label} (${pen.currency})` : label,
    align,
    kind,
    ...(width === undefined ? {} : { width }),
  };
}
type ColumnLook = { readonly label?: string; readonly width?: number; readonly align?: ReportColumn["align"] };

/** A table, or the sentence that stands for an empty one. */
export function tableOr(empty: string, table: Omit<ReportTable, "kind">): ReportBlock {
  return table.rows.length === 0 ? { kind: "text", text: empty, tone: "plain" } : { kind: "table", ...table };
}

export const text = (said: string, tone: Tone = "plain"): ReportBlock => ({ kind: "text", text: said, tone });
