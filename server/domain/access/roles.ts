import { type Actor, type Permission, PERMISSIONS, type Role, ROLES } from "../../../db/model/access.ts";

const VIEWER: readonly Permission[] = ["fleet.see", "views.write"];

/** The one table of role × permission. Who runs the fleet need not see prices; who sees prices need not run it. */
const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: VIEWER,
  operator: [
    ...VIEWER,
    "alerts.act",
    "rules.write",
    "channels.write",
    "inventory.write",
    "mapping.write",
    "reports.write",
  ],
  finance: [...VIEWER, "money.see", "prices.write", "reports.write"],
  admin: PERMISSIONS,
};

/** What somebody with these roles may do. Unknown names of roles grant nothing. */
export function permissionsOf(roles: readonly string[]): ReadonlySet<Permission> {
  return new Set(ROLES.filter((role) => roles.includes(role)).flatMap((role) => GRANTS[role]));
}

/** Those of the names that are roles, in the order of ROLES. */
export const rolesOf = (names: readonly string[]): Role[] => ROLES.filter((role) => names.includes(role));

/** Whether `giver` may hand out `wanted` for `teams`: nobody gives more than they have, in permissions or in teams. */
export function mayGive(
  giver: Pick<Actor, "permissions" | "teams">,
  wanted: Iterable<Permission>,
  teams: readonly string[] | null,
): boolean {
  const { permissions, teams: own } = giver;
  const isWithinTeams = own === null || (teams !== null && teams.every((team) => own.includes(team)));
  return isWithinTeams && [...wanted].every((permission) => permissions.has(permission));
}

/** Everything, for everybody who reaches the port: only where that is this machine alone. */
export const OPEN_ACTOR: Actor = {
  kind: "open",
  id: "",
  name: "console",
  permissions: new Set(PERMISSIONS),
  teams: null,
  sources: null,
  sessionId: null,
};

export const NOBODY: Actor = { ...OPEN_ACTOR, kind: "nobody", name: "", permissions: new Set() };
