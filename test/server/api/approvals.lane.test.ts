import { onPostgres } from "../../db/databases.ts";
import { approvalsSuite } from "./approvals-suite.ts";

onPostgres("changes that wait for a second person", approvalsSuite);
