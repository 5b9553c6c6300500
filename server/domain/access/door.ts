import type { Actor, Permission, TeamReach } from "../../../db/model/access.ts";

/** What stands in front of a procedure or a route: server/api/access-table.ts has them all. */
export type Door = {
  readonly needs: Permission | "anyone" | "member"; // member: any signed-in person or token
  readonly teams: TeamReach;
  readonly audit: boolean; // a call changes something that belongs on record
};

/** Why somebody may not pass: `unknown` signs in first, `forbidden` asks an administrator. */
export type Refusal = { readonly kind: "unknown" | "forbidden"; readonly why: string };

/** Whether `actor` may pass. null = yes. */
export function refusalAt({ needs, teams }: Door, actor: Actor): Refusal | null {
  if (needs === "anyone") return null;
  if (actor.kind === "nobody") return { kind: "unknown", why: "sign in first" };
  if (needs !== "member" && !actor.permissions.has(needs))
    return { kind: "forbidden", why: `this needs the right "${needs}"; an administrator can give it` };
  if (actor.teams !== null && teams === "closed")
    return { kind: "forbidden", why: "this is about the whole fleet; your account sees its teams only" };
  return null;
}
