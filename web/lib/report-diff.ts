/** What differs between two reports of one language and kind: pure, over what is written in them. */
import type { ReportBlock, ReportCell, ReportDocument, ReportTable } from "../../db/model/report-document.ts";

/** Two texts that stood in the same place; null = it was not there. */
export type Changed = { readonly name: string; readonly before: string | null; readonly after: string | null };
export type RowDiff =
  | { readonly kind: "added" | "removed"; readonly name: string }
  | { readonly kind: "changed"; readonly name: string; readonly cells: readonly Changed[] };
export type TableDiff = { readonly id: string; readonly title: string; readonly rows: readonly RowDiff[] };
export type SectionDiff = {
  readonly id: string;
  readonly title: string;
  readonly figures: readonly Changed[];
  readonly texts: readonly Changed[]; // a sentence that came has no before, one that went no after
  readonly tables: readonly TableDiff[];
};

/** What itself compares with a period before: its difference says nothing that its figures do not. */
const COMPARES = { sections: new Set(["changes"]), columns: new Set(["change", "busyChange", "before"]) } as const;

/** Sections in the order of the later report, those that are gone last; sections that say the same are left out. */
export function reportDiff(before: ReportDocument, after: ReportDocument): SectionDiff[] {
  const was = new Map(before.sections.map((section) => [section.id, section]));
  const is = new Set(after.sections.map(({ id }) => id));
  const gone = before.sections.filter(({ id }) => !is.has(id));
  return [
    ...after.sections.map(({ id, title, blocks }) => sectionDiff(id, title, was.get(id)?.blocks ?? [], blocks)),
    ...gone.map(({ id, title, blocks }) => sectionDiff(id, title, blocks, [])),
  ].filter((section) => !COMPARES.sections.has(section.id) && countOf(section) > 0);
}

/** How many places differ. */
export const countOf = ({ figures, texts, tables }: SectionDiff): number =>
  figures.length + texts.length + tables.reduce((sum, { rows }) => sum + rows.length, 0);

function sectionDiff(
  id: string,
  title: string,
  before: readonly ReportBlock[],
  after: readonly ReportBlock[],
): SectionDiff {
  return {
    id,
    title,
    figures: pairs(figuresOf(before), figuresOf(after)),
    texts: pairs(textsOf(before), textsOf(after)).map(({ before, after }) => ({ name: "", before, after })),
    tables: tablesDiff(before.filter(isTable), after.filter(isTable)),
  };
}

const isTable = (block: ReportBlock): block is ReportTable => block.kind === "table";

/** Figures of the strip and bars of the charts, by name. */
const figuresOf = (blocks: readonly ReportBlock[]): Map<string, string> =>
  new Map(
    blocks.flatMap((block) => {
      if (block.kind === "figures") return block.items.map(({ label, text }) => [label, text] as const);
      if (block.kind === "chart" && block.chart.chart === "bars")
        return block.chart.bars.map(({ name, text }) => [`${block.title} ${name}`, text] as const);
      return [];
    }),
  );

/** Sentences have no name: a sentence that changed is one that went and one that came. */
const textsOf = (blocks: readonly ReportBlock[]): Map<string, string> =>
  new Map(
    blocks.flatMap((block) => {
      if (block.kind === "text") return [[block.text, block.text] as const];
      return block.kind === "list" ? block.items.map(({ text }) => [text, text] as const) : [];
    }),
  );

function pairs(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Changed[] {
  return [...new Set([...after.keys(), ...before.keys()])]
    .map((name) => ({ name, before: before.get(name) ?? null, after: after.get(name) ?? null }))
    .filter((pair) => pair.before !== pair.after);
}

function tablesDiff(before: readonly ReportTable[], after: readonly ReportTable[]): TableDiff[] {
  const was = new Map(before.map((table) => [table.id, table]));
  const is = new Set(after.map(({ id }) => id));
  const none = (table: ReportTable): ReportTable => ({ ...table, rows: [], total: null });
  return [
    ...after.map((table) => tableDiff(was.get(table.id) ?? none(table), table)),
    ...before.filter(({ id }) => !is.has(id)).map((table) => tableDiff(table, none(table))),
  ].filter(({ rows }) => rows.length > 0);
}

function tableDiff(before: ReportTable, after: ReportTable): TableDiff {
  const [was, is] = [rowsOf(before), rowsOf(after)];
  const rows = [...new Set([...is.keys(), ...was.keys()])].flatMap((key): RowDiff[] => {
    const [a, b] = [was.get(key), is.get(key)];
    const name = (b ?? a)?.name ?? "";
    if (a === undefined || b === undefined) return [{ kind: a === undefined ? "added" : "removed", name }];
    const cells = pairs(a.cells, b.cells);
    return cells.length === 0 ? [] : [{ kind: "changed", name, cells }];
  });
  return { id: after.id, title: after.title, rows };
}

type NamedRow = { readonly name: string; readonly cells: ReadonlyMap<string, string> };

/**
 * Rows by what they are about: the text columns that stand before the first figure, without a verdict, which may change.
 * Rows of one name are told apart by their place among each other.
 */
function rowsOf(table: ReportTable): Map<string, NamedRow> {
  const firstFigure = table.columns.findIndex(({ align }) => align === "right");
  const keys = Math.max(1, firstFigure < 0 ? 1 : firstFigure);
  const rows = new Map<string, NamedRow>();
  const put = (row: readonly ReportCell[], prefix: string) => {
    const said = row.slice(0, keys).filter(({ tone }) => tone === undefined || tone === "plain");
    const name = (said.length === 0 ? row.slice(0, 1) : said)
      .map(({ text }) => text)
      .filter((text) => text !== "")
      .join(" · ");
    let key = prefix + name;
    for (let again = 2; rows.has(key); again++) key = `${prefix}${name} ${again}`;
    rows.set(key, { name, cells: cellsOf(table, row) });
  };
  for (const row of table.rows) put(row, "row ");
  if (table.total !== null) put(table.total, "total ");
  return rows;
}

/** What stands in a row by its column's label; labels that stand twice are told apart. */
function cellsOf({ columns }: ReportTable, row: readonly ReportCell[]): Map<string, string> {
  const cells = new Map<string, string>();
  for (const [i, { id, label }] of columns.entries()) {
    if (COMPARES.columns.has(id)) continue;
    const name = label === "" ? id : label;
    cells.set(cells.has(name) ? `${name} (${i + 1})` : name, row[i]?.text ?? "");
  }
  return cells;
}
