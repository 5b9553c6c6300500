import { openDatabase } from "../../db/open.ts";
import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { databaseUrlOf } from "../config/secrets.ts";
import type { CliParts } from "./parts.ts";

/** `dapan migrate`: brings the schema up to date and ends. `serve` does the same at start; this is for a release step. */
export async function migrateCommand(file: string, { env, clock, say, host }: CliParts): Promise<number> {
  const reading = loadConfig(file, env);
  if (!reading.ok) {
    say(printFaults(reading.faults));
    return 2;
  }
  const { database } = reading.config;
  const at = database.kind === "pglite" ? database : { url: await databaseUrlOf(database, env) };
  const onFatal = (error: Error) => {
    say(error.message);
    host.exit(1);
  };
  const db = await openDatabase({ at, clock, onFatal });
  await db.close();
  say("the schema is up to date");
  return 0;
}
