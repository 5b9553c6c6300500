import { onPglite } from "../../../db/databases.ts";
import { accountsSuite } from "./accounts-suite.ts";

onPglite("accounts", accountsSuite);
