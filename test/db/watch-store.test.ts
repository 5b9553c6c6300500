import { onPglite } from "./databases.ts";
import { watchStoreSuite } from "./watch-store-suite.ts";

onPglite("what the watch over health asks of the tables", watchStoreSuite);
