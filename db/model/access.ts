/** Who asks, and what one may do. Roles are names for sets of permissions; doors ask for permissions only. */

export const PERMISSIONS = [
  "fleet.see", // cards, states, alerts, coverage, reports; no amounts of money
  "money.see", // prices, costs, margins, everywhere they stand
  "views.write", // saved views
  "alerts.act", // incidents and silences
  "rules.write", // rules, own patrol items, guard windows
  "channels.write", // channels and routes
  "inventory.write", // capacity, lives of cards, steps of reviews
  "mapping.write", // features, mapping rules, sources of produced units
  "prices.write", // price book, rates, ladder, unit prices, other costs
  "reports.write", // schedules, runs, links
  "access.manage", // people, roles, tokens of others
  "audit.see",
  "push", // readings, units and alerts from programs
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ["viewer", "operator", "finance", "admin"] as const;
export type Role = (typeof ROLES)[number];

/**
 * Who asks. `open` = nobody signs in here (loopback only) and everything is allowed; `nobody` = not signed in.
 * Decided anew for each request, so what was taken away is gone at the next one.
 */
export type Actor = {
  readonly kind: "person" | "token" | "open" | "nobody";
  readonly id: string; // of the person or the token; "" = open or nobody
  readonly name: string; // as it stands in audits and receipts; hostile text
  readonly permissions: ReadonlySet<Permission>;
  readonly teams: readonly string[] | null; // whose work it may see; null = everybody's
  readonly sources: readonly string[] | null; // what a token may push for; null = any
  readonly sessionId: string | null;
};

/** What a person with teams gets behind a door: its answer narrowed to them, an answer that names nobody's work, or none. */
export type TeamReach = "narrowed" | "shared" | "closed";
