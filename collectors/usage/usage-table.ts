import { OTHER_COST_KINDS, type OtherCostKind } from "../../db/model/feature.ts";
import type { FileFault, RowIssue } from "../../db/model/imports.ts";
import { type Currency, type Micro, parseMoney } from "../../db/model/money.ts";
import { type UnixMs } from "../../db/model/units.ts";
import type { EntryFault, UsageEntry, UsageFault, UsageTable } from "../../db/model/usage-views.ts";
import { dayParts, type Header, plainName, readMoney, RowCells } from "../price-lists/cells.ts";
import type { TextEncoding } from "../price-lists/decode.ts";
import { fault, hasColumns, openTable } from "../price-lists/table.ts";

/** Rows one file may have: a year of days of a hundred features. */
export const MOST_USAGE_ROWS = 50_000;

/** What a table does not say itself. */
export type UsageTableOptions = {
  readonly currency: Currency | null; // of figures without one
  /** When a calendar day of the installation's zone begins. */
  readonly dayStart: (year: number, month: number, day: number) => UnixMs;
  /** The instant a wall clock of the zone, or a text with its offset, names; null = it names none. */
  readonly instant: (text: string) => UnixMs | null;
};

/** A cost besides cards, as a row says it. */
export type WrittenCost = {
  readonly feature: string;
  readonly kind: OtherCostKind;
  readonly note: string;
  readonly currency: Currency;
  readonly perDayMicro: Micro;
  readonly from: UnixMs;
  readonly to: UnixMs | null;
};

/** One row. Nothing is believed of a row with a fault. */
export type UsageRow = {
  readonly row: number;
  readonly entry: UsageEntry | null;
  readonly cost: WrittenCost | null;
  readonly faults: readonly UsageFault[];
  readonly said: { readonly feature: string; readonly from: string; readonly to: string }; // to show a wrong row by
};

export type UsageTableReading =
  | {
      readonly ok: true;
      readonly table: UsageTable;
      readonly encoding: TextEncoding;
      readonly rows: Iterable<UsageRow>;
      /** The header's own name of one of our columns; of a time where it says days, that of the day. */
      readonly nameOf: (column: string) => string;
    }
  | { readonly ok: false; readonly fault: FileFault };

const KNOWN =
  "feature, day (or from, to), ok, failed, revenue, refund, currency; or feature, kind, per_day, currency, from, to, note";

/** A table of units and revenue, or of other costs, told by its columns. Its rows are read as they are asked for. */
export function readUsageTable(bytes: Uint8Array, options: UsageTableOptions): UsageTableReading {
  const opening = openTable(bytes, (header) => tableOf(header) !== null, KNOWN);
  if (!opening.ok) return opening;
  const { header, encoding, rows } = opening.table;
  const table = tableOf(header) ?? "usage"; // openTable found a header that is one
  if (table === "other_costs" && !header.at.has("currency") && options.currency === null)
    return fault("currency_missing", "", "");
  const nameOf = (column: string): string => {
    const isTime = column === "from" || column === "to";
    const at = header.at.get(plainName(column)) ?? (isTime ? header.at.get("day") : undefined);
    return at === undefined ? column : (header.names[at] ?? column);
  };
  function* read(): Generator<UsageRow> {
    for (const row of rows) {
      const cells = new RowCells(header, row);
      const own: UsageFault[] = [];
      const reader = new RowReader(cells, own, nameOf, options);
      const isWhole = !cells.isWrong; // cells of a row with broken quotes, or too many, stand anywhere
      const entry = isWhole && table === "usage" ? reader.entry(header) : null;
      const cost = isWhole && table === "other_costs" ? reader.cost() : null;
      const faults = [...cells.issues.filter(isError).map(asFault), ...own];
      const said = {
        feature: cells.text("feature"),
        from: cells.text("day") || cells.text("from"),
        to: cells.text("to"),
      };
      const isSound = faults.length === 0;
      yield { row: row.row, entry: isSound ? entry : null, cost: isSound ? cost : null, faults, said };
    }
  }
  return { ok: true, table, encoding, rows: read(), nameOf };
}

function tableOf(header: Header): UsageTable | null {
  if (hasColumns(header, ["feature", "kind", "per_day", "from"])) return "other_costs";
  const hasTime = hasColumns(header, ["day"]) || hasColumns(header, ["from", "to"]);
  const hasFigure = ["ok", "revenue", "refund"].some((column) => hasColumns(header, [column]));
  return hasColumns(header, ["feature"]) && hasTime && hasFigure ? "usage" : null;
}

const isError = ({ level }: RowIssue): boolean => level === "error";

const asFault = ({ row, column, key, read, expected, other }: RowIssue): UsageFault => ({
  row,
  field: column,
  code: key as UsageFault["code"], // an error's key is a RowError
  read,
  expected,
  other,
});

