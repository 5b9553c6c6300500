import { onPostgres } from "../../../db/databases.ts";
import { mappingSuite } from "./mapping-suite.ts";

onPostgres("mapping", (db) => mappingSuite(db, 25));
