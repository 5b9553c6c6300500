import type { CheckItem } from "../../../db/model/patrol.ts";
import type { Check } from "./check.ts";
import { ALERT_CHECKS } from "./checks/alerts.ts";
import { CARD_CHECKS } from "./checks/cards.ts";
import { COST_CHECKS } from "./checks/cost.ts";
import { DAPAN_CHECKS } from "./checks/dapan.ts";
import { PLACE_CHECKS } from "./checks/places.ts";
import { RELIABILITY_CHECKS } from "./checks/reliability.ts";
import { UTILISATION_CHECKS } from "./checks/utilisation.ts";

/** The checklist where nobody added to it, in the order of CHECK_GROUPS. Each item says where its limits come from. */
export const BUILT_IN_CHECKS: readonly Check[] = [
  ...CARD_CHECKS,
  ...PLACE_CHECKS, // nodes, network, storage
  ...COST_CHECKS,
  ...UTILISATION_CHECKS,
  ...RELIABILITY_CHECKS,
  ...ALERT_CHECKS,
  ...DAPAN_CHECKS,
];

export const BUILT_IN_ITEMS: readonly CheckItem[] = BUILT_IN_CHECKS.map(({ item }) => item);
