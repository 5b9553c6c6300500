import { parse as parseYaml } from "yaml";
import { BILLING_TYPES } from "../db/model/fleet.ts";
import { modelOf } from "../db/model/card-models.ts";
import type { CapacityLine, CapacityRowError } from "../db/model/inventory.ts";
import type { Selector } from "../db/model/price.ts";
import type { UnixMs } from "../db/model/units.ts";
import { csvRows, delimiterOf } from "./csv-rows.ts";
import { decodeTable } from "./price-lists/decode.ts";
import { nestsTooDeep } from "./yaml-depth.ts";

/** Columns of the table and keys of the YAML. `count` must be there, and something that says which cards. */
export const CAPACITY_COLUMNS = [
  "vendor",
  "region",
  "zone",
  "cluster",
  "model",
  "billing",
  "node",
  "count",
  "from",
  "to",
  "contract",
] as const;
type Column = (typeof CAPACITY_COLUMNS)[number];

const CHINESE: ReadonlyMap<string, Column> = new Map([
  ["厂商", "vendor"],
  ["地域", "region"],
  ["可用区", "zone"],
  ["集群", "cluster"],
  ["卡型", "model"],
  ["型号", "model"],
  ["计费方式", "billing"],
  ["节点", "node"],
  ["数量", "count"],
  ["卡数", "count"],
  ["开始日期", "from"],
  ["结束日期", "to"],
  ["合同", "contract"],
  ["合同号", "contract"],
]);
const BILLING: ReadonlyMap<string, Selector["billing"]> = new Map([
  ...BILLING_TYPES.map((type) => [type as string, type] as const),
  ["包年包月", "monthly"],
  ["预留", "reserved"],
  ["按量", "on_demand"],
  ["竞价", "spot"],
  ["自有", "owned"],
]);

const MOST_TEXT = 200;
const MOST_SHOWN = 80;
const MOST_COUNT = 1_000_000;

export type CapacityList = {
  readonly rows: number;
  readonly lines: readonly { readonly row: number; readonly line: CapacityLine }[];
  readonly errors: readonly CapacityRowError[];
};

export type CapacityDates = {
  readonly instant: (text: string) => UnixMs | null; // a day or an instant as people write it here; null = neither
  readonly from: UnixMs; // where a line without a date begins
};

/** The lines of a declaration, and what is wrong with it, row by row. A name that ends in .yaml or .yml is read as YAML. */
export function readCapacityList(bytes: Uint8Array, name: string, dates: CapacityDates): CapacityList {
  const decoded = decodeTable(bytes);
  if (!decoded.ok) return nothing(1, "file", decoded.fault.read, decoded.fault.expected);
  const table = /\.ya?ml$/i.test(name) ? yamlRows(decoded.text) : tableRows(decoded.text);
  if ("key" in table) return { rows: 0, lines: [], errors: [table] };
  const errors: CapacityRowError[] = [...table.errors];
  const lines: { row: number; line: CapacityLine }[] = [];
  for (const { row, cells } of table.rows) {
    const own: CapacityRowError[] = [];
    const line = lineOf(row, cells, dates, own);
    errors.push(...own);
    if (own.length === 0 && line !== null) lines.push({ row, line });
  }
  return { rows: table.rows.length, lines, errors };
}

type Rows = {
  readonly rows: { readonly row: number; readonly cells: ReadonlyMap<string, string> }[];
  readonly errors: CapacityRowError[];
};

const wrong = (
  row: number,
  key: CapacityRowError["key"],
  column: string,
  value: string,
  expected = "",
): CapacityRowError => ({ row, key, column, value: value.slice(0, MOST_SHOWN), expected });

const nothing = (row: number, key: CapacityRowError["key"], value: string, expected: string): CapacityList => ({
  rows: 0,
  lines: [],
  errors: [wrong(row, key, "", value, expected)],
});

