import { z } from "zod";
import { COST_BASES, SHARED_COST_POLICIES } from "../../db/model/ledger.ts";
import { featurePage } from "../usecases/costs/feature-page.ts";
import { featuresView } from "../usecases/costs/features-list.ts";
import { procedure, router } from "./trpc.ts";

const day = z.string().max(40);
/** Days of the installation's zone; the use-case says what is wrong with them. Left out = the last 7. */
export const rangeInput = z.strictObject({ from: day, to: day }).optional();

/** Under which choices numbers stand. */
const choice = {
  basis: z.enum(COST_BASES).default("allocation"),
  policy: z.enum(SHARED_COST_POLICIES).default("apart"),
  range: rangeInput,
};

export const featuresRouter = router({
  list: procedure
    .input(z.strictObject(choice).prefault({}))
    .query(({ ctx, input }) => featuresView(ctx, { ...input, teams: ctx.actor.teams })),
  page: procedure
    .input(z.strictObject({ ...choice, key: z.string().min(1).max(80) }))
    .query(({ ctx, input }) => featurePage(ctx, { ...input, teams: ctx.actor.teams })),
});
