import { onPglite } from "../../../db/databases.ts";
import { engineSuite } from "./engine-suite.ts";

onPglite("the alert engine", engineSuite);
