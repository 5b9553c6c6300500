import { onPglite } from "../../../db/databases.ts";
import { ledgerSuite } from "./ledger-suite.ts";

onPglite("the card-second ledger", (db) => ledgerSuite(db, 4));
