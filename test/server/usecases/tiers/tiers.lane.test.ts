import { onPostgres } from "../../../db/databases.ts";
import { tiersSuite } from "./tiers-suite.ts";

onPostgres("tiers", tiersSuite);
