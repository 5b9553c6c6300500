import { onPglite } from "../../../db/databases.ts";
import { reportValueSuite } from "./report-value-suite.ts";

onPglite("the value of a report", reportValueSuite);
