import { onPglite } from "../../../db/databases.ts";
import { costsSuite } from "./costs-suite.ts";

onPglite("money of every page agrees", costsSuite);
