import type { Database } from "./database.ts";
import { migrate } from "./migrate.ts";
import type { Clock } from "./model/clock.ts";
import { openPglite } from "./pglite.ts";
import { openPostgres } from "./postgres.ts";

export type OpenOptions = {
  /** PostgreSQL 15+, or a directory for the embedded database. */
  readonly at: { readonly url: string } | { readonly dataDir: string };
  readonly clock: Clock;
  /** The embedded engine stopped by itself: nothing can be stored, the process must end. */
  readonly onFatal: (error: Error) => void;
  /** An unused connection broke; the pool replaces it. */
  readonly onFault?: (error: Error) => void;
};

/**
 * Opens the database and brings its schema up to date.
 * @throws DataDirInUse, SchemaTooNew, or an Error that says what cannot be reached
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const { at, clock, onFatal, onFault = () => undefined } = options;
  const db = "url" in at ? await openPostgres(at.url, onFault) : await openPglite(at.dataDir, clock, onFatal);
  try {
    await migrate(db);
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}
