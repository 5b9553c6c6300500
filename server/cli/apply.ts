import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { decodeTable } from "../../collectors/price-lists/decode.ts";
import type { CatalogueChange, CataloguePreview, MappingFault, MappingMove } from "../../db/model/mapping-views.ts";
import { decimalMoney, unveiled } from "../../db/model/money.ts";
import { HOUR_MS } from "../../db/model/time.ts";
import { unixMs } from "../../db/model/units.ts";
import { holdConfig } from "../config/holder.ts";
import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { writeHour } from "../domain/mapping/written-rules.ts";
import { ServiceError } from "../errors.ts";
import { createLog } from "../telemetry/log.ts";
import { applyYaml, exportYaml, previewYaml } from "../usecases/mapping/catalogue.ts";
import { createFeatures } from "../usecases/mapping/features-port.ts";
import { createUsage } from "../usecases/usage/create-usage.ts";
import { onRecord } from "./on-record.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

export type ApplyFlags = {
  readonly config: string;
  readonly file?: string;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly export: boolean;
  readonly why?: string;
};

/** Nothing is asked of a Prometheus here: what counts, and from when on, is only written down. */
const NO_READERS = { of: () => null, stop: () => undefined };
/** Bytes of a features.yaml that are read at all; what is too long in it is told with its place. */
const MOST_BYTES = 8 * 2 ** 20;

/**
 * `dapan apply -f features.yaml`: says what it would change and move; with --yes, does it. With --export, prints what
 * there is as a features.yaml. Exit code 1 when something in the file is wrong, 2 when it cannot be read.
 */
export async function apply(flags: ApplyFlags, parts: CliParts): Promise<number> {
  const { env, clock, say, print } = parts;
  const reading = loadConfig(flags.config, env);
  if (!reading.ok) return fail(say, printFaults(reading.faults));
  if (flags.yes && flags.dryRun) return fail(say, "--yes applies and --dry-run does not: leave one of them out");
  const file = flags.export ? { text: "", encoding: "UTF-8" } : readText(flags.file);
  if (typeof file === "string") return fail(say, file);
  const { timeZone } = reading.config;
  const db = await openConfigured(reading.config, parts);
  try {
    const config = holdConfig(reading.config, null, createLog("silent", clock));
    const usage = createUsage({ db, clock, config: () => config.current(), readers: NO_READERS, env });
    const deps = { clock, config, features: await createFeatures({ db, clock }), usage };
    if (flags.export) {
      print((await exportYaml(deps)).trimEnd());
      return 0;
    }
    if (file.encoding !== "UTF-8") say(`read as ${file.encoding}; save it as UTF-8 so that everybody reads the same`);
    const preview = await previewYaml(deps, file.text);
    for (const line of previewLines(preview, timeZone)) print(line);
    if (preview.faults.length > 0) {
      say(`${preview.faults.length} faults; nothing is applied`);
      return 1;
    }
    if (!flags.yes) {
      say("this was a dry run: add --yes to apply it");
      return 0;
    }
    const name = path.basename(flags.file ?? "");
    const note = { who: "cli", why: flags.why ?? `applied ${name}`, source: name };
    const { changes } = await onRecord(
      { db, config: reading.config, parts },
      { action: "dapan apply", name, why: note.why },
      () => applyYaml(deps, file.text, preview.fingerprint, note),
    );
    const count = changes.filter(({ act }) => act !== "same").length;
    say(count === 0 ? "it was all so already; nothing was written" : `applied: ${count} changes`);
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

/** The text, or why there is none. */
function readText(file: string | undefined): { readonly text: string; readonly encoding: string } | string {
  if (file === undefined) return "name the file: dapan apply -f features.yaml";
  try {
    const { size } = statSync(file);
    if (size > MOST_BYTES) return `${file} has ${size} bytes; at most ${MOST_BYTES} are read. Amounts go in as CSV`;
    const decoded = decodeTable(readFileSync(file));
    return decoded.ok ? decoded : `${file} is no text: save it as UTF-8`;
  } catch (error) {
    return `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const SIGNS = { add: "+", change: "~", remove: "-", same: " " } as const;

function* previewLines(
  { faults, changes, moves, since, keptSince }: CataloguePreview,
  zone: string,
): Generator<string> {
  for (const fault of faults) yield faultLine(fault);
  if (faults.length > 0) return;
  const told = changes.filter(({ act }) => act !== "same");
  for (const change of told) yield changeLine(change);
  const same = changes.length - told.length;
  yield told.length === 0 ? "nothing changes" : `${told.length} changes, ${same} as before`;
  for (const move of moves) yield moveLine(move);
  if (since !== null)
    yield `hours since ${writeHour(unixMs(since), zone)} change hands; holders are kept since ${writeHour(unixMs(keptSince), zone)}`;
}

const faultLine = ({ where, value, hint }: MappingFault): string =>
  `${where}${value === "" ? "" : `  ${JSON.stringify(value)}`}: ${hint}`;

function changeLine({ what, name, act, fields }: CatalogueChange): string {
  const told = fields.map(({ field, before, after }) => {
    if (act === "add") return `${field} ${JSON.stringify(after)}`;
    return act === "remove"
      ? `${field} ${JSON.stringify(before)}`
      : `${field} ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
  });
  return `${SIGNS[act]} ${what.replaceAll("_", " ")} ${name}${told.length === 0 ? "" : `: ${told.join(", ")}`}`;
}

function moveLine({ from, to, ms, micro, holders, examples }: MappingMove): string {
  const money = micro.map((paid) => `${paid.currency} ${decimalMoney(unveiled(paid.micro), 2)}`);
  const hours = `${(ms / HOUR_MS).toFixed(1)} card-hours${money.length === 0 ? "" : ` (${money.join(", ")})`}`;
  return `  moves ${hours} from ${from || "nobody"} to ${to || "nobody"}: ${holders} holders, like ${examples.slice(0, 3).join(", ")}`;
}
