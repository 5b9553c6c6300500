import { z } from "zod";
import { PERMISSIONS } from "../../db/model/access.ts";
import { ServiceError } from "../errors.ts";
import type { Tokens } from "../usecases/access/tokens.ts";
import { type ApiContext, procedure, router } from "./trpc.ts";

const MOST_DAYS = 365;
const names = z.array(z.string().trim().min(1).max(253)).min(1).max(100).nullable();
const wish = z.strictObject({
  name: z.string().trim().min(1).max(100),
  permissions: z.array(z.enum(PERMISSIONS)).min(1).max(PERMISSIONS.length),
  teams: names,
  sources: names,
  days: z.number().int().min(1).max(MOST_DAYS),
});

/** `tokens…`: what programs come with. */
export const tokensRouter = router({
  list: procedure.query(({ ctx }) => ctx.access.tokens?.list(ctx.actor) ?? []),
  create: procedure.input(wish).mutation(({ ctx, input }) => tokensOf(ctx).create(ctx.actor, input)),
  revoke: procedure
    .input(z.strictObject({ id: z.number().int().min(1).max(2_147_483_647) }))
    .mutation(({ ctx, input }) => tokensOf(ctx).revoke(ctx.actor, input.id)),
});

function tokensOf({ access }: ApiContext): Tokens {
  if (access.tokens === undefined)
    throw new ServiceError(
      "invalid",
      "nobody signs in here, so a token would open nothing; `auth: {signIn: accounts}` in dapan.yaml changes that",
    );
  return access.tokens;
}
