import { onPostgres } from "../../../db/databases.ts";
import { ledgerSuite } from "./ledger-suite.ts";

onPostgres("the card-second ledger", (db) => ledgerSuite(db, 8));
