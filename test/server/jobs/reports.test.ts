import { onPglite } from "../../db/databases.ts";
import { reportsJobSuite } from "./reports-suite.ts";

onPglite("the job of reports", reportsJobSuite);
