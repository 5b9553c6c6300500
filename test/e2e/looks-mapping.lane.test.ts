import { lookAt } from "./look-at.ts";
import { MAPPING_STATES } from "./states/mapping.ts";

lookAt("every state of mapping and units", [...MAPPING_STATES]);
