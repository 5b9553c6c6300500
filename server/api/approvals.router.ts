import { z } from "zod";
import type { ApprovalsPort, CallAs } from "../usecases/approvals/approvals-port.ts";
import { DOORS } from "./access-table.ts";
import { type ApiContext, procedure, router } from "./trpc.ts";

const doorOf: Parameters<ApprovalsPort["list"]>[1] = (action) => DOORS.get(action);
const one = z.strictObject({
  id: z
    .int()
    .min(1)
    .max(2 ** 31 - 1),
});
const decision = one.extend({ note: z.string().max(500).default("") });

/**
 * `approvals…`: what waits for a second person.
 * @param caller calls a procedure as somebody else, once both may: the router itself, which is made of this part too
 */
export const approvalsRouter = (caller: (ctx: ApiContext) => CallAs) =>
  router({
    list: procedure.query(({ ctx }) => ctx.approvals.list(ctx.actor, doorOf)),
    asked: procedure
      .input(one)
      .query(({ ctx, input }) => ctx.approvals.asked({ actor: ctx.actor, id: input.id }, doorOf)),
    approve: procedure
      .input(decision)
      .mutation(({ ctx, input }) => ctx.approvals.approve({ actor: ctx.actor, ...input }, doorOf, caller(ctx))),
    refuse: procedure
      .input(decision)
      .mutation(({ ctx, input }) => ctx.approvals.refuse({ actor: ctx.actor, ...input }, doorOf)),
  });
