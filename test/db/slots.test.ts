import { onPglite } from "./databases.ts";
import { rollupSuite } from "./rollup-suite.ts";

onPglite("slots", (db) => rollupSuite(db, 40));
