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
import type { ReportRun } from "../../../db/model/report.ts";
import { readArchive, readRevisions, readRunBefore, readRunRow } from "../../../db/store/report-archive.ts";
import { readLinks } from "../../../db/store/report-links.ts";
import { readRun } from "../../../db/store/report-runs.ts";
import { WHOLE_SIGHT } from "../../domain/access/sight.ts";
import { ServiceError } from "../../errors.ts";
import { definitionsPage, nextRuns, pause, remove, saveDefinition } from "./definitions.ts";
import { deliveriesOf, type DeliveryParts, deliverRun, postReport } from "./delivery.ts";
import { openToken, revoke, share } from "./links.ts";
import { type MakePdf, reportFileName, ReportPages, type ReportSight } from "./report-pages.ts";
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
    readonly sight?: ReportSight; // left out = everything; what it leaves out is in no other answer either
  }): Promise<ArchivePage>;
  /** null = there is no such run, or none of the reader's. */
  read(runId: number, language: Language, sight?: ReportSight): Promise<ReportPage | null>;
  definitions(): Promise<DefinitionsPage>;
  /** @throws ServiceError naming the part at fault */
  saveDefinition(edit: DefinitionEdit, sight?: ReportSight): Promise<number>;
  pauseDefinition(id: number, isPaused: boolean): Promise<void>;
  removeDefinition(id: number): Promise<void>;
  nextRuns(cron: string, zone: string): NextRuns;
  sendTest(id: number): Promise<readonly TestResult[]>;
  run(ask: RunAsk): Promise<number>;
  revise(runId: number): Promise<number>;
  links(runId: number): Promise<readonly ShareLink[]>;
  /** The link shows what its maker sees. */
  share(
    ask: { readonly runId: number; readonly days: number },
    who: string,
    sight?: ReportSight,
  ): Promise<NewShareLink>;
  revokeLink(id: string): Promise<void>;
  /** null = the token is unknown, ended or revoked. */
  shared(token: string, language: Language): Promise<SharedReport | null>;
  /** null = there is no such report (yet). @throws ServiceError unavailable when it cannot be rendered */
  pdf(of: FileOf, language: Language, sight?: ReportSight): Promise<ReportFile | null>;
  /** A table of it; null = there is no such report or table. */
  csv(of: FileOf, tableId: string, language: Language, sight?: ReportSight): Promise<ReportFile | null>;
  /** Queues what fell due. @returns runs somebody should work on now */
  round(): Promise<readonly number[]>;
  /** Makes a run and sends it, as far as both are due and nobody else does. */
  work(runId: number): Promise<void>;
  /** Calls back when somebody asked for a run, at once for what nobody heard of yet. Returns the way to stop it. */
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
  let isUnheard = false; // the demo asks before anybody works
  const asked = (runId: number): number => {
    isUnheard = listeners.size === 0;
    for (const tell of listeners) tell();
    return runId;
  };
  /** What somebody is let read: of a link what its maker saw, else what they see themselves. */
  const runOf = async (of: FileOf, sight: ReportSight): Promise<{ run: ReportRun; sight: ReportSight } | null> => {
    const link = "token" in of ? await openToken(parts, of.token) : null;
    const runId = "runId" in of ? of.runId : (link?.runId ?? null);
    const run = runId === null ? null : await readRun(db, runId);
    if (run === null) return null;
    if (link !== null) return { run, sight: { money: link.showsMoney, teams: null } };
    return isOfReader(run, sight) ? { run, sight } : null;
  };
  return {
    async archive({ filter, after, limit, sight = WHOLE_SIGHT }) {
      const { money: inHeadline, teams } = sight;
      const ask = { now: clock.now(), after: readCursor(after), limit, inHeadline, teams };
      const found = await readArchive(db, filter, ask);
      const last = found.rows.length === limit ? found.rows.at(-1)?.run : undefined;
      return { asOf: clock.now(), zone: zone(), ...found, next: last === undefined ? null : `${last.from}.${last.id}` };
    },
    async read(runId, language, sight = WHOLE_SIGHT) {
      const row = await readRunRow(db, runId, clock.now());
      if (row === null || !isOfReader(row.run, sight)) return null;
      return {
        row,
        document: await pages.document(runId, language, sight),
        language,
        revisions: await readRevisions(db, runId),
        before: await readRunBefore(db, runId),
        deliveries: sight.teams === null ? await deliveriesOf(db, runId) : [],
      };
    },
    definitions: () => definitionsPage(parts),
    saveDefinition: (edit, sight = WHOLE_SIGHT) => saveDefinition(parts, edit, sight),
    pauseDefinition: (id, isPaused) => pause(parts, id, isPaused),
    removeDefinition: (id) => remove(parts, id),
    nextRuns: (cron, at) => nextRuns(cron, at, clock),
    sendTest: (id) => sendTest({ ...parts, ...delivery }, id),
    run: async (ask) => asked(await runs.ask(ask)),
    revise: async (runId) => asked(await runs.revise(runId)),
    links: (runId) => readLinks(db, runId),
    share: (ask, who, sight = WHOLE_SIGHT) => share(parts, ask, who, sight.money),
    revokeLink: (id) => revoke(parts, id),
    async shared(token, language) {
      const open = await openToken(parts, token);
      const run = open === null ? null : await readRun(db, open.runId);
      const seen = { money: open?.showsMoney ?? false, teams: null };
      const document = run === null ? null : await pages.document(run.id, language, seen);
      if (open === null || run === null || document === null) return null;
      const { kind, period, revision, supersededBy } = run;
      // Whoever has the link sees this report, and no way into the rest.
      return {
        run: { kind, period, revision, supersededBy },
        document: { ...document, link: null },
        expiresAt: open.expiresAt,
      };
    },
    async pdf(of, language, asker = WHOLE_SIGHT) {
      const found = await runOf(of, asker);
      if (found === null) return null;
      const { run, sight } = found;
      const file = await pages.pdf(run.id, language, sight).catch((error: unknown) => {
        log.error({ err: error, run: run.id }, "the PDF of a report could not be made");
        throw new ServiceError(
          "unavailable",
          "the PDF could not be made; the page and its tables can be read all the same",
        );
      });
      return file === null ? null : { name: `${reportFileName(run, language)}.pdf`, bytes: file.bytes };
    },
    async csv(of, tableId, language, asker = WHOLE_SIGHT) {
      const found = await runOf(of, asker);
      if (found === null) return null;
      const text = await pages.csv(found.run.id, tableId, language, found.sight);
      return text === null ? null : { name: `${reportFileName(found.run, language)}-${tableId}.csv`, bytes: text };
    },
    round: () => runs.round(),
    async work(runId) {
      await runs.make(runId);
      await deliverRun(delivery, runId);
    },
    onAsked(callback) {
      listeners.add(callback);
      if (isUnheard) callback();
      isUnheard = false;
      return () => void listeners.delete(callback);
    },
  };
}

/** People with teams read reports that are of their teams and of no other. */
const isOfReader = ({ scope }: Pick<ReportRun, "scope">, { teams }: ReportSight): boolean =>
  teams === null || (scope.teams.length > 0 && scope.teams.every((team) => team !== "" && teams.includes(team)));

/** @throws ServiceError invalid for a cursor we did not make */
function readCursor(text: string | null): { readonly from: number; readonly id: number } | null {
  if (text === null) return null;
  const found = /^(-?\d{1,16})\.(\d{1,10})$/.exec(text);
  if (found === null) throw new ServiceError("invalid", "after: this is no cursor of the archive");
  return { from: Number(found[1]), id: Number(found[2]) };
}
