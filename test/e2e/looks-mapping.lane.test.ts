import { lookAt } from "./look-at.ts";
import { COST_STATES } from "./states/cost.ts";
import { MAPPING_STATES } from "./states/mapping.ts";
import { UNITS_STATES } from "./states/units.ts";

lookAt("every state of cost, mapping and units", [...COST_STATES, ...MAPPING_STATES, ...UNITS_STATES]);
