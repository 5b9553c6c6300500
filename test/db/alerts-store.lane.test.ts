import { alertsStoreSuite } from "./alerts-store-suite.ts";
import { onPostgres } from "./databases.ts";

onPostgres("the tables of alerts", alertsStoreSuite);
