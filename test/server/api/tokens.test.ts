import { onPglite } from "../../db/databases.ts";
import { tokensSuite } from "./tokens-suite.ts";

onPglite("tokens", tokensSuite);
