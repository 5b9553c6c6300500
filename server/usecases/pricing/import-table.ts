import type { ListOptions, ReadOffer } from "../../../collectors/price-lists/offer.ts";
import type {
  ImportEffect,
  ImportJob,
  ImportPick,
  ImportPreview,
  ImportResult,
  ImportRowView,
  ImportThing,
  RowFate,
  UnknownName,
} from "../../../db/model/import-views.ts";
import type { FileFault, ImportKind, RowIssue } from "../../../db/model/imports.ts";
import { microOf, microText } from "../../../db/model/money.ts";
import { dayOf } from "../../../db/model/time.ts";
import { type UnixMs, unixMs } from "../../../db/model/units.ts";
import { currencyFault } from "../../config/values.ts";
import type { ChangeNote, Deps } from "../../context.ts";
import { instantOf, readInstant, wallOf } from "../../domain/pricing/wall-clock.ts";
import { ServiceError } from "../../errors.ts";
import { reasoned } from "./change-book.ts";
import { listAliases } from "./imports-port.ts";
import { isFault, type PickedTable, pickRows } from "./pick-rows.ts";
import type { TableReading } from "./read-table.ts";

/** A file that was dropped, and what its person says about it. */
export type ImportQuestion = {
  readonly upload: string;
  readonly kind: ImportKind;
  readonly currency: string | null; // of figures without one
  readonly vendor: string; // of tables that do not name it
  readonly from: string | null; // prices without a day hold from here; null = the start of today
  readonly isList: boolean | null; // null = as the table is meant
  readonly pick: ImportPick;
};

type Parts = Pick<Deps, "aliases" | "clock" | "config" | "imports" | "log" | "pricing" | "tiers">;

export type RowPage = { readonly show: RowFate | "all"; readonly offset: number; readonly limit: number };

/** What a file's rows would become, page by page, and whether they may be applied as picked. Writes nothing. */
export async function previewImport(deps: Parts, question: ImportQuestion, page: RowPage): Promise<ImportPreview> {
  const table = await readingOf(deps, question);
  const { name: fileName } = deps.imports.file(question.upload);
  const picked = pickRows(table, question.pick);
  if (isFault(picked)) return noPreview(fileName, question.kind, picked);
  const list = table.kind === "prices" && table.reading.ok ? table.reading.list : null;
  const asked = page.show === "all" ? picked.rows : picked.rows.filter((row) => picked.fates.get(row) === page.show);
  const shown = asked.slice(page.offset, page.offset + page.limit);
  return {
    fileName,
    kind: question.kind,
    fault: null,
    dialect: list?.dialect ?? null,
    encoding: list?.encoding ?? "",
    counts: picked.counts,
    things: thingsTaken(picked),
    mayApply: picked.mayApply,
    rows: rowViews(shown, picked, table),
    total: asked.length,
    names: unknownNames(picked),
  };
}

/** What the picked rows would do to the money. null = they are no prices, or there is nothing to take. */
export async function importEffect(deps: Parts, question: ImportQuestion): Promise<ImportEffect | null> {
  const picked = pickRows(await readingOf(deps, question), question.pick);
  if (isFault(picked) || picked.taken.offers.length === 0) return null;
  const effect = await deps.pricing.effectOf(picked.taken.offers.map(({ change }) => change));
  const { currency, differenceMicro, rows, pools } = effect;
  const sum = (side: "perDayBeforeMicro" | "perDayAfterMicro") =>
    microText(pools.reduce((total, pool) => total + microOf(pool[side] ?? "0"), 0n));
  return {
    currency,
    ...rows,
    poolsChanged: pools.length,
    perDayBeforeMicro: sum("perDayBeforeMicro"),
    perDayAfterMicro: sum("perDayAfterMicro"),
    newlyPriced: pools.filter((pool) => pool.hourlyBeforeMicro === null && pool.hourlyAfterMicro !== null).length,
    differenceMicro,
    pools: pools.slice(0, MOST_POOLS),
  };
}

const MOST_POOLS = 50;

/**
 * Begins to take the picked rows: all of them in one revision, or none. The job tells how far it is.
 * @throws ServiceError "invalid" when a wanted row is wrong, or nothing is wanted
 */
