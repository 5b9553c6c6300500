import { writeFile } from "node:fs/promises";
import { DataDirInUse } from "../../db/data-lock.ts";
import type { ReportDocument } from "../../db/model/report-document.ts";
import { type ReportKind, type ReportPeriod, WHOLE_FLEET } from "../../db/model/report.ts";
import { plainText } from "../../reports/digest.ts";
import { documentOf } from "../../reports/write-document.ts";
import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { isZone, lastPeriod, periodOf } from "../domain/patrol/periods.ts";
import { ServiceError } from "../errors.ts";
import { pdfMaker } from "../usecases/patrol/make-pdf.ts";
import { reportFileName } from "../usecases/patrol/report-pages.ts";
import { reportValue } from "../usecases/patrol/report-value.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";
import type { ReportFlags } from "./report-flags.ts";

const FORMS: Readonly<Record<ReportKind, string>> = { daily: "2026-11-22", weekly: "2026-W46", monthly: "2026-10" };

/**
 * `dapan report`: a report of the whole fleet as PDF, from the database alone. Ends with 2 when asked wrongly; with 1 when
 * it could not be had, or only as text.
 */
export async function reportCommand(kind: ReportKind, flags: ReportFlags, parts: CliParts): Promise<number> {
  const { env, clock, say } = parts;
  const reading = loadConfig(flags.config, env);
  if (!reading.ok) {
    say(printFaults(reading.faults));
    return 2;
  }
  const { config } = reading;
  try {
    const period = askedPeriod(kind, flags, flags.zone ?? config.timeZone, parts);
    const db = await openConfigured(config, parts);
    try {
      const value = await reportValue({ db, clock, config: () => config }, { period, scope: WHOLE_FLEET });
      const language = flags.lang === "zh" ? "zh-CN" : "en";
      const name = reportFileName({ kind, period: period.name, revision: 1 }, language);
      const document = documentOf(value, language, { link: null, madeAt: clock.now() });
      return await writeReport(document, flags.out ?? `${name}.pdf`, parts);
    } finally {
      await db.close();
    }
  } catch (error) {
    if (error instanceof DataDirInUse) {
      say(`${error.message}. The console of the running Dapan has its reports as PDF: Patrol, then Reports`);
      return 1;
    }
    if (!(error instanceof ServiceError)) throw error;
    say(error.message);
    return 2;
  }
}

/** @throws ServiceError invalid */
function askedPeriod(kind: ReportKind, { period: name }: ReportFlags, zone: string, { clock }: CliParts): ReportPeriod {
  if (!isZone(zone))
    throw new ServiceError("invalid", `--zone ${zone}: no such time zone; write one like Asia/Shanghai`);
  if (name === undefined) return lastPeriod(kind, zone, clock.now());
  const period = periodOf(kind, name, zone);
  if (period === null) throw new ServiceError("invalid", `--period ${name}: no such period; write ${FORMS[kind]}`);
  if (period.to > clock.now())
    throw new ServiceError("invalid", `--period ${name} is not over yet in ${zone}; take an earlier one`);
  return period;
}

/** The PDF; where none can be made the same report as text beside it, and the reason. */
async function writeReport(document: ReportDocument, out: string, { clock, say }: CliParts): Promise<number> {
  const made = await pdfMaker(clock)(document).catch((error: unknown) => error as Error);
  if (!(made instanceof Error)) {
    await put(out, made.bytes);
    say(`${out}: ${made.pages} pages, ${made.bytes.length} bytes`);
    return 0;
  }
  const text = `${out.replace(/\.pdf$/, "")}.txt`;
  await put(text, plainText(document));
  say(`${made.message}. The report is in ${text}, as text`);
  return 1;
}

/** @throws ServiceError invalid */
async function put(file: string, bytes: Uint8Array | string): Promise<void> {
  try {
    await writeFile(file, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const say = `--out ${file} cannot be written (${code ?? String(error)}): name a file in a folder that is there`;
    throw new ServiceError("invalid", say, { cause: error });
  }
}
