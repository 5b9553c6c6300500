import { auditedSuite } from "./audited-suite.ts";
import { onPglite } from "./databases.ts";

onPglite("what tables tell the audit", auditedSuite);
