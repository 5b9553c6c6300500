import { existsSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../../db/model/clock.ts";
import type { Database } from "../../db/database.ts";
import { DataDirInUse } from "../../db/data-lock.ts";
import { openPglite } from "../../db/pglite.ts";
import { openPostgres } from "../../db/postgres.ts";
import type { DatabaseConfig } from "../config/config.ts";
import { databaseUrlOf } from "../config/secrets.ts";
import { bad, type Check, ok, warn } from "./check.ts";

/** More than this the embedded database refuses (design.md section 6). */
export const PGLITE_CARDS = 20_000;

/** Off by more than this, `as of` and coverage would mislead. */
const SKEW_MS = 5_000;

type Env = Readonly<Record<string, string | undefined>>;

/** Opens the database without changing it, and asks. Nothing is made that was not there. @param more asks it, too */
export async function checkDatabase(
  config: DatabaseConfig,
  env: Env,
  clock: Clock,
  more: (db: Database) => Promise<Check[]> = async () => [],
): Promise<Check[]> {
  if (config.kind === "pglite" && !existsSync(path.join(config.dataDir, "pglite")))
    return [await checkNewFolder(config.dataDir)];
  let db: Database;
  try {
    const nothing = () => undefined;
    db =
      config.kind === "pglite"
        ? await openPglite(config.dataDir, clock, nothing)
        : await openPostgres(await databaseUrlOf(config, env), nothing);
  } catch (error) {
    return [openFault(error)];
  }
  try {
    return [await checkVersion(db), await checkSkew(db, clock), ...(await checkCards(db)), ...(await more(db))];
  } catch (error) {
    return [bad("database", `it opens but does not answer: ${messageOf(error)}`, "look at the database's own log")];
  } finally {
    await db.close();
  }
}

function openFault(error: unknown): Check {
  if (error instanceof DataDirInUse)
    return warn("database", error.message, "fine when that process is Dapan: ask its /readyz");
  return bad("database", messageOf(error), "check the address, that the server runs, and the rights of the user");
}

async function checkNewFolder(dataDir: string): Promise<Check> {
  let folder = path.resolve(dataDir);
  while (!existsSync(folder) && folder !== path.dirname(folder)) folder = path.dirname(folder);
  const canWrite = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!canWrite)
    return bad(
      "database",
      `${dataDir} is not there and ${folder} is not writable`,
      "make the folder and give it to this user, or set dataDir",
    );
  return ok("database", `${dataDir} will be made at the first start`);
}

async function checkVersion(db: Database): Promise<Check> {
  const [row] = await db.query<{ version: string }>("SELECT current_setting('server_version') AS version");
  return ok("database", `${db.kind} answers, PostgreSQL ${row?.version ?? "of unknown version"}`);
}

async function checkSkew(db: Database, clock: Clock): Promise<Check> {
  const before = clock.now();
  const [row] = await db.query<{ at: number }>("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at");
  return judgeSkew((row?.at ?? before) - (before + clock.now()) / 2);
}

export function judgeSkew(skewMs: number): Check {
  const found = `${Math.round(skewMs)} ms between us and the database`;
  return Math.abs(skewMs) <= SKEW_MS
    ? ok("database clock", found)
    : warn("database clock", found, "set both clocks by NTP");
}

async function checkCards(db: Database): Promise<Check[]> {
  const [there] = await db.query<{ there: boolean }>("SELECT to_regclass('card') IS NOT NULL AS there");
  if (there?.there !== true) return [ok("cards", "no tables yet: they are made at the first start")];
  const [row] = await db.query<{ count: number }>("SELECT count(*)::int4 AS count FROM card");
  return [judgeCards(row?.count ?? 0, db.kind)];
}

export function judgeCards(count: number, kind: Database["kind"]): Check {
  const found = `${count} cards known`;
  if (kind === "postgres") return ok("cards", found);
  const todo = `the embedded database takes ${PGLITE_CARDS}: move to PostgreSQL (databaseUrl)`;
  if (count > PGLITE_CARDS) return bad("cards", found, todo);
  return count > PGLITE_CARDS * 0.8 ? warn("cards", found, todo) : ok("cards", found);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
