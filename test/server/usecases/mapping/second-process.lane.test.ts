import { onPostgres } from "../../../db/databases.ts";
import { secondProcessSuite } from "./second-process-suite.ts";

onPostgres("rules of a second process", secondProcessSuite);
