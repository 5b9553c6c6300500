import { onPglite } from "./databases.ts";
import { priceSuite } from "./price-suite.ts";

onPglite("prices", priceSuite);
