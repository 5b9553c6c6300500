import { onPglite } from "../../../db/databases.ts";
import { auditSuite } from "./audit-suite.ts";

onPglite("the audit", auditSuite);
