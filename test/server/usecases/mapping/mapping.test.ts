import { onPglite } from "../../../db/databases.ts";
import { mappingSuite } from "./mapping-suite.ts";

onPglite("mapping", (db) => mappingSuite(db, 12));
