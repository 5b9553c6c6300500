import { onPglite } from "./databases.ts";
import { pastBoardSuite } from "./past-board-suite.ts";

onPglite("the board of a past moment", pastBoardSuite);
