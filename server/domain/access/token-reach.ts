import { type Actor, type Permission, PERMISSIONS } from "../../../db/model/access.ts";
import { permissionsOf } from "./roles.ts";

/** What no token has, whoever made it: programs let nobody in. */
const NEVER: ReadonlySet<Permission> = new Set(["access.manage"]);

/** What a token may be given at all, in the order of PERMISSIONS. */
export const TOKEN_PERMISSIONS: readonly Permission[] = PERMISSIONS.filter((one) => !NEVER.has(one));

export type Given = { readonly permissions: readonly string[]; readonly teams: readonly string[] | null };
export type Owner = { readonly roles: readonly string[]; readonly teams: readonly string[] | null };

/**
 * What a token may do now: what it was given, as far as its owner still has it. Whoever loses a right or a team takes it
 * from their tokens with the next request. teams: null = everybody's work, [] = nobody's.
 */
export function tokenReach(token: Given, owner: Owner): Pick<Actor, "permissions" | "teams"> {
  const theirs = permissionsOf(owner.roles);
  return {
    permissions: new Set(TOKEN_PERMISSIONS.filter((one) => token.permissions.includes(one) && theirs.has(one))),
    teams: bothTeams(token.teams, owner.teams),
  };
}

function bothTeams(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  if (a === null || b === null) return a ?? b;
  return a.filter((team) => b.includes(team));
}