function tableRows(text: string): Rows | CapacityRowError {
  const [first, ...rest] = csvRows(text, delimiterOf(text));
  if (first === undefined) return wrong(1, "file", "", "", CAPACITY_COLUMNS.join(", "));
  const names = first.cells.map((cell) => CHINESE.get(cell.trim()) ?? cell.trim().toLowerCase());
  if (!names.includes("count"))
    return wrong(first.row, "header", "", first.cells.join(", "), CAPACITY_COLUMNS.join(", "));
  const errors = names.flatMap((name, i) =>
    name === "" || isColumn(name) ? [] : [unknownColumn(first.row, first.cells[i]!)],
  );
  const rows = rest.flatMap(({ row, cells, fault }) => {
    if (fault !== null) return (errors.push(wrong(row, "quote", "", cells.join(" "))), []);
    if (cells.slice(names.length).some((cell) => cell.trim() !== ""))
      return (errors.push(wrong(row, "columns", "", String(cells.length), String(names.length))), []);
    return [{ row, cells: new Map(names.map((name, i) => [name, (cells[i] ?? "").trim()])) }];
  });
  return { rows, errors };
}

/** A list of mappings, or a mapping with the list under `capacity`. `row` counts the items. */
function yamlRows(text: string): Rows | CapacityRowError {
  if (nestsTooDeep(text)) return wrong(1, "file", "", "", "capacity: [{model: A10, count: 64}]");
  let value: unknown;
  try {
    value = parseYaml(text, { maxAliasCount: 100, stringKeys: true, schema: "failsafe" }); // dates and numbers stay as written
  } catch (error) {
    return wrong(1, "file", "", error instanceof Error ? (error.message.split("\n")[0] ?? "") : "", "YAML");
  }
  const list = isMapping(value) ? value["capacity"] : value;
  if (!Array.isArray(list)) return wrong(1, "file", "", "", "capacity: [{model: A10, count: 64}]");
  const errors: CapacityRowError[] = [];
  const rows = list.flatMap((item: unknown, i) => {
    if (!isMapping(item))
      return (errors.push(wrong(i + 1, "columns", "", String(item), "{model: A10, count: 64}")), []);
    for (const name of Object.keys(item)) if (!isColumn(name)) errors.push(unknownColumn(i + 1, name));
    return [
      { row: i + 1, cells: new Map(Object.entries(item).map(([k, v]) => [k, typeof v === "string" ? v.trim() : ""])) },
    ];
  });
  return { rows, errors };
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isColumn = (name: string): name is Column => (CAPACITY_COLUMNS as readonly string[]).includes(name);
const unknownColumn = (row: number, name: string) =>
  wrong(row, "unknown_column", name, name, CAPACITY_COLUMNS.join(", "));

function lineOf(
  row: number,
  cells: ReadonlyMap<string, string>,
  dates: CapacityDates,
  errors: CapacityRowError[],
): CapacityLine | null {
  const say = (key: CapacityRowError["key"], column: Column | "", value: string, expected = "") =>
    void errors.push(wrong(row, key, column, value, expected));
  const text = (column: Column): string => {
    const said = cells.get(column) ?? "";
    if (said.length > MOST_TEXT) say("columns", column, said, `${MOST_TEXT}`);
    return said.slice(0, MOST_TEXT);
  };
  const number = text("count");
  const count = /^\d{1,7}$/.test(number) && Number(number) <= MOST_COUNT ? Number(number) : null;
  if (number === "") say("blank", "count", "");
  else if (count === null) say("number", "count", number, `0 … ${MOST_COUNT}`);
  const instant = (column: "from" | "to"): UnixMs | null => {
    const said = text(column);
    const at = said === "" ? null : dates.instant(said);
    if (said !== "" && at === null) say("date", column, said, "YYYY-MM-DD");
    return at;
  };
  const from = instant("from") ?? dates.from;
  const to = instant("to");
  if (to !== null && to <= from) say("order", "to", text("to"), text("from"));
  const billing = text("billing") === "" ? "" : BILLING.get(text("billing"));
  if (billing === undefined) say("billing", "billing", text("billing"), BILLING_TYPES.join(", "));
  const model = text("model");
  const selector: Selector = {
    vendor: text("vendor"),
    region: text("region"),
    zone: text("zone"),
    cluster: text("cluster"),
    model: model === "" ? "" : modelOf(model),
    billing: billing ?? "",
    contract: "",
  };
  const node = text("node");
  if (node === "" && Object.values(selector).every((part) => part === "")) say("nothing_said", "", "");
  return count === null ? null : { selector, node, count, from, to, contract: text("contract") };
}
