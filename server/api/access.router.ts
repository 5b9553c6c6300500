import { z } from "zod";
import { ROLES } from "../../db/model/access.ts";
import type { Me } from "../../db/model/access-views.ts";
import { rolesOf } from "../domain/access/roles.ts";
import { ServiceError } from "../errors.ts";
import type { Accounts } from "../usecases/access/accounts.ts";
import { type ApiContext, procedure, router } from "./trpc.ts";

const id = z.string().min(1).max(64);
const roles = z.array(z.enum(ROLES)).max(ROLES.length);
const teams = z.array(z.string().min(1).max(100)).min(1).max(100).nullable();
const password = z.string().min(1).max(512);

/** `access…`: who asks, people, sessions. */
export const accessRouter = router({
  me: procedure.query(async ({ ctx }): Promise<Me> => {
    const { actor, access, demo } = ctx;
    const person = actor.kind === "person" ? await access.accounts?.person(actor.id) : null;
    return {
      kind: actor.kind,
      name: actor.name,
      email: person?.email ?? null,
      roles: rolesOf(person?.roles ?? []),
      permissions: [...actor.permissions],
      teams: actor.teams,
      ways: actor.kind === "person" ? ((await access.accounts?.ways(actor.id)) ?? []) : [],
      hasSession: actor.kind === "person" && actor.sessionId !== null,
      signIn: await access.signInWays(),
      demo,
    };
  }),
  people: procedure.query(({ ctx }) => ctx.access.accounts?.people() ?? []),
  invite: procedure
    .input(
      z.strictObject({
        name: z.string().trim().min(1).max(100),
        email: z
          .string()
          .trim()
          .max(254)
          .regex(/^[^\s@]+@[^\s@]+$/),
        roles,
        teams,
      }),
    )
    .mutation(({ ctx, input }) => accountsOf(ctx).invite(ctx.actor, input)),
  setPerson: procedure
    .input(z.strictObject({ id, roles, teams, isDisabled: z.boolean() }))
    .mutation(({ ctx, input }) => accountsOf(ctx).setPerson(ctx.actor, input)),
  resetLink: procedure
    .input(z.strictObject({ id }))
    .mutation(({ ctx, input }) => accountsOf(ctx).resetLink(ctx.actor, input.id)),
  endSessionsOf: procedure
    .input(z.strictObject({ id }))
    .mutation(({ ctx, input }) => accountsOf(ctx).endSessions(input.id, null)),
  sessions: procedure.query(({ ctx }) => ctx.access.accounts?.sessions(ctx.actor) ?? []),
  endSession: procedure
    .input(z.strictObject({ id }))
    .mutation(({ ctx, input }) => accountsOf(ctx).endSession(personOf(ctx), input.id)),
  endOtherSessions: procedure.mutation(({ ctx }) => accountsOf(ctx).endSessions(personOf(ctx).id, ctx.actor.sessionId)),
  changePassword: procedure
    .input(z.strictObject({ present: password, next: password }))
    .mutation(({ ctx, input }) =>
      accountsOf(ctx).changePassword(personOf(ctx), input.present, input.next, ctx.address),
    ),
});

function accountsOf({ access }: ApiContext): Accounts {
  if (access.accounts === undefined)
    throw new ServiceError("invalid", "nobody signs in here; `auth: {signIn: accounts}` in dapan.yaml changes that");
  return access.accounts;
}

/** A person by their own session: a token has none, and changes nobody's. */
function personOf({ actor }: ApiContext): ApiContext["actor"] {
  if (actor.kind !== "person" || actor.sessionId === null)
    throw new ServiceError("invalid", "this is for people who signed in");
  return actor;
}
