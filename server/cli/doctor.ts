import path from "node:path";
import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { openFetcher } from "../egress/fetcher.ts";
import { openPolicy } from "../egress/policy.ts";
import { bad, type Check, ok, printChecks } from "./check.ts";
import { checkDatabase } from "./doctor-database.ts";
import { checkClock, checkDisk, checkMemory, checkNode, checkPort } from "./doctor-machine.ts";
import { checkSecrets } from "./doctor-secrets.ts";
import { checkSources } from "./doctor-sources.ts";
import type { CliParts } from "./parts.ts";

/** `dapan doctor`: looks at everything a start needs and says what to do. Exit code 1 when something is bad. */
export async function doctor(file: string, asJson: boolean, parts: CliParts): Promise<number> {
  const checks = await examine(file, parts);
  parts.print(asJson ? JSON.stringify(checks, null, 2) : printChecks(checks));
  return checks.some((check) => check.verdict === "bad") ? 1 : 0;
}

/** All checks, the machine first. A wrong configuration leaves only those that do not need it. */
export async function examine(file: string, parts: CliParts): Promise<Check[]> {
  const { env, clock } = parts;
  const machine = [checkNode(process.version), checkMemory(), checkClock(clock.now())];
  const reading = loadConfig(file, env);
  if (!reading.ok)
    return [...machine, bad("config", printFaults(reading.faults), "correct the file and run this again")];
  const { config } = reading;
  const fetcher = openFetcher({ policy: openPolicy(config.egress), clock });
  try {
    return [
      ...machine,
      ok("config", `${path.resolve(file)}: ${config.sources.length} sources, zone ${config.timeZone}`),
      await checkPort(config.listen),
      ...(config.database.kind === "pglite" ? [await checkDisk(config.database.dataDir)] : []),
      ...(await checkDatabase(config.database, env, clock, (db) => checkSecrets({ db, clock, config, env }))),
      ...(await checkSources(config, { fetcher, env, clock })),
    ];
  } finally {
    await fetcher.close();
  }
}
