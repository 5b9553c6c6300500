import { onPostgres } from "../../../db/databases.ts";
import { patrolSuite } from "./patrol-suite.ts";

onPostgres("checks, own items and guard windows over the tables", patrolSuite);
