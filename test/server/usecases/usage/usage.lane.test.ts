import { onPostgres } from "../../../db/databases.ts";
import { usageSuite } from "./usage-suite.ts";

onPostgres("units and revenue", usageSuite);
