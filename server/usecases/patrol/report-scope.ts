import type { Database } from "../../../db/database.ts";
import type { ReportScope } from "../../../db/model/report.ts";
import { readPools } from "../../../db/store/registry.ts";
import { ServiceError } from "../../errors.ts";
import { scopesOf } from "./coverage-page.ts";

const PARTS = ["vendors", "regions", "models", "billings", "teams"] as const;

/** Every name a scope can be made of. */
export const knownScopes = async (db: Database): Promise<ReportScope> => await scopesOf(db, await readPools(db));

/** @throws ServiceError invalid for a name that nothing has: such a report would be empty for ever */
export async function refuseScope(db: Database, scope: ReportScope): Promise<void> {
  const known = await knownScopes(db);
  for (const part of PARTS) {
    const strange = scope[part].find((name) => !known[part].includes(name));
    if (strange !== undefined)
      throw new ServiceError(
        "invalid",
        `scope.${part}: nothing is called "${strange.slice(0, 60)}"; pick names from the list`,
      );
  }
}
