import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

/** `dapan migrate`: brings the schema up to date and ends. `serve` does the same at start; this is for a release step. */
export async function migrateCommand(file: string, parts: CliParts): Promise<number> {
  const { env, say } = parts;
  const reading = loadConfig(file, env);
  if (!reading.ok) {
    say(printFaults(reading.faults));
    return 2;
  }
  const db = await openConfigured(reading.config, parts);
  await db.close();
  say("the schema is up to date");
  return 0;
}
