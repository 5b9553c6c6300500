import { dayStart, hourStart } from "../../db/store/steps.ts";
import { LEDGER_RULES } from "../../db/store/ledger-check.ts";
import { loadConfig } from "../config/load.ts";
import { printFaults } from "../config/print.ts";
import { ServiceError } from "../errors.ts";
import { checkBooks } from "../usecases/ledger/check-books.ts";
import { refuseOtherZone } from "../usecases/ledger/days-zone.ts";
import { openConfigured } from "./open-configured.ts";
import type { CliParts } from "./parts.ts";

/** `dapan ledger check`: whether every sum of the ledger is the sum of its parts. Ends with 1 when one is not, with 2 when asked wrongly. */
export async function ledgerCheck({ config: file }: { readonly config: string }, parts: CliParts): Promise<number> {
  const { env, say, print } = parts;
  const reading = loadConfig(file, env);
  if (!reading.ok) {
    say(printFaults(reading.faults));
    return 2;
  }
  const { config } = reading;
  const db = await openConfigured(config, parts);
  try {
    await refuseOtherZone(db, config.timeZone, file);
    const faults = await checkBooks(db, config.timeZone);
    for (const { rule, hourNo, poolId, places } of faults) {
      const start = new Date(rule === "day" ? dayStart(hourNo) : hourStart(hourNo)).toISOString();
      print(`FAIL  ${LEDGER_RULES[rule]}: not in ${places} places, the first pool ${poolId} at ${start}`);
    }
    const failed = new Set(faults.map(({ rule }) => rule));
    for (const [rule, words] of Object.entries(LEDGER_RULES))
      if (![...failed].some((one) => one === rule)) print(`ok    ${words}`);
    return faults.length === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    say(error.message);
    return 2;
  } finally {
    await db.close();
  }
}
