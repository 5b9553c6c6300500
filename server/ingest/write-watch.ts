import { statfs } from "node:fs/promises";
import type { Database } from "../../db/database.ts";
import type { WriteTrouble } from "../context.ts";

/** Thrown instead of writing when the disk is nearly full: a database that meets the end of its disk stops. */
export class DiskNearlyFull extends Error {
  override readonly name = "DiskNearlyFull";
}

/** Bytes of the file system the database is on. */
export type Room = { readonly free: number; readonly total: number };

const GIB = 2 ** 30;
/** No new data below this: facts/pitfalls.md, ROL-05; the smaller of the two, or a large disk would never be used. */
export const leastRoom = ({ total }: Room): number => Math.min(GIB, total / 10);

/** The room under a folder. */
export async function roomAt(folder: string): Promise<Room> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, total: blocks * bsize };
}

export type WriteWatch = {
  /** The same database; its transactions are watched, and refused while the disk is nearly full. */
  readonly db: Database;
  /** What was wrong with the last transaction; null = it committed. What cannot be stored is kept and tried again. */
  trouble(): WriteTrouble | null;
};

/** @param room of the database's disk; null where it is on another machine, which refuses by itself */
export function watchWrites(db: Database, room: (() => Promise<Room>) | null): WriteWatch {
  let trouble: WriteTrouble | null = null;
  const watched: Database = {
    kind: db.kind,
    orm: db.orm,
    query: (sql, params) => db.query(sql, params),
    script: (sql) => db.script(sql),
    close: () => db.close(),
    async transaction(work) {
      try {
        if (room !== null) refuseWithoutRoom(await room());
        const result = await db.transaction(work);
        trouble = null;
        return result;
      } catch (error) {
        trouble = troubleOf(error) ?? trouble;
        throw error;
      }
    },
  };
  return { db: watched, trouble: () => trouble };
}

function refuseWithoutRoom(room: Room): void {
  const least = leastRoom(room);
  if (room.free >= least) return;
  throw new DiskNearlyFull(
    `the disk of the database has ${mib(room.free)} MiB free and new data needs ${mib(least)}: free some space. ` +
      `Nothing is lost meanwhile; what was read is kept in memory and stored as soon as there is room`,
  );
}

const mib = (bytes: number): number => Math.floor(bytes / 2 ** 20);

/** SQLSTATE → what to call it. Others are a statement's own fault and say nothing about the database. */
const TROUBLES: ReadonlyMap<string, WriteTrouble> = new Map([
  ["53100", "disk full"],
  ["25006", "read only"],
  ["58030", "cannot be written"], // input or output error
  ["57P01", "cannot be written"], // shutting down, crashed, starting up
  ["57P02", "cannot be written"],
  ["57P03", "cannot be written"],
  ["08006", "cannot be written"],
  ["ECONNREFUSED", "cannot be written"],
  ["ECONNRESET", "cannot be written"],
  ["EPIPE", "cannot be written"],
]);

function troubleOf(error: unknown): WriteTrouble | null {
  if (error instanceof DiskNearlyFull) return "disk full";
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const known = typeof code === "string" ? TROUBLES.get(code) : undefined;
  if (known !== undefined) return known;
  return typeof message === "string" && /connection|embedded database/i.test(message) ? "cannot be written" : null;
}
