import { onPglite } from "./databases.ts";
import { ledgerStoreSuite } from "./ledger-store-suite.ts";

onPglite("the ledger's store", (db) => ledgerStoreSuite(db, 30));
