import type { Database } from "../../db/database.ts";
import type { BoardReads } from "../context.ts";

/** The tables behind the pages. */
export function createBoardReads(db: Database): BoardReads {
  return {
    poolUtilisation: async () => new Map(),
    cardUtilisation: async () => new Map(),
    fleetHours: async () => [],
    cardPoints: async () => [],
    cardEvents: async () => [],
    async ping() {
      await db.query("SELECT 1");
    },
  };
}
