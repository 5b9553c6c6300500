import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { once } from "node:events";
import path from "node:path";
import { CollectError } from "../../collectors/collector.ts";
import { DataDirInUse } from "../../db/data-lock.ts";
import type { Database } from "../../db/database.ts";
import type { DayRange } from "../../db/model/ledger-views.ts";
import { readBookedTo } from "../../db/store/booking.ts";
import { readFeatures } from "../../db/store/features.ts";
import type { Config } from "../config/config.ts";
import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { dayNoIn, dayText } from "../domain/usage/calendar.ts";
import { openFetcher } from "../egress/fetcher.ts";
import { openPolicy } from "../egress/policy.ts";
import { ServiceError } from "../errors.ts";
import { createBoardPast } from "../usecases/board/board-past.ts";
import { costCsv } from "../usecases/costs/cost-csv.ts";
import { createCosts } from "../usecases/costs/costs-port.ts";
import { askedDays } from "../usecases/costs/day-range.ts";
import { focusCsv } from "../usecases/costs/focus-export.ts";
import type { ExportDeps } from "../usecases/costs/ports.ts";
import { createAliases } from "../usecases/pricing/aliases-port.ts";
import { pastNamed } from "../usecases/pricing/named-pools.ts";
import { createPricing } from "../usecases/pricing/pricing-port.ts";
import { refuseOtherZone } from "../usecases/ledger/days-zone.ts";
import type { LedgerExportFlags } from "./ledger-flags.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

/**
 * `dapan ledger export`: the ledger of some days as a file, day by day. It reads PostgreSQL itself; the embedded database
 * too, unless a running Dapan has it: then it asks that one. Exit code 2 when something asked for is wrong, 1 when it could
 * not be had.
 */
export async function ledgerExport(flags: LedgerExportFlags, parts: CliParts): Promise<number> {
  const reading = loadConfig(flags.config, parts.env);
  if (!reading.ok) return fail(parts, printFaults(reading.faults));
  const { config } = reading;
  try {
    const { range } = askedDays(rangeOf(flags, config, parts), config.timeZone, parts.clock.now());
    const db = await openOrNull(config, parts);
    if (db === null) return await write(flags, parts, range, fromServer(flags, config, range, parts));
    try {
      await refuseOtherZone(db, config.timeZone, flags.config);
      return await write(flags, parts, range, fromDatabase(flags, config, range, db, parts));
    } finally {
      await db.close();
    }
  } catch (error) {
    if (error instanceof ServiceError) return fail(parts, error.message, error.fault === "unavailable" ? 1 : 2);
    throw error;
  }
}

function fail({ say }: CliParts, sentence: string, code = 2): number {
  say(sentence);
  return code;
}

/** One end alone: from a day until today, or nothing that can be meant. */
function rangeOf({ from, to }: LedgerExportFlags, { timeZone }: Config, { clock }: CliParts): DayRange | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined) throw new ServiceError("invalid", "--from is missing: say the first day, like 2026-11-01");
  return { from, to: to ?? dayText(dayNoIn(clock.now(), timeZone) + 1) };
}

/** null = a running Dapan has the data directory. */
async function openOrNull(config: Config, parts: CliParts): Promise<Database | null> {
  try {
    return await openConfigured(config, parts);
  } catch (error) {
    if (error instanceof DataDirInUse) return null;
    throw error;
  }
}

async function* fromDatabase(
  { format }: LedgerExportFlags,
  config: Config,
  range: DayRange,
  db: Database,
  { clock }: CliParts,
): AsyncGenerator<string> {
  const holder = { current: () => config, faults: () => [], onChange: () => () => undefined };
  const aliases = await createAliases(db, clock);
  const features = await readFeatures(db);
  const deps: ExportDeps = {
    clock,
    config: holder,
    past: pastNamed(createBoardPast(db), aliases),
    pricing: createPricing({ db, clock, config: () => config }),
    aliases,
    costs: createCosts({ db, clock }),
    ledger: { asOf: () => readBookedTo(db) },
    features: { list: () => features },
  };
  yield* format === "focus" ? focusCsv(deps, range) : costCsv(deps, { range });
}

const DAY_BYTES = 512 * 2 ** 20;
const DAY_MS = 300_000;

