import { lookAt } from "./look-at.ts";
import { PATROL_STATES } from "./states/patrol.ts";

lookAt("every state of the patrol pages", PATROL_STATES);
