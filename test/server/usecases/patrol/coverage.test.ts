import { onPglite } from "../../../db/databases.ts";
import { coverageSuite } from "./coverage-suite.ts";

onPglite("coverage", coverageSuite);
