import type { Database } from "../../db/database.ts";
import { openDatabase } from "../../db/open.ts";
import type { Config } from "../config/config.ts";
import { databaseUrlOf } from "../config/secrets.ts";
import type { CliParts } from "./parts.ts";

/** The database a configuration names, for one command; the caller closes it. When it is lost the process ends with 1. */
export async function openConfigured(
  { database }: Pick<Config, "database">,
  { env, clock, say, host }: CliParts,
): Promise<Database> {
  const at = database.kind === "pglite" ? database : { url: await databaseUrlOf(database, env) };
  const onFatal = (error: Error) => {
    say(error.message);
    host.exit(1);
  };
  return await openDatabase({ at, clock, onFatal });
}
