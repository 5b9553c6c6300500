import { onPglite } from "../../db/databases.ts";
import { approvalsSuite } from "./approvals-suite.ts";

onPglite("changes that wait for a second person", approvalsSuite);
