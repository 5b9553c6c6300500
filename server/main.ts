import { CommanderError } from "commander";
import { buildProgram } from "./cli/program.ts";
import type { CliParts } from "./cli/parts.ts";
import { systemClock } from "./clock.ts";

const parts: CliParts = {
  env: process.env,
  clock: systemClock,
  host: process,
  say: (line) => void process.stderr.write(`${line}\n`),
  print: (text) => void process.stdout.write(`${text}\n`),
};

/** A bug nobody caught leaves the process in an unknown state: end, and let the journal bring back what was open. */
function crash(error: unknown): void {
  parts.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exit(1);
}
process.on("uncaughtException", crash);
process.on("unhandledRejection", crash);

try {
  await buildProgram(parts, (code) => process.exit(code)).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode);
  parts.say(`dapan: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
