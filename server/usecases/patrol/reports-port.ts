import type { Database } from "../../../db/database.ts";
import type { Language } from "../../../db/model/channel.ts";
import type {
  ArchiveFilter,
  ArchivePage,
  DefinitionEdit,
  DefinitionsPage,
  NewShareLink,
  NextRuns,
  ReportPage,
  RunAsk,
  SharedReport,
  ShareLink,
  TestResult,
} from "../../../db/model/patrol-views.ts";
import { readArchive, readRevisions, readRunBefore, readRunRow } from "../../../db/store/report-archive.ts";
import { readLinks } from "../../../db/store/report-links.ts";
import { readRun } from "../../../db/store/report-runs.ts";
import { ServiceError } from "../../errors.ts";
import { definitionsPage, nextRuns, pause, remove, saveDefinition } from "./definitions.ts";
import { deliveriesOf, type DeliveryParts, deliverRun, postReport } from "./delivery.ts";
import { openToken, revoke, share } from "./links.ts";
import { type MakePdf, reportFileName, ReportPages } from "./report-pages.ts";
import { sendTest } from "./send-test.ts";
import { Runs, type RunsParts } from "./runs.ts";

/** A file to hand out, with a name made by us. */
export type ReportFile = { readonly name: string; readonly bytes: Uint8Array | string };

/** Reports: the archive, the schedules, and who may read what. */
export type ReportsPort = {
  archive(ask: {
    readonly filter: ArchiveFilter;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<ArchivePage>;
  /** null = there is no such run. */
  read(runId: number, language: Language): Promise<ReportPage | null>;
  definitions(): Promise<DefinitionsPage>;
  /** @throws ServiceError naming the part at fault */
  saveDefinition(edit: DefinitionEdit): Promise<number>;
  pauseDefinition(id: number, isPaused: boolean): Promise<void>;
  removeDefinition(id: number): Promise<void>;
  nextRuns(cron: string, zone: string): NextRuns;
  sendTest(id: number): Promise<readonly TestResult[]>;
  run(ask: RunAsk): Promise<number>;
  revise(runId: number): Promise<number>;
  links(runId: number): Promise<readonly ShareLink[]>;
  share(ask: { readonly runId: number; readonly days: number }, who: string): Promise<NewShareLink>;
  revokeLink(id: string): Promise<void>;
  /** null = the token is unknown, ended or revoked. */
  shared(token: string, language: Language): Promise<SharedReport | null>;
  /** null = there is no such report (yet). @throws ServiceError unavailable when it cannot be rendered */
  pdf(of: FileOf, language: Language): Promise<ReportFile | null>;
  /** A table of it; null = there is no such report or table. */
  csv(of: FileOf, tableId: string, language: Language): Promise<ReportFile | null>;
  /** Queues what fell due. @returns runs somebody should work on now */
  round(): Promise<readonly number[]>;
  /** Makes a run and sends it, as far as both are due and nobody else does. */
  work(runId: number): Promise<void>;
  /** Calls back when somebody asked for a run. Returns the way to stop it. */
  onAsked(callback: () => void): () => void;
};
export type FileOf = { readonly runId: number } | { readonly token: string };

export type ReportsParts = Omit<RunsParts, "post"> &
  Omit<DeliveryParts, "pages"> & {
    readonly db: Database;
    readonly zone: () => string;
    readonly publicUrl: () => string;
    readonly makePdf: MakePdf;
  };

export function createReports(parts: ReportsParts): ReportsPort {
  const { db, clock, zone, log } = parts;
  const pages = new ReportPages(parts);
  const delivery: DeliveryParts = { ...parts, pages };
  const runs = new Runs({ ...parts, post: (tx, run, value) => postReport(delivery, tx, run, value) });
  const listeners = new Set<() => void>();
  const asked = (runId: number): number => {
    for (const tell of listeners) tell();
    return runId;
  };
  const runOf = async (of: FileOf): Promise<number | null> =>
    "runId" in of ? of.runId : ((await openToken(parts, of.token))?.runId ?? null);
  return {
    async archive({ filter, after, limit }) {
      const found = await readArchive(db, filter, { now: clock.now(), after: readCursor(after), limit });
      const last = found.rows.length === limit ? found.rows.at(-1)?.run : undefined;
      return { asOf: clock.now(), zone: zone(), ...found, next: last === undefined ? null : `${last.from}.${last.id}` };
    },
    async read(runId, language) {
      const row = await readRunRow(db, runId, clock.now());
      if (row === null) return null;
      return {
        row,
        document: await pages.document(runId, language),
        language,
        revisions: await readRevisions(db, runId),
        before: await readRunBefore(db, runId),
        deliveries: await deliveriesOf(db, runId),
      };
    },
    definitions: () => definitionsPage(parts),
    saveDefinition: (edit) => saveDefinition(parts, edit),
    pauseDefinition: (id, isPaused) => pause(parts, id, isPaused),
    removeDefinition: (id) => remove(parts, id),
    nextRuns: (cron, at) => nextRuns(cron, at, clock),
    sendTest: (id) => sendTest({ ...parts, ...delivery }, id),
    run: async (ask) => asked(await runs.ask(ask)),
    revise: async (runId) => asked(await runs.revise(runId)),
    links: (runId) => readLinks(db, runId),
    share: (ask, who) => share(parts, ask, who),
    revokeLink: (id) => revoke(parts, id),
    async shared(token, language) {
      const open = await openToken(parts, token);
      const run = open === null ? null : await readRun(db, open.runId);
      const document = run === null ? null : await pages.document(run.id, language);
      if (open === null || run === null || document === null) return null;
      const { kind, period, revision, supersededBy } = run;
      // Whoever has the link sees this report, and no way into the rest.
      return {
        run: { kind, period, revision, supersededBy },
        document: { ...document, link: null },
        expiresAt: open.expiresAt,
      };
    },
    async pdf(of, language) {
      const runId = await runOf(of);
      const run = runId === null ? null : await readRun(db, runId);
      if (run === null) return null;
      const file = await pages.pdf(run.id, language).catch((error: unknown) => {
        log.error({ err: error, run: run.id }, "the PDF of a report could not be made");
        throw new ServiceError(
          "unavailable",
          "the PDF could not be made; the page and its tables can be read all the same",
        );
      });
      return file === null ? null : { name: `${reportFileName(run, language)}.pdf`, bytes: file.bytes };
    },
    async csv(of, tableId, language) {
      const runId = await runOf(of);
      const run = runId === null ? null : await readRun(db, runId);
      const text = run === null ? null : await pages.csv(run.id, tableId, language);
      return run === null || text === null
        ? null
        : { name: `${reportFileName(run, language)}-${tableId}.csv`, bytes: text };
    },
    round: () => runs.round(),
    async work(runId) {
      await runs.make(runId);
      await deliverRun(delivery, runId);
    },
    onAsked(callback) {
      listeners.add(callback);
      return () => void listeners.delete(callback);
    },
  };
}

/** @throws ServiceError invalid for a cursor we did not make */
function readCursor(text: string | null): { readonly from: number; readonly id: number } | null {
  if (text === null) return null;
  const found = /^(-?\d{1,16})\.(\d{1,10})$/.exec(text);
  if (found === null) throw new ServiceError("invalid", "after: this is no cursor of the archive");
  return { from: Number(found[1]), id: Number(found[2]) };
}
