import type { Executor } from "../../../db/database.ts";
import { ServiceError } from "../../errors.ts";
import { readLedgerState, SEVERAL } from "./ledger-state.ts";

/**
 * Refuses to read stored days by the calendar of another zone than they were counted in: the days would be named right and
 * hold the wrong hours. A running Dapan counts them anew by itself; a command that only reads cannot.
 * @throws ServiceError invalid, with both zones and the way out
 */
export async function refuseOtherZone(db: Executor, timeZone: string, configFile: string): Promise<void> {
  const state = await readLedgerState(db);
  if (state === null || state.daysZone === timeZone) return;
  const anew = `start Dapan once with timeZone: ${timeZone} and let it count them anew`;
  throw new ServiceError(
    "invalid",
    state.daysZone === SEVERAL
      ? `the days of the ledger are being moved to another time zone, and ${configFile} asks for ${timeZone}: ${anew}`
      : `the days of the ledger are counted in ${state.daysZone}, and ${configFile} asks for ${timeZone}: set timeZone: ${state.daysZone} there, or ${anew}`,
  );
}
