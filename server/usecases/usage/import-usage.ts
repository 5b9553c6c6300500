import {
  MOST_USAGE_ROWS,
  readUsageTable,
  type UsageRow,
  type UsageTableOptions,
  type UsageTableReading,
  type WrittenCost,
} from "../../../collectors/usage/usage-table.ts";
import type { FileFault } from "../../../db/model/imports.ts";
import { type Micro, microText } from "../../../db/model/money.ts";
import type {
  UsageApplied,
  UsageEntry,
  UsageFault,
  UsagePreview,
  UsageRowView,
  UsageTable,
} from "../../../db/model/usage-views.ts";
import { didYouMean } from "../../config/did-you-mean.ts";
import { currencyFault } from "../../config/values.ts";
import type { ChangeNote, Deps } from "../../context.ts";
import { instantOf, readInstant } from "../../domain/pricing/wall-clock.ts";
import { costFaults } from "../../domain/usage/entries.ts";
import { ServiceError } from "../../errors.ts";
import { faultWords } from "./fault-words.ts";
import type { EntrySource } from "./usage-port.ts";

type Parts = Pick<Deps, "clock" | "config" | "imports" | "usage" | "features">;
export type ImportQuestion = {
  readonly upload: string;
  readonly currency: string | null; // of figures without one; null = the file says it
};
export type RowPage = { readonly show: "all" | "wrong"; readonly offset: number; readonly limit: number };

/** Whatever a file is called, its feature's lines are the one source "csv": the file is named by the revision. */
const CSV: EntrySource = { kind: "csv", name: "csv" };

/** What a file says, row by row, what is wrong with it, and what it would change. Writes nothing. */
export async function previewUsage(deps: Parts, question: ImportQuestion, page: RowPage): Promise<UsagePreview> {
  const { name: fileName } = deps.imports.file(question.upload);
  const file = await readFile(deps, question);
  if (file.fault !== null) return { ...nothing(fileName), fault: file.fault };
  const wrong = new Set(file.faults.map(({ row }) => row));
  const faultsOf = new Map<number, UsageFault[]>();
  for (const fault of file.faults) faultsOf.set(fault.row, [...(faultsOf.get(fault.row) ?? []), fault]);
  const asked = page.show === "all" ? file.rows : file.rows.filter(({ row }) => wrong.has(row));
  return {
    fileName,
    table: file.table,
    fault: null,
    encoding: file.encoding,
    rowCount: file.rows.length,
    wrongCount: wrong.size,
    mayApply: wrong.size === 0 && file.rows.length > 0,
    rows: asked.slice(page.offset, page.offset + page.limit).map((row) => viewOf(row, faultsOf.get(row.row) ?? [])),
    total: asked.length,
    effects: file.effects,
  };
}

/**
 * Takes a file: every row of it in one revision, or none.
 * @param may prices: say revenue, refunds and other costs; units alone need no such right. moneyWaits: these need a second
 *   person, for whom no file is kept
 * @throws ServiceError invalid with the first row that is wrong, or that says money somebody may not set
 */
export async function applyUsage(
  deps: Parts,
  question: ImportQuestion,
  note: Omit<ChangeNote, "source">,
  may: { readonly prices: boolean; readonly moneyWaits: boolean },
): Promise<UsageApplied> {
  const { name: source } = deps.imports.file(question.upload);
  const why = note.why.trim();
  if (why === "") throw new ServiceError("invalid", "why: say why, like: units of November from the warehouse");
  const file = await readFile(deps, question);
  if (file.fault !== null)
    throw new ServiceError("invalid", `the file cannot be read: ${file.fault.key} ${file.fault.read}`.trim());
  const [first] = file.faults;
  if (first !== undefined) {
    const count = new Set(file.faults.map(({ row }) => row)).size;
    throw new ServiceError(
      "invalid",
      `rows: ${count} cannot be taken and nothing was stored. The first: row ${first.row}${first.field === "" ? "" : `, column ${first.field}`}: ${faultWords(first)}`,
    );
  }
  if (file.rows.length === 0) throw new ServiceError("invalid", "rows: there is none below the header");
  const priced = may.prices && !may.moneyWaits ? undefined : file.rows.find(saysMoney);
  if (priced !== undefined)
    throw new ServiceError(
      "invalid",
      may.prices
        ? `row ${priced.row} says money and nothing was stored: this waits for a second person, and a file cannot; enter other costs on the page, and leave out revenue and refunds`
        : `row ${priced.row} says money and nothing was stored: this needs the right "prices.write"; leave out revenue, refunds and other costs`,
    );
  const said = { ...note, why, source };
  if (file.table === "other_costs") return await deps.usage.setOtherCosts(file.costs, said);
  return await deps.usage.put(file.entries, CSV, said);
}

const saysMoney = ({ entry, cost }: UsageRow): boolean =>
  cost !== null || (entry?.revenueMicro ?? null) !== null || (entry?.refundMicro ?? null) !== null;