/** The same file from the console's own address, a day at a time: however long the range, a day has to fit. */
async function* fromServer(
  { format }: LedgerExportFlags,
  config: Config,
  range: DayRange,
  { clock, say }: CliParts,
): AsyncGenerator<string> {
  const base = consoleUrl(config);
  say(`the embedded database is in use by a running Dapan: asking ${base}`);
  const fetcher = openFetcher({
    clock,
    policy: openPolicy({ ...config.egress, allow: [...config.egress.allow, "127.0.0.0/8", "::1/128"] }),
  });
  try {
    const days = askedDays(range, config.timeZone, clock.now());
    for (let day = days.from; day < days.to; day++) {
      const query = new URLSearchParams({ format, from: dayText(day), to: dayText(day + 1) });
      const url = new URL(`/api/ledger/export?${query.toString()}`, base);
      const { body } = await fetcher.get("ledger export", {
        url,
        headers: {},
        deadlineMs: DAY_MS,
        maxBytes: DAY_BYTES,
      });
      const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(body);
      yield day === days.from ? text : text.slice(text.indexOf("\n") + 1); // the head once
    }
  } catch (error) {
    if (!(error instanceof CollectError)) throw error;
    const query = new URLSearchParams({ format, ...range });
    throw new ServiceError(
      "unavailable",
      `the running Dapan did not give its ledger: ${error.message}. Stop it and ask again, or fetch ${base}/api/ledger/export?${query.toString()} where its console can be reached`,
      { cause: error },
    );
  } finally {
    await fetcher.close();
  }
}

/** Where the console answers on this machine. */
function consoleUrl({ listen: { host, port } }: Config): string {
  const here = host === "0.0.0.0" || host === "" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${here.includes(":") ? `[${here}]` : here}:${port}`;
}

/** Pieces to where they are wanted. A file is there whole or not at all. */
async function write(
  { out }: LedgerExportFlags,
  parts: CliParts,
  range: DayRange,
  pieces: AsyncGenerator<string>,
): Promise<number> {
  let rows = false;
  const told = async function* (): AsyncGenerator<string> {
    let isFirst = true;
    for await (const piece of pieces) {
      rows ||= isFirst ? piece.indexOf("\n") < piece.length - 1 : piece !== "";
      isFirst = false;
      if (piece !== "") yield piece;
    }
  };
  if (out === undefined)
    for await (const piece of told()) parts.print(piece.replace(/^\uFEFF/, "").replace(/\r?\n$/, "")); // a terminal needs no mark
  else await writeFile(out, parts, told());
  if (!rows)
    parts.say(
      `no line of the ledger lies in ${range.from} to ${range.to} (the day after the last): there is nothing below the head. Days that are over are booked, and today's hours up to now`,
    );
  return 0;
}

async function writeFile(out: string, parts: CliParts, pieces: AsyncGenerator<string>): Promise<void> {
  const draft = `${out}.part`;
  const file = createWriteStream(draft);
  let [bytes, told] = [0, parts.clock.monotonicMs()];
  try {
    await once(file, "open").catch((error: unknown) => refuseFile(out, error));
    for await (const piece of pieces) {
      bytes += Buffer.byteLength(piece);
      if (!file.write(piece)) await once(file, "drain");
      if (parts.clock.monotonicMs() - told < TELL_MS) continue;
      told = parts.clock.monotonicMs();
      parts.say(`${Math.round(bytes / 1e6)} MB written`);
    }
    file.end();
    await once(file, "close");
    await rename(draft, out);
  } catch (error) {
    file.destroy();
    await rm(draft, { force: true });
    throw error;
  }
  parts.say(`${out}: ${bytes} bytes`);
}
const TELL_MS = 2_000;

/** @throws ServiceError invalid */
function refuseFile(out: string, error: unknown): never {
  const folder = path.dirname(path.resolve(out));
  const { code } = error as NodeJS.ErrnoException;
  throw new ServiceError(
    "invalid",
    code === "ENOENT"
      ? `--out ${out}: there is no folder ${folder}; make it (mkdir -p ${folder}) or name a file elsewhere`
      : `--out ${out} cannot be written (${code ?? String(error)}): name a file in a folder that can`,
    { cause: error },
  );
}
