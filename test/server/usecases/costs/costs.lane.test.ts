import { onPostgres } from "../../../db/databases.ts";
import { costsSuite } from "./costs-suite.ts";

onPostgres("money of every page agrees", costsSuite);
