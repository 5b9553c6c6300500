import { z } from "zod";
import { REVIEW_STATES } from "../../db/model/board-views.ts";
import { procedure, router } from "./trpc.ts";

const state = z.enum(REVIEW_STATES);
const stepInput = z.strictObject({
  id: z.int().min(1).max(2_147_483_647),
  to: state,
  reason: z.string().max(500),
});

export const reviewRouter = router({
  list: procedure.input(z.strictObject({ state })).query(({ ctx, input }) => ctx.review.list(input.state)),
  step: procedure.input(stepInput).mutation(({ ctx, input }) => ctx.review.step({ ...input, by: ctx.actor.name })),
});
