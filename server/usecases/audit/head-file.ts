import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import path from "node:path";
import type { Head } from "../../../db/store/audit.ts";
import type { Config } from "../../config/config.ts";

const FILE = "audit.head";

/** The newest row of the audit, kept outside of the database: a cut end shows by it. */
export type HeadFile = {
  /** null = nothing was ever appended. @throws Error that names a file nobody can read */
  read(): Promise<Head | null>;
  /** On disk when it resolves. */
  write(head: Head): Promise<void>;
};

/** Beside the embedded database; null = PostgreSQL, whose head stands in the log only. */
export function headFileOf({ database }: Pick<Config, "database">): HeadFile | null {
  return database.kind === "pglite" ? headFile(path.join(database.dataDir, FILE)) : null;
}

export function headFile(file: string): HeadFile {
  return {
    async read() {
      const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return null;
        throw error;
      });
      if (text === null) return null;
      const head = readHeadText(text);
      if (head === null) throw new Error(`${file} is no head of an audit: "<row> <hash>" is expected`);
      return head;
    },
    async write({ seq, hash }) {
      const scratch = `${file}.${randomBytes(6).toString("hex")}`;
      const handle = await open(scratch, "wx", 0o600);
      try {
        await handle.writeFile(`${seq} ${hash}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(scratch, file);
    },
  };
}

/** A head as the file and the log write it; null = it is none. */
export function readHeadText(text: string): Head | null {
  const found = /^(\d{1,15}) ([hs]1:[\w-]{20,128})$/.exec(text.trim());
  return found === null ? null : { seq: Number(found[1]), hash: found[2] ?? "" };
}
