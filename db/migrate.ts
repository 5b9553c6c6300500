import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type MigrationMeta, readMigrationFiles } from "drizzle-orm/migrator";
import type { Database, Tx } from "./database.ts";

/** The database was made by a newer program; an older one would not keep its rules. */
export class SchemaTooNew extends Error {
  override readonly name = "SchemaTooNew";
}

const LOCK = 7_346_201; // "one migrates at a time", any constant of ours

/**
 * Applies what is missing of db/migrations, each migration in a transaction of its own: killed half-way, the schema is
 * the old one or the new one, and the next start goes on. Several replicas may start at once: they take turns.
 * drizzle's own migrate() takes no lock (0.45.4), so its bookkeeping table is kept here.
 * @throws SchemaTooNew
 */
export async function migrate(db: Database): Promise<{ applied: number }> {
  const migrations = readMigrationFiles({ migrationsFolder: migrationsFolder() });
  let applied = 0;
  while (await db.transaction((tx) => applyNext(tx, migrations))) applied++;
  return { applied };
}

async function applyNext(tx: Tx, migrations: readonly MigrationMeta[]): Promise<boolean> {
  await tx.query("SELECT pg_advisory_xact_lock($1)", [LOCK]);
  await tx.query("CREATE SCHEMA IF NOT EXISTS drizzle");
  await tx.query(
    "CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)",
  );
  const [newest] = await tx.query<{ at: number | null }>(
    "SELECT max(created_at) AS at FROM drizzle.__drizzle_migrations",
  );
  const at = newest?.at ?? -1;
  const known = migrations.at(-1)?.folderMillis ?? -1;
  if (at > known) throw tooNew(at);
  const next = migrations.find((migration) => migration.folderMillis > at);
  if (!next) return false;
  for (const statement of next.sql) await tx.query(statement);
  await tx.query("INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ($1, $2)", [
    next.hash,
    next.folderMillis,
  ]);
  return true;
}

const tooNew = (at: number): SchemaTooNew =>
  new SchemaTooNew(
    `the database was upgraded by a newer version (schema of ${new Date(at).toISOString()}). Run that version, or restore a backup made before the upgrade.`,
  );

/** db/migrations of this package: beside this file in the source tree, some folders up from a built bundle. */
function migrationsFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, "db", "migrations");
    if (existsSync(join(candidate, "meta", "_journal.json"))) return candidate;
    if (folder === dirname(folder))
      throw new Error("db/migrations is missing from this installation: install it again");
  }
}