type ReadFile = {
  readonly fault: FileFault | null;
  readonly table: UsageTable | null;
  readonly encoding: string;
  readonly rows: readonly UsageRow[];
  readonly entries: readonly UsageEntry[]; // of sound rows
  readonly costs: readonly WrittenCost[]; // of sound rows
  readonly faults: readonly UsageFault[]; // by row
  readonly effects: UsagePreview["effects"];
};

/** Rows read between two turns of others. */
const TURN_ROWS = 2_000;

async function readFile(deps: Parts, question: ImportQuestion): Promise<ReadFile> {
  const { bytes } = deps.imports.file(question.upload);
  const reading = readUsageTable(bytes, optionsOf(deps, question));
  const none: ReadFile = {
    fault: null,
    table: null,
    encoding: "",
    rows: [],
    entries: [],
    costs: [],
    faults: [],
    effects: [],
  };
  if (!reading.ok) return { ...none, fault: reading.fault };
  const rows = await rowsOf(deps, reading);
  if (rows === null)
    return {
      ...none,
      fault: { key: "too_many_rows", row: null, at: null, read: "", expected: String(MOST_USAGE_ROWS) },
    };
  if (rows.length === 0) return { ...none, fault: { key: "empty", row: null, at: null, read: "", expected: "" } };
  const { table, encoding, nameOf } = reading;
  const sound = rows.filter(({ entry, cost }) => entry !== null || cost !== null);
  const entries = sound.flatMap(({ entry }) => (entry === null ? [] : [entry]));
  const costs = sound.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  const judged =
    table === "usage"
      ? await deps.usage.judge(entries, CSV)
      : { faults: [...costFaults(costs), ...unknownFeatures(deps, costs)], effects: [] };
  const placed = judged.faults.map((fault) => inFile(fault, sound, nameOf));
  const faults = [...rows.flatMap((row) => row.faults), ...placed].sort((a, b) => a.row - b.row);
  return {
    fault: null,
    table,
    encoding,
    rows,
    entries,
    costs,
    faults,
    effects: faults.length > 0 ? [] : judged.effects,
  };
}

/** null = too many. */
async function rowsOf(
  { clock }: Parts,
  reading: UsageTableReading & { readonly ok: true },
): Promise<UsageRow[] | null> {
  const rows: UsageRow[] = [];
  for (const row of reading.rows) {
    rows.push(row);
    if (rows.length > MOST_USAGE_ROWS) return null;
    if (rows.length % TURN_ROWS === 0) await clock.sleep(0);
  }
  return rows;
}

/** A fault of the n-th sound row, with the row and the column as the file has them. */
function inFile(fault: UsageFault, sound: readonly UsageRow[], nameOf: (column: string) => string): UsageFault {
  const rowOf = (place: number): number => sound[place]?.row ?? place;
  return {
    ...fault,
    row: rowOf(fault.row),
    field: fault.field === "" ? "" : nameOf(fault.field),
    other: fault.other === null ? null : rowOf(fault.other),
  };
}

function unknownFeatures(deps: Parts, costs: readonly WrittenCost[]): UsageFault[] {
  const keys = deps.features.list().map(({ key }) => key);
  const known = new Set(keys);
  return costs.flatMap(({ feature }, row): UsageFault[] => {
    if (known.has(feature)) return [];
    const expected = didYouMean(feature, keys) ?? "";
    return [{ row, field: "feature", code: "feature_unknown", read: feature, expected, other: null }];
  });
}

/** @throws ServiceError invalid when the currency is none */
function optionsOf({ config }: Parts, { currency }: ImportQuestion): UsageTableOptions {
  const { timeZone } = config.current();
  const fault = currency === null ? null : currencyFault(currency);
  if (fault !== null)
    throw new ServiceError(
      "invalid",
      `currency: "${currency}" is not one; write ${fault || "an ISO 4217 code like CNY"}`,
    );
  return {
    currency,
    dayStart: (year, month, day) => instantOf(Date.UTC(year, month - 1, day), timeZone),
    instant: (text) => readInstant(text, timeZone),
  };
}

function viewOf({ row, entry, cost, said }: UsageRow, faults: readonly UsageFault[]): UsageRowView {
  const text = (micro: Micro | null | undefined) => (micro === null || micro === undefined ? null : microText(micro));
  return {
    row,
    feature: entry?.feature ?? cost?.feature ?? said.feature,
    from: entry?.from ?? cost?.from ?? null,
    to: entry?.to ?? cost?.to ?? null,
    okMicro: text(entry?.okMicro),
    failedMicro: text(entry?.failedMicro),
    revenueMicro: text(entry?.revenueMicro),
    refundMicro: text(entry?.refundMicro),
    kind: cost?.kind ?? null,
    note: cost?.note ?? "",
    perDayMicro: text(cost?.perDayMicro),
    currency: entry?.currency ?? cost?.currency ?? null,
    faults,
  };
}

const nothing = (fileName: string): UsagePreview => ({
  fileName,
  table: null,
  fault: null,
  encoding: "",
  rowCount: 0,
  wrongCount: 0,
  mayApply: false,
  rows: [],
  total: 0,
  effects: [],
});
