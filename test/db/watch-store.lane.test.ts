import { onPostgres } from "./databases.ts";
import { watchStoreSuite } from "./watch-store-suite.ts";

onPostgres("what the watch over health asks of the tables", watchStoreSuite);
