import { onPglite } from "../../../db/databases.ts";
import { usageSuite } from "./usage-suite.ts";

onPglite("units and revenue", usageSuite);
