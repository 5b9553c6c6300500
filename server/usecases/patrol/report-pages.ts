import { createHash } from "node:crypto";
import type { Database } from "../../../db/database.ts";
import type { Language } from "../../../db/model/channel.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { ReportDocument } from "../../../db/model/report-document.ts";
import type { ReportRun } from "../../../db/model/report.ts";
import { readRevisions } from "../../../db/store/report-archive.ts";
import { putReportFile, readReportFile, type StoredFile } from "../../../db/store/report-deliveries.ts";
import { readRun, readRunValue } from "../../../db/store/report-runs.ts";
import type { ReportValue } from "../../../reports/report-value.ts";
import { tableCsv } from "../../../reports/table-csv.ts";
import { type DocumentFrame, documentOf } from "../../../reports/write-document.ts";
import { withoutMoney } from "../../domain/access/hide-money.ts";
import { type Sight, WHOLE_SIGHT } from "../../domain/access/sight.ts";

/** Renders a document, within its own limits of time and memory. @throws Error when it cannot be rendered */
export type MakePdf = (document: ReportDocument) => Promise<StoredFile>;

export type PageParts = {
  readonly db: Database;
  readonly clock: Clock;
  readonly publicUrl: () => string; // without a slash at the end
  readonly makePdf: MakePdf;
};

export type ReportSight = Pick<Sight, "money" | "teams">;
const ALL_OF_IT: ReportSight = WHOLE_SIGHT;

/** Parts that speak of the whole fleet whatever team a report is of: incidents, checks and advice may name others' work. */
const OF_EVERYBODY: ReadonlySet<string> = new Set(["summary", "changes", "reliability", "incidents", "idle", "checks"]);

/** A report in words, as somebody sees it. */
export function documentAsSeen(
  value: ReportValue,
  language: Language,
  { money, teams }: ReportSight,
  frame: DocumentFrame,
): ReportDocument {
  const before = frame.before ?? null;
  const document = money
    ? documentOf(value, language, frame)
    : documentOf(withoutMoney(value), language, { ...frame, before: withoutMoney(before), showsMoney: false });
  if (teams === null) return document;
  const sections = document.sections.filter(({ id }) => !OF_EVERYBODY.has(id));
  return { ...document, digest: [], supersedes: "", sections };
}

/** What runs have made, in words, as PDF and as CSV: the same from everywhere. */
export class ReportPages {
  readonly #parts: PageParts;
  readonly #rendering = new Map<string, Promise<StoredFile>>(); // two who ask at once wait for one rendering

  constructor(parts: PageParts) {
    this.#parts = parts;
  }

  /** null = it is not made (yet), or there is no such run. */
  async document(runId: number, language: Language, sight: ReportSight = ALL_OF_IT): Promise<ReportDocument | null> {
    const run = await readRun(this.#parts.db, runId);
    return run === null ? null : await this.#documentOf(run, language, sight);
  }

  /** null = it is not made (yet), or there is no such run. @throws Error when it cannot be rendered */
  async pdf(runId: number, language: Language, sight: ReportSight = ALL_OF_IT): Promise<StoredFile | null> {
    if (!sight.money || sight.teams !== null) {
      const own = await this.document(runId, language, sight); // what is kept says everything: made anew, and not kept
      return own === null ? null : await this.#parts.makePdf(own);
    }
    const kept = await readReportFile(this.#parts.db, runId, language);
    if (kept !== null) return kept;
    const document = await this.document(runId, language);
    if (document === null) return null;
    const key = `${runId} ${language}`;
    const rendering =
      this.#rendering.get(key) ?? this.#render(runId, document).finally(() => this.#rendering.delete(key));
    this.#rendering.set(key, rendering);
    return await rendering;
  }

  /** A table of the report; null = there is no such run or table. */
  async csv(
    runId: number,
    tableId: string,
    language: Language,
    sight: ReportSight = ALL_OF_IT,
  ): Promise<string | null> {
    const document = await this.document(runId, language, sight);
    for (const { blocks } of document?.sections ?? [])
      for (const block of blocks) if (block.kind === "table" && block.id === tableId) return tableCsv(block);
    return null;
  }

  /** Where people read it. */
  link(runId: number): string {
    return `${this.#parts.publicUrl()}/patrol/reports/${runId}`;
  }

  async #documentOf(run: ReportRun, language: Language, sight: ReportSight): Promise<ReportDocument | null> {
    const { db } = this.#parts;
    const value = (await readRunValue(db, run.id)) as ReportValue | null; // as finishRun wrote it
    if (value === null || run.finishedAt === null) return null;
    const before =
      run.revision === 1
        ? undefined
        : (await readRevisions(db, run.id)).find((one) => one.revision === run.revision - 1);
    return documentAsSeen(value, language, sight, {
      link: this.link(run.id),
      madeAt: run.finishedAt,
      revision: run.revision,
      before: before === undefined ? null : ((await readRunValue(db, before.runId)) as ReportValue | null),
    });
  }

  async #render(runId: number, document: ReportDocument): Promise<StoredFile> {
    const { db, clock, makePdf } = this.#parts;
    const file = await makePdf(document);
    const sha256 = createHash("sha256").update(file.bytes).digest("hex");
    await putReportFile(db, runId, document.language, { ...file, sha256, at: clock.now() });
    return file;
  }
}

/** Name of a file we hand out: letters, digits and dashes, made by us. */
export const reportFileName = (
  { kind, period, revision }: Pick<ReportRun, "kind" | "period" | "revision">,
  language: Language,
): string => `dapan-${kind}-${period}${revision > 1 ? `-r${revision}` : ""}-${language === "en" ? "en" : "zh"}`;
