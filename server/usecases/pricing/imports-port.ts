import { randomUUID } from "node:crypto";
import { aliasKey } from "../../../collectors/price-lists/card-names.ts";
import type { ListOptions } from "../../../collectors/price-lists/offer.ts";
import type { Clock } from "../../../db/model/clock.ts";
import type { ImportJob } from "../../../db/model/import-views.ts";
import type { ImportKind } from "../../../db/model/imports.ts";
import { MINUTE_MS } from "../../../db/model/time.ts";
import { ServiceError } from "../../errors.ts";
import { readTable, type TableReading } from "./read-table.ts";

/** A file somebody dropped. */
export type KeptFile = { readonly id: string; readonly name: string; readonly bytes: Uint8Array; readonly at: number };

/**
 * Files between their upload and their import, and the imports under way. In memory: a file is minutes old when it is
 * applied, and whoever lost it (a restart, another replica) drops it again.
 */
export type ImportsPort = {
  keep(name: string, bytes: Uint8Array): KeptFile;
  /** @throws ServiceError not_found when it was dropped too long ago */
  file(id: string): KeptFile;
  /** The file as its reader understands it; remembered for the next page of its preview. */
  reading(id: string, kind: ImportKind, options: ListOptions, onRows?: (rows: number) => void): Promise<TableReading>;
  putJob(job: ImportJob): void;
  /** @throws ServiceError not_found */
  job(id: string): ImportJob;
  newId(): string;
};

const KEPT_MS = 60 * MINUTE_MS;
/** The oldest gives way: nobody imports more at a time. */
const MOST_FILES = 4;
const MOST_JOBS = 50;
const MOST_READINGS = 3;

export function createImports(clock: Clock): ImportsPort {
  const files = new Map<string, KeptFile>();
  const jobs = new Map<string, ImportJob>();
  const readings = new Map<string, Promise<TableReading>>();
  const find = (id: string): KeptFile => {
    const file = files.get(id);
    if (file !== undefined && clock.now() - file.at <= KEPT_MS) return file;
    files.delete(id);
    throw new ServiceError("not_found", "upload: the file is not here any more; choose it again");
  };
  return {
    keep(name, bytes) {
      const file = { id: randomUUID(), name, bytes, at: clock.now() };
      files.set(file.id, file);
      trim(files, MOST_FILES);
      return file;
    },
    file: find,
    async reading(id, kind, options, onRows) {
      const { bytes } = find(id);
      const key = `${id} ${kind} ${keyOf(options)}`;
      const known = readings.get(key);
      if (known !== undefined) return await known;
      const made = readTable(kind, bytes, options, clock, onRows);
      readings.set(key, made);
      trim(readings, MOST_READINGS);
      return await made;
    },
    putJob(job) {
      jobs.delete(job.id);
      jobs.set(job.id, job);
      trim(jobs, MOST_JOBS);
    },
    job(id) {
      const job = jobs.get(id);
      if (job === undefined)
        throw new ServiceError("not_found", "job: this import is not known here; look at the price book");
      return job;
    },
    newId: () => randomUUID(),
  };
}

/** Maps keep the order of arrival: the first is the oldest. */
function trim(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

const keyOf = ({ currency, vendor, from, isList, aliases }: ListOptions): string =>
  JSON.stringify([currency, vendor, from, isList, [...aliases]]);

/** Aliases as the readers of lists compare names. */
export const listAliases = (aliases: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...aliases].map(([name, model]) => [aliasKey(name), model]));
