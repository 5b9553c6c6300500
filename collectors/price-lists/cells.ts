import type { RowError, RowIssue, RowIssueKey, RowNote } from "../../db/model/imports.ts";
import { type Currency, type Micro, parseMoney } from "../../db/model/money.ts";
import { type UnixMs, unixMs } from "../../db/model/units.ts";
import type { CsvRow } from "../csv-rows.ts";

/** Characters of a cell that are taken as a name; longer text is a mistake or an attack. */
const MOST_TEXT = 200;
/** Characters of a cell that are shown back. */
const MOST_SHOWN = 80;

/** Where the columns of a table stand, by their names as `plainName` spells them. */
export type Header = {
  readonly names: readonly string[];
  readonly at: ReadonlyMap<string, number>;
  readonly asked: Map<string, number | undefined>; // columns by the names readers ask for, so that a name is spelt out once
};

/** "GPU Type" → "gpu type": how names of columns are compared. */
export const plainName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, " ");

/** Columns of our own tables as people here write them. */
const CHINESE: ReadonlyMap<string, string> = new Map([
  ["厂商", "vendor"],
  ["地域", "region"],
  ["可用区", "zone"],
  ["集群", "cluster"],
  ["卡型", "model"],
  ["型号", "model"],
  ["计费方式", "billing"],
  ["合同", "contract"],
  ["合同号", "contract"],
  ["计价单位", "basis"],
  ["单价", "amount"],
  ["币种", "currency"],
  ["每实例卡数", "cards per instance"],
  ["开始日期", "from"],
  ["结束日期", "to"],
  ["已付至", "term to"],
  ["列表价", "list"],
  ["采购价", "purchase"],
  ["折旧月数", "months"],
  ["功率", "watts"],
  ["电价", "power price"],
  ["功能", "feature"],
  ["日期", "day"],
  ["产量", "ok"],
  ["失败", "failed"],
  ["收入", "revenue"],
  ["退款", "refund"],
  ["类别", "kind"],
  ["每日金额", "per day"],
  ["备注", "note"],
]);

export function readHeader(cells: readonly string[]): Header {
  const names = cells.map((cell) => cell.trim());
  const at = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    const plain = CHINESE.get(name) ?? plainName(name);
    if (!at.has(plain)) at.set(plain, i);
  }
  return { names, at, asked: new Map() };
}

function columnOf({ at, asked }: Header, column: string): number | undefined {
  if (asked.has(column)) return asked.get(column);
  const i = at.get(plainName(column));
  asked.set(column, i);
  return i;
}

/** The cells of one row by the names of their columns, and what is wrong with them. Answers null where it complained. */
export class RowCells {
  readonly row: number;
  readonly issues: RowIssue[] = [];
  readonly #header: Header;
  readonly #cells: readonly string[];

  constructor(header: Header, row: CsvRow) {
    this.row = row.row;
    this.#header = header;
    this.#cells = row.cells;
    if (row.fault !== null) this.error(row.fault, "", row.cells.join(" "));
    else if (extraCells(row.cells, header.names.length)) {
      this.error("columns", "", String(row.cells.length), String(header.names.length));
    }
  }

  get isWrong(): boolean {
    return this.issues.some(({ level }) => level === "error");
  }

