import { onPostgres } from "../../db/databases.ts";
import { reportsJobSuite } from "./reports-suite.ts";

onPostgres("the job of reports", reportsJobSuite);
