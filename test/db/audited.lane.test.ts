import { auditedSuite } from "./audited-suite.ts";
import { onPostgres } from "./databases.ts";

onPostgres("what tables tell the audit", auditedSuite);
