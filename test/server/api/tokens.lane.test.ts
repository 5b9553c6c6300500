import { onPostgres } from "../../db/databases.ts";
import { tokensSuite } from "./tokens-suite.ts";

onPostgres("tokens", tokensSuite);
