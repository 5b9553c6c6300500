import { onPostgres } from "../../db/databases.ts";
import { boardSuite } from "./board-suite.ts";

onPostgres("the API over PostgreSQL", boardSuite);