const KINDS: ReadonlyMap<string, OtherCostKind> = new Map([
  ...OTHER_COST_KINDS.map((kind) => [kind, kind] as const),
  ["third-party", "third_party"],
  ["third party", "third_party"],
  ["存储", "storage"],
  ["流量", "traffic"],
  ["第三方", "third_party"],
  ["其他", "other"],
]);

/** Reads one row; what is wrong is said to the cells, or to `own` where the cells have no word for it. */
class RowReader {
  private readonly cells: RowCells;
  private readonly own: UsageFault[];
  private readonly nameOf: (column: string) => string;
  private readonly options: UsageTableOptions;

  constructor(cells: RowCells, own: UsageFault[], nameOf: (column: string) => string, options: UsageTableOptions) {
    this.cells = cells;
    this.own = own;
    this.nameOf = nameOf;
    this.options = options;
  }

  entry(header: Header): UsageEntry | null {
    const { cells, options } = this;
    const feature = cells.needed("feature");
    const window = hasColumns(header, ["day"]) ? this.day() : this.window();
    const [okMicro, failedMicro] = [this.figure("ok"), this.figure("failed")];
    const [revenueMicro, refundMicro] = [this.figure("revenue"), this.figure("refund")];
    const isMoney = revenueMicro !== null || refundMicro !== null;
    const currency = isMoney ? cells.currency("currency", options.currency) : null;
    if (feature === null || window === null) return null;
    return { feature, ...window, okMicro, failedMicro, revenueMicro, refundMicro, currency };
  }

  cost(): WrittenCost | null {
    const { cells, options } = this;
    const feature = cells.needed("feature");
    const kind = this.kind();
    const currency = cells.currency("currency", options.currency);
    const perDayMicro = cells.needed("per_day") === null ? null : this.figure("per_day");
    const from = cells.needed("from") === null ? null : this.instant("from");
    const to = cells.text("to") === "" ? null : this.instant("to");
    if (from !== null && to !== null && to <= from) this.say("to", "window", cells.text("to"), cells.text("from"));
    if (feature === null || kind === null || currency === null || perDayMicro === null || from === null) return null;
    return { feature, kind, note: cells.text("note"), currency, perDayMicro, from, to };
  }

  private kind(): OtherCostKind | null {
    const text = this.cells.needed("kind");
    const kind = text === null ? null : (KINDS.get(text.toLowerCase()) ?? null);
    if (text !== null && kind === null) this.say("kind", "cost_kind", text, OTHER_COST_KINDS.join(", "));
    return kind;
  }

  /** The calendar day of a cell, whole: 23, 24 or 25 hours. */
  private day(): { from: UnixMs; to: UnixMs } | null {
    const text = this.cells.needed("day");
    if (text === null) return null;
    const parts = dayParts(text);
    if (parts === null) {
      this.cells.error("date", "day", text, "YYYY-MM-DD");
      return null;
    }
    const [year, month, day] = parts;
    const next = new Date(Date.UTC(year, month - 1, day + 1));
    return {
      from: this.options.dayStart(year, month, day),
      to: this.options.dayStart(next.getUTCFullYear(), next.getUTCMonth() + 1, next.getUTCDate()),
    };
  }

  private window(): { from: UnixMs; to: UnixMs } | null {
    const from = this.cells.needed("from") === null ? null : this.instant("from");
    const to = this.cells.needed("to") === null ? null : this.instant("to");
    return from === null || to === null ? null : { from, to };
  }

  private instant(column: string): UnixMs | null {
    const text = this.cells.text(column);
    const parts = dayParts(text);
    if (parts !== null) return this.options.dayStart(...parts);
    const at = this.options.instant(text);
    if (at === null) this.cells.error("date", column, text, "YYYY-MM-DD, YYYY-MM-DD HH:MM");
    return at;
  }

  /** A quantity or amount from 0 on; null where the cell is blank or, with a complaint, none. */
  private figure(column: string): Micro | null {
    const text = this.cells.text(column);
    if (text === "") return null;
    const figure = readFigure(text);
    if (typeof figure === "bigint") return figure;
    this.cells.error(figure, column, text);
    return null;
  }

  private say(column: string, code: EntryFault, read: string, expected: string): void {
    const { row } = this.cells;
    this.own.push({ row, field: this.nameOf(column), code, read: read.slice(0, 80), expected, other: null });
  }
}

/** A plain decimal from 0 on in 1e-6, or what is wrong with it: the grammar of prices, with 0 allowed. */
export function readFigure(text: string): Micro | Exclude<ReturnType<typeof readMoney>, bigint> {
  const figure = readMoney(text);
  return figure === "zero" ? (parseMoney(text) ?? figure) : figure;
}
