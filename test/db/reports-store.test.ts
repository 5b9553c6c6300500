import { onPglite } from "./databases.ts";
import { reportsStoreSuite } from "./reports-store-suite.ts";

onPglite("what is kept of reports", reportsStoreSuite);
