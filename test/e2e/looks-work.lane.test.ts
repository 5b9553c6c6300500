import { lookAt } from "./look-at.ts";
import { ACTS_STATES } from "./states/acts.ts";
import { PEOPLE_STATES } from "./states/people.ts";
import { ALERT_DESKS_STATES } from "./states/alert-desks.ts";
import { ALERTS_STATES } from "./states/alerts.ts";
import { FEATURES_STATES } from "./states/features.ts";
import { INVENTORY_PAGE_STATES } from "./states/inventory.ts";
import { PRICING_STATES } from "./states/pricing.ts";
import { REVIEW_PAGE_STATES } from "./states/review.ts";
import { SOURCES_STATES } from "./states/sources.ts";
import { TIERS_STATES } from "./states/tiers.ts";
import { TODAY_STATES } from "./states/today.ts";

lookAt("every state of the other pages", [
  ...TODAY_STATES,
  ...ACTS_STATES,
  ...PEOPLE_STATES,
  ...ALERTS_STATES,
  ...ALERT_DESKS_STATES,
  ...FEATURES_STATES,
  ...INVENTORY_PAGE_STATES,
  ...PRICING_STATES,
  ...REVIEW_PAGE_STATES,
  ...SOURCES_STATES,
  ...TIERS_STATES,
]);
