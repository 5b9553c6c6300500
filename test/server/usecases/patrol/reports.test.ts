import { onPglite } from "../../../db/databases.ts";
import { reportsSuite } from "./reports-suite.ts";

onPglite("reports", reportsSuite);
