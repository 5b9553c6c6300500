import { onPglite } from "../../db/databases.ts";
import { boardSuite } from "./board-suite.ts";

onPglite("the API over the embedded database", boardSuite);
