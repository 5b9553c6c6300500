import { onPglite } from "./databases.ts";
import { storeSuite } from "./store-suite.ts";

onPglite("store", storeSuite);
