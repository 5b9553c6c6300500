import { onPostgres } from "./databases.ts";
import { ledgerStoreSuite } from "./ledger-store-suite.ts";

onPostgres("the ledger's store", (db) => ledgerStoreSuite(db, 60));
