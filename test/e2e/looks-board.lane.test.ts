import { lookAt } from "./look-at.ts";
import { BOARD_STATES } from "./states/board.ts";
import { LIFE_STATES } from "./states/life.ts";

lookAt("every state of the board, its cards and its pools", [...BOARD_STATES, ...LIFE_STATES]);
