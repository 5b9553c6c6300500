import { onPostgres } from "./databases.ts";
import { storeSuite } from "./store-suite.ts";

onPostgres("store", storeSuite);
