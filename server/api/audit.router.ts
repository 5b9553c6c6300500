import { z } from "zod";
import { AUDIT_OUTCOMES } from "../../db/model/access-views.ts";
import { procedure, router } from "./trpc.ts";

const instant = z.int().min(0).max(8.64e15).nullable();
const filter = z.strictObject({
  q: z.string().max(200).default(""),
  outcomes: z.array(z.enum(AUDIT_OUTCOMES)).max(AUDIT_OUTCOMES.length).readonly().default([]),
  from: instant.default(null),
  to: instant.default(null),
});

/** `audit…`: what was done, by whom, and whether the record of it stands. */
export const auditRouter = router({
  page: procedure
    .input(
      z.strictObject({
        filter,
        before: z.int().min(1).max(Number.MAX_SAFE_INTEGER).nullable().default(null),
        limit: z.int().min(1).max(200).default(50),
      }),
    )
    .query(({ ctx, input }) => ctx.audit.page(input.filter, input.before, input.limit)),
  verify: procedure.mutation(({ ctx }) => ctx.audit.verify()),
});
