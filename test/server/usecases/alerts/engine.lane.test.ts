import { onPostgres } from "../../../db/databases.ts";
import { engineSuite } from "./engine-suite.ts";

onPostgres("the alert engine", engineSuite);
