import { onPostgres } from "./databases.ts";
import { pastBoardSuite } from "./past-board-suite.ts";

onPostgres("the board of a past moment", pastBoardSuite);
