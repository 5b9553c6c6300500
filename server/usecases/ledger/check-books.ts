import type { Database } from "../../../db/database.ts";
import { checkLedger, type LedgerFault } from "../../../db/store/ledger-check.ts";
import { calendarDays, daysOf } from "./calendar-day.ts";

/** What does not add up in the ledger; [] = everything does. Nothing is written. @param zone days are counted in */
export async function checkBooks(db: Pick<Database, "query" | "orm">, zone: string): Promise<LedgerFault[]> {
  const dayNoOf = calendarDays(zone);
  return await checkLedger(db, (hours) => daysOf(hours, dayNoOf));
}