export async function startImport(
  deps: Parts,
  question: ImportQuestion,
  note: Omit<ChangeNote, "source">,
  onRecord: (job: ImportJob, work: () => Promise<ImportResult>) => Promise<ImportResult> = (_job, work) => work(),
): Promise<ImportJob> {
  const { imports, log } = deps;
  const { name: fileName } = imports.file(question.upload);
  const said = reasoned({ ...note, source: fileName });
  optionsOf(deps, question); // what is wrong with the question is told before anything begins
  let job: ImportJob = {
    id: imports.newId(),
    fileName,
    kind: question.kind,
    phase: "reading",
    done: 0,
    of: null,
    result: null,
    error: null,
  };
  const report = (news: Partial<ImportJob>) => {
    job = { ...job, ...news };
    imports.putJob(job);
  };
  report({});
  void onRecord(job, () => applyImport(deps, question, said, report))
    .then((result) => report({ phase: "done", result }))
    .catch((error: unknown) => {
      if (!(error instanceof ServiceError)) log.error({ err: error, file: fileName }, "an import failed");
      const sentence =
        error instanceof ServiceError ? error.message : "The database did not take it. Nothing was changed; try again.";
      report({ phase: "failed", error: sentence });
    });
  return job;
}

/** Takes the picked rows now. For the command line, and inside a job. */
export async function applyImport(
  deps: Parts,
  question: ImportQuestion,
  note: ChangeNote,
  report: (news: Partial<ImportJob>) => void = () => undefined,
): Promise<ImportResult> {
  const table = await readingOf(deps, question, (done) => report({ done }));
  const picked = pickRows(table, question.pick);
  if (isFault(picked))
    throw new ServiceError("invalid", `the file cannot be read: ${picked.key} ${picked.read}`.trim());
  if (!picked.mayApply) throw new ServiceError("invalid", whyNot(picked));
  const { offers, benchmarks, rates } = picked.taken;
  report({ phase: "writing", done: 0, of: thingsTaken(picked) });
  if (table.kind === "benchmarks") {
    const { added, changed, unchanged } = await deps.tiers.putBenchmarks(
      benchmarks.map(({ benchmark }) => benchmark),
      note,
    );
    return { revisionId: null, added: added + changed, ended: changed, unchanged };
  }
  if (table.kind === "rates") {
    const revision = await deps.pricing.setRates(
      rates.map(({ rate }) => rate),
      note,
    );
    const added = revision === null ? 0 : rates.length;
    return { revisionId: revision?.id ?? null, added, ended: 0, unchanged: rates.length - added };
  }
  const changes = offers.map(({ change }) => change);
  const made = await deps.pricing.change(changes, note, (done, of) => report({ done, of }));
  if (made === null) return { revisionId: null, added: 0, ended: 0, unchanged: changes.length };
  return { revisionId: made.revision.id, added: made.added, ended: made.ended, unchanged: made.unchanged };
}

function whyNot({ counts, issues }: PickedTable): string {
  const first = issues.find(({ level }) => level === "error");
  if (first === undefined) return "rows: no row is left to take; pick some";
  const where = `row ${first.row}${first.column === "" ? "" : `, column ${first.column}`}`;
  return `rows: ${counts.error} cannot be taken, the first at ${where} (${first.key}); nothing was changed. Correct them, or take the other rows only`;
}

const thingsTaken = ({ taken }: PickedTable): number =>
  taken.offers.length + taken.benchmarks.length + taken.rates.length;

async function readingOf(
  deps: Parts,
  question: ImportQuestion,
  onRows?: (rows: number) => void,
): Promise<TableReading> {
  return await deps.imports.reading(question.upload, question.kind, optionsOf(deps, question), onRows);
}

