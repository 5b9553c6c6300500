import { onPostgres } from "./databases.ts";
import { priceSuite } from "./price-suite.ts";

onPostgres("prices", priceSuite);
