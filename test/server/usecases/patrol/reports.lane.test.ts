import { onPostgres } from "../../../db/databases.ts";
import { reportsSuite } from "./reports-suite.ts";

onPostgres("reports", reportsSuite);