  /** What the cell says, without blanks around it; "" where it or its column says nothing. */
  text(column: string): string {
    const i = columnOf(this.#header, column);
    const text = (i === undefined ? "" : (this.#cells[i] ?? "")).trim().replace(GUARDED, "$1");
    if (text.length <= MOST_TEXT) return text;
    this.error("too_long", column, text, String(MOST_TEXT));
    return "";
  }

  /** The same, of a column that must say something. */
  needed(column: string): string | null {
    const text = this.text(column);
    if (text === "") this.error("blank", column, "");
    return text === "" ? null : text;
  }

  /** A price above 0, in micro-units; null where the cell says none and `error` said why. Blank is a complaint, too. */
  price(column: string): Micro | null {
    const text = this.needed(column);
    return text === null ? null : this.priceOf(column, text);
  }

  priceOf(column: string, text: string): Micro | null {
    const read = readMoney(text);
    if (typeof read === "bigint") return read;
    this.error(read, column, text);
    return null;
  }

  /** A figure above 0 that is no money. */
  figure(column: string): number | null {
    const text = this.needed(column);
    if (text === null) return null;
    const money = readMoney(text); // the same grammar: a figure a thousand times too big looks as good
    if (typeof money === "bigint") return Number(text);
    this.error(money, column, text);
    return null;
  }

  /** An exchange rate above 0, in 1e-9. */
  rate(column: string): bigint | null {
    const text = this.needed(column);
    if (text === null) return null;
    const [, whole, fraction = ""] = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
    if (whole === undefined) {
      const why = readMoney(text);
      this.error(typeof why === "bigint" ? "too_large" : why, column, text);
      return null;
    }
    const nano = BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
    if (nano > 0n) return nano;
    this.error("zero", column, text);
    return null;
  }

  /** A currency of ISO 4217; `fallback` where the cell is blank, and a complaint where there is none. */
  currency(column: string, fallback: Currency | null): Currency | null {
    const text = this.text(column).toUpperCase();
    if (text === "" && fallback !== null) return fallback;
    if (CURRENCIES.has(text)) return text;
    this.error(text === "" ? "currency_missing" : "currency_unknown", column, this.text(column));
    return null;
  }

  /** Yes or no; null where the cell is blank or, with a complaint, neither. */
  flag(column: string): boolean | null {
    const text = this.text(column);
    if (text === "") return null;
    const flag = FLAGS.get(text.toLowerCase()) ?? null;
    if (flag === null) this.error("flag", column, text, "yes, no");
    return flag;
  }

  /**
   * When a calendar day begins, or an instant as toISOString writes it; null where the cell is blank or, with a
   * complaint, no date. The year comes first: 03/04/2026 is March here and April there.
   */
  day(column: string, dayStart: (year: number, month: number, day: number) => UnixMs): UnixMs | null {
    const text = this.text(column);
    if (text === "") return null;
    const parts = dayParts(text);
    if (parts !== null) return dayStart(...parts);
    const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isFinite(instant)) return unixMs(instant);
    this.error("date", column, text, "YYYY-MM-DD");
    return null;
  }

  /** A whole number from 1. */
  count(column: string): number | null {
    const text = this.needed(column);
    if (text === null) return null;
    const value = /^\d{1,6}(?:\.0{1,6})?$/.test(text) ? Number(text) : 0;
    if (value >= 1) return value;
    this.error("whole", column, text);
    return null;
  }

  error(key: RowError, column: string, read: string, expected = "", other: number | null = null): void {
    this.#say("error", key, column, read, expected, other);
  }

  note(key: RowNote, column: string, read: string, expected = "", other: number | null = null): void {
    this.#say("note", key, column, read, expected, other);
  }

  #say(
    level: RowIssue["level"],
    key: RowIssueKey,
    column: string,
    read: string,
    expected: string,
    other: number | null,
  ) {
    const i = columnOf(this.#header, column);
    const name = i === undefined ? column : (this.#header.names[i] ?? column);
    this.issues.push({ row: this.row, level, key, column: name, read: read.slice(0, MOST_SHOWN), expected, other });
  }
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ...["yes", "true", "1", "y", "是"].map((text) => [text, true] as const),
  ...["no", "false", "0", "n", "否"].map((text) => [text, false] as const),
]);

/** Year, month and day of a date that exists, the year first; null for anything else. */
export function dayParts(text: string): [number, number, number] | null {
  const [, y, separator, m, , d] = /^(\d{4})([-/.])(\d{1,2})(\2)(\d{1,2})$/.exec(text) ?? [];
  if (separator === undefined) return null;
  const [year, month, day] = [Number(y), Number(m), Number(d)];
  const made = new Date(Date.UTC(year, month - 1, day));
  const isReal = year >= 2000 && year < 2200 && made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
  return isReal ? [year, month, day] : null;
}

/** Our own CSV puts a ' before text that a spreadsheet would run; it is no part of the text. */
const GUARDED = /^'([=+\-@])/;

/** Cells beyond the header say something nobody reads: refused, unless they are blank. Missing ones are blank cells. */
const extraCells = (cells: readonly string[], columns: number): boolean =>
  cells.slice(columns).some((cell) => cell.trim() !== "");

/** Signs of currencies people write before or after a figure. */
const CURRENCY_SIGN = /[\p{Sc}元]|^(?:usd|cny|rmb|eur|hk\$|us\$)|(?:usd|cny|rmb|eur)$/iu;

/**
 * A price as micro-units, or what is wrong with it. A strict grammar: digits and at most one point. Whatever else is
 * written has more than one reading somewhere in the world, and a price that is a thousand times too big looks fine.
 */
export function readMoney(text: string): Micro | RowError {
  const amount = parseMoney(text);
  if (amount !== null) return amount > 0n ? amount : amount === 0n ? "zero" : "negative";
  if (/^[=@+]/.test(text)) return "formula";
  if (CURRENCY_SIGN.test(text)) return "currency_sign";
  if (/^[-−(]/.test(text)) return "negative";
  if (/^\d+(?:\.\d+)?e[+-]?\d+$/i.test(text)) return "exponent";
  if (/^\d{1,12}\.\d{7,}$/.test(text)) return "decimals";
  if (/^\d{13,}(?:\.\d+)?$/.test(text)) return "too_large";
  return /^\d[\d.,'’\s]*$/.test(text) ? "separators" : "number";
}
