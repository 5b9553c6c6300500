import { onPostgres } from "./databases.ts";
import { rollupSuite } from "./rollup-suite.ts";

onPostgres("slots", (db) => rollupSuite(db, 60));
