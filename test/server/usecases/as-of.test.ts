import { onPglite } from "../../db/databases.ts";
import { asOfSuite } from "./as-of-suite.ts";

onPglite("the board as of past moments", asOfSuite);
