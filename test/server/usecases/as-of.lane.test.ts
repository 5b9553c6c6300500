import { onPostgres } from "../../db/databases.ts";
import { asOfSuite } from "./as-of-suite.ts";

onPostgres("the board as of past moments", asOfSuite);
