import { alertsStoreSuite } from "./alerts-store-suite.ts";
import { onPglite } from "./databases.ts";

onPglite("the tables of alerts", alertsStoreSuite);
