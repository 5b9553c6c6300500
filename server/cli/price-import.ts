import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { ImportPick, ImportPreview } from "../../db/model/import-views.ts";
import { type ImportKind, MOST_IMPORT_BYTES, type RowIssue } from "../../db/model/imports.ts";
import { decimalMoney, microOf } from "../../db/model/money.ts";
import { holdConfig } from "../config/holder.ts";
import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { ServiceError } from "../errors.ts";
import { createLog } from "../telemetry/log.ts";
import { createAliases } from "../usecases/pricing/aliases-port.ts";
import { applyImport, importEffect, type ImportQuestion, previewImport } from "../usecases/pricing/import-table.ts";
import { createImports } from "../usecases/pricing/imports-port.ts";
import { createPricing } from "../usecases/pricing/pricing-port.ts";
import { createTiers } from "../usecases/tiers/tiers-port.ts";
import { onRecord } from "./on-record.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

export type PriceImportFlags = {
  readonly config: string;
  readonly kind: ImportKind;
  readonly apply: boolean;
  readonly goodRows: boolean;
  readonly currency?: string;
  readonly vendor?: string;
  readonly from?: string;
  readonly real?: boolean;
  readonly list?: boolean;
  readonly why?: string;
};

/** Rows of a preview that are printed; all of them are counted. */
const MOST_PRINTED = 200;

/**
 * `dapan price import <file>`: says what every row would become and what it would do to the money; with --apply, does it.
 * Exit code 1 when rows stand in the way, 2 when the file or the configuration cannot be read.
 */
export async function priceImport(file: string, flags: PriceImportFlags, parts: CliParts): Promise<number> {
  const { env, clock, say, print } = parts;
  const reading = loadConfig(flags.config, env);
  if (!reading.ok) return fail(say, printFaults(reading.faults));
  const bytes = readTableFile(file);
  if (typeof bytes === "string") return fail(say, bytes);
  const db = await openConfigured(reading.config, parts);
  try {
    const log = createLog("silent", clock);
    const config = holdConfig(reading.config, null, log);
    const aliases = await createAliases(db, clock);
    const pricing = createPricing({ db, clock, config: () => config.current() });
    const tiers = createTiers({
      db,
      clock,
      pricing,
      currency: () => config.current().currency,
      aliases: (knownAt) => aliases.at(knownAt),
    });
    const deps = { aliases, clock, config, imports: createImports(clock), log, pricing, tiers };
    const question = questionOf(deps.imports.keep(path.basename(file), bytes).id, flags);
    const preview = await previewImport(deps, question, { show: "all", offset: 0, limit: 1_000_000 });
    for (const line of previewLines(preview)) print(line);
    if (preview.fault !== null) return 2;
    const effect = await importEffect(deps, question);
    if (effect !== null) print(effectLine(effect));
    if (!preview.mayApply) {
      say(preview.counts.error > 0 ? "nothing is applied: correct the rows, or add --good-rows" : "nothing to apply");
      return 1;
    }
    if (!flags.apply) {
      say("this was a preview: add --apply to change the price book");
      return 0;
    }
    const why = flags.why ?? `imported ${path.basename(file)}`;
    const name = path.basename(file);
    const result = await onRecord(
      { db, config: reading.config, parts },
      { action: "dapan price import", name, why },
      () => applyImport(deps, question, { who: "cli", why, source: name }),
    );
    say(`applied: ${result.added} added, ${result.ended} ended, ${result.unchanged} were so already`);
    return 0;
  } catch (error) {
    if (error instanceof ServiceError) return fail(say, error.message);
    throw error;
  } finally {
    await db.close();
  }
}

function fail(say: (line: string) => void, sentence: string): number {
  say(sentence);
  return 2;
}

/** The bytes, or why there are none. */
function readTableFile(file: string): Uint8Array | string {
  try {
    const { size } = statSync(file);
    if (size > MOST_IMPORT_BYTES) return `${file} has ${size} bytes; at most ${MOST_IMPORT_BYTES} are read. Split it`;
    return readFileSync(file);
  } catch (error) {
    return `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function questionOf(upload: string, flags: PriceImportFlags): ImportQuestion {
  const pick: ImportPick = flags.goodRows ? { mode: "good", except: [] } : { mode: "all" };
  const isList = flags.list === true ? true : flags.real === true ? false : null;
  const { kind, currency = null, vendor = "", from = null } = flags;
  return { upload, kind, currency, vendor, from, isList, pick };
}

function* previewLines({ fault, counts, rows, dialect, encoding, kind }: ImportPreview): Generator<string> {
  if (fault !== null) {
    const where = fault.row === null ? "" : ` in row ${fault.row}, byte ${fault.at}`;
    const known = fault.expected === "" ? "" : `; known: ${fault.expected}`;
    return yield `the file cannot be read (${fault.key})${where}${fault.read === "" ? "" : `: ${fault.read}`}${known}`;
  }
  yield `${dialect ?? kind}${encoding === "" ? "" : `, ${encoding}`}: ${Object.entries(counts)
    .map(([fate, count]) => `${count} ${fate.replace("_", " ")}`)
    .join(", ")}`;
  const told = rows.filter(({ issues }) => issues.length > 0);
  for (const { row, fate, issues } of told.slice(0, MOST_PRINTED))
    yield `  row ${row} ${fate.replace("_", " ")}: ${issues.map(issueText).join("; ")}`;
  if (told.length > MOST_PRINTED) yield `  … and ${told.length - MOST_PRINTED} more rows with something to know`;
}

function issueText({ key, column, read, expected, other }: RowIssue): string {
  const where = column === "" ? "" : ` in ${column}`;
  const said = read === "" ? "" : ` "${read}"`;
  return `${key.replaceAll("_", " ")}${where}${said}${expected === "" ? "" : ` (${expected})`}${other === null ? "" : ` see row ${other}`}`;
}

type Effect = NonNullable<Awaited<ReturnType<typeof importEffect>>>;

const effectLine = (effect: Effect): string => {
  const day = (micro: string) => `${effect.currency} ${decimalMoney(microOf(micro), 2)}`;
  return `${effect.added} prices added, ${effect.ended} ended, ${effect.unchanged} as before; ${effect.poolsChanged} pools change: ${day(effect.perDayBeforeMicro)} → ${day(effect.perDayAfterMicro)} a day`;
};
