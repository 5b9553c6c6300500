import { lookAt } from "./look-at.ts";
import { MAPPING_STATES } from "./states/mapping.ts";
import { UNITS_STATES } from "./states/units.ts";

lookAt("every state of mapping and units", [...MAPPING_STATES, ...UNITS_STATES]);
