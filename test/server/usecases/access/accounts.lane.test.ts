import { onPostgres } from "../../../db/databases.ts";
import { accountsSuite } from "./accounts-suite.ts";

onPostgres("accounts", accountsSuite);
