import { onPostgres } from "../../../db/databases.ts";
import { auditSuite } from "./audit-suite.ts";

onPostgres("the audit", auditSuite);
