import { onPostgres } from "../../../db/databases.ts";
import { reportValueSuite } from "./report-value-suite.ts";

onPostgres("the value of a report", reportValueSuite);
