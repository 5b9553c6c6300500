import { onPostgres } from "../../../db/databases.ts";
import { coverageSuite } from "./coverage-suite.ts";

onPostgres("coverage", coverageSuite);
