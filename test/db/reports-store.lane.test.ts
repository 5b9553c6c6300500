import { onPostgres } from "./databases.ts";
import { reportsStoreSuite } from "./reports-store-suite.ts";

onPostgres("what is kept of reports", reportsStoreSuite);