/** @throws ServiceError "invalid" when the currency or the day is none */
function optionsOf({ aliases, clock, config }: Parts, question: ImportQuestion): ListOptions {
  const { timeZone } = config.current();
  const { currency, vendor, isList } = question;
  const fault = currency === null ? null : currencyFault(currency);
  if (fault !== null)
    throw new ServiceError(
      "invalid",
      `currency: "${currency}" is not one; write ${fault || "an ISO 4217 code like USD"}`,
    );
  const from = question.from === null ? startOfDay(clock.now(), timeZone) : readInstant(question.from, timeZone);
  if (from === null) throw new ServiceError("invalid", `from: "${question.from}" is not a day; write 2026-11-01`);
  const dayStart = (year: number, month: number, day: number) => instantOf(Date.UTC(year, month - 1, day), timeZone);
  return { currency, vendor: vendor.trim(), from, isList, aliases: listAliases(aliases.current()), dayStart };
}

const startOfDay = (at: UnixMs, zone: string): UnixMs => instantOf(dayOf(unixMs(wallOf(at, zone))), zone);

function rowViews(rows: readonly number[], picked: PickedTable, table: TableReading): ImportRowView[] {
  const wanted = new Set(rows);
  const things = new Map<number, ImportThing[]>();
  const put = (row: number, thing: ImportThing) => {
    if (wanted.has(row)) things.set(row, [...(things.get(row) ?? []), thing]);
  };
  const { taken } = picked;
  const takenOffers = new Set(taken.offers);
  for (const offer of picked.offers) put(offer.row, priceThing(offer, takenOffers.has(offer)));
  if (table.kind === "benchmarks" && table.reading.ok)
    for (const read of table.reading.benchmarks) {
      const { row, written, benchmark } = read;
      put(row, { kind: "benchmark", ...benchmark, written, isTaken: taken.benchmarks.includes(read) });
    }
  if (table.kind === "rates" && table.reading.ok)
    for (const read of table.reading.rates) {
      const { base, quote, day, rateNano } = read.rate;
      const isTaken = taken.rates.includes(read);
      put(read.row, { kind: "rate", base, quote, day, rate: plainNano(rateNano), isTaken });
    }
  const issues = new Map<number, RowIssue[]>();
  for (const issue of picked.issues)
    if (wanted.has(issue.row)) issues.set(issue.row, [...(issues.get(issue.row) ?? []), issue]);
  return rows.map((row) => ({
    row,
    fate: picked.fates.get(row) ?? "error",
    things: things.get(row) ?? [],
    issues: issues.get(row) ?? [],
  }));
}

function priceThing({ change, written, machine, perCardMicro }: ReadOffer, isTaken: boolean): ImportThing {
  const { selector, terms, from, to, isList } = change;
  return {
    kind: "price",
    selector,
    written,
    machine,
    basis: terms.basis,
    currency: terms.currency,
    amountMicro: microText(terms.amountMicro),
    cardsPerInstance: terms.cardsPerInstance,
    perCardMicro: microText(perCardMicro),
    from,
    to,
    isList,
    isTaken,
  };
}

const plainNano = (nano: bigint): string => {
  const fraction = (nano % 1_000_000_000n)
    .toString()
    .padStart(9, "0")
    .replace(/0{1,7}$/, "");
  return `${nano / 1_000_000_000n}.${fraction}`;
};

/** Names of cards without a data sheet, of the rows read. */
function unknownNames({ offers }: PickedTable): UnknownName[] {
  const names = new Map<string, { stored: string; rows: Set<number> }>();
  for (const { card, written, row } of offers) {
    if (card === null || card.model !== null) continue;
    const name = names.get(written) ?? { stored: card.name, rows: new Set() };
    name.rows.add(row);
    names.set(written, name);
  }
  return [...names]
    .map(([written, { stored, rows }]) => ({ written, stored, rows: rows.size }))
    .toSorted((a, b) => b.rows - a.rows || (a.written < b.written ? -1 : 1))
    .slice(0, MOST_NAMES);
}

const MOST_NAMES = 100;

const noPreview = (fileName: string, kind: ImportKind, fault: FileFault): ImportPreview => ({
  fileName,
  kind,
  fault,
  dialect: null,
  encoding: "",
  counts: { ok: 0, note: 0, left_out: 0, unpicked: 0, error: 0 },
  things: 0,
  mayApply: false,
  rows: [],
  total: 0,
  names: [],
});
