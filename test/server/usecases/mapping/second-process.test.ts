import { onPglite } from "../../../db/databases.ts";
import { secondProcessSuite } from "./second-process-suite.ts";

onPglite("rules of a second process", secondProcessSuite);
