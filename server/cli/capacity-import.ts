import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { CapacityChange, CapacityLine, CapacityRowError } from "../../db/model/inventory.ts";
import { unixMs } from "../../db/model/units.ts";
import { holdConfig } from "../config/holder.ts";
import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { writeInstant } from "../domain/pricing/wall-clock.ts";
import { ServiceError } from "../errors.ts";
import { createLog } from "../telemetry/log.ts";
import { createBoardPast } from "../usecases/board/board-past.ts";
import { applyCapacity, previewCapacity } from "../usecases/inventory/import-capacity.ts";
import { createDeclarations } from "../usecases/inventory/inventory-port.ts";
import { onRecord } from "./on-record.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

export type CapacityImportFlags = {
  readonly config: string;
  readonly apply: boolean;
  readonly whole: boolean;
  readonly why?: string;
};

const MOST_BYTES = 8 * 2 ** 20;

/**
 * `dapan capacity import <file>`: says what each row would add, change or end; with --apply, declares it. Exit code 1 when
 * rows are wrong, 2 when the file or the configuration cannot be read.
 */
export async function capacityImport(file: string, flags: CapacityImportFlags, parts: CliParts): Promise<number> {
  const { env, clock, say, print } = parts;
  const reading = loadConfig(flags.config, env);
  if (!reading.ok) return fail(say, printFaults(reading.faults));
  const bytes = readFile(file);
  if (typeof bytes === "string") return fail(say, bytes);
  const { timeZone } = reading.config;
  const db = await openConfigured(reading.config, parts);
  try {
    const config = holdConfig(reading.config, null, createLog("silent", clock));
    const deps = {
      clock,
      config,
      inventory: createDeclarations(db, clock, () => undefined),
      past: createBoardPast(db),
    };
    const given = { name: path.basename(file), bytes, whole: flags.whole };
    const { changes, errors, fingerprint } = await previewCapacity(deps, given);
    for (const change of changes) print(changeLine(change, timeZone));
    for (const error of errors) print(errorLine(error));
    if (errors.length > 0) {
      say(`${errors.length} rows are wrong; nothing is declared`);
      return 1;
    }
    if (!flags.apply) {
      say("this was a preview: add --apply to declare it");
      return 0;
    }
    const why = flags.why ?? `imported ${given.name}`;
    const { changed } = await onRecord(
      { db, config: reading.config, parts },
      { action: "dapan capacity import", name: given.name, why },
      () => applyCapacity(deps, { ...given, fingerprint, who: "cli", why, via: given.name }),
    );
    say(changed ? "declared" : "it was all declared already");
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

function readFile(file: string): Uint8Array | string {
  try {
    const { size } = statSync(file);
    if (size > MOST_BYTES) return `${file} has ${size} bytes; at most ${MOST_BYTES} are read. Split it`;
    return readFileSync(file);
  } catch (error) {
    return `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function changeLine({ kind, row, before, after, pools }: CapacityChange, zone: string): string {
  const line = after ?? before!;
  const was = kind === "changed" && before ? ` (was ${before.count})` : "";
  const note = pools === 0 ? ", of which no card was seen yet" : "";
  return `${row === null ? "-" : `row ${row}`}: ${kind} ${line.count} cards${was}: ${describe(line, zone)}${note}`;
}

function describe({ selector, node, contract, from, to }: CapacityLine, zone: string): string {
  const said = Object.entries({ ...selector, contract, node }).filter(([, text]) => text !== "");
  const day = (at: number) => writeInstant(unixMs(at), zone);
  return `${said.map(([name, text]) => `${name} ${text}`).join(", ")}, from ${day(from)}${to === null ? "" : ` to ${day(to)}`}`;
}

const SENTENCES: Readonly<Record<CapacityRowError["key"], string>> = {
  file: "the file is no table",
  header: "no column count",
  unknown_column: "unknown column",
  quote: "a quote that is not closed",
  columns: "more than its column holds",
  blank: "blank",
  number: "no whole number",
  date: "no date",
  billing: "no billing type",
  order: "ends before it begins",
  nothing_said: "says of no cards in particular: vendor, region, zone, cluster, model, billing or node",
  overlap: "says again what another row says of the same time",
};

const errorLine = ({ row, column, value, key, expected }: CapacityRowError): string =>
  `row ${row}${column === "" ? "" : `, ${column}`}: ${SENTENCES[key]}${value === "" ? "" : `: ${JSON.stringify(value)}`}${expected === "" ? "" : ` (expected: ${expected})`}`;
