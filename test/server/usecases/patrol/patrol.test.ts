import { onPglite } from "../../../db/databases.ts";
import { patrolSuite } from "./patrol-suite.ts";

onPglite("checks, own items and guard windows over the tables", patrolSuite);
