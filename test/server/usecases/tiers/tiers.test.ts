import { onPglite } from "../../../db/databases.ts";
import { tiersSuite } from "./tiers-suite.ts";

onPglite("tiers", tiersSuite);
