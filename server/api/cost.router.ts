import { z } from "zod";
import { COST_DIMENSIONS, type CostFilter } from "../../db/model/ledger-views.ts";
import { costPivot } from "../usecases/costs/cost-pivot.ts";
import { costView } from "../usecases/costs/cost-view.ts";
import { costProof } from "../usecases/costs/proof.ts";
import { costRecompute } from "../usecases/costs/recompute.ts";
import { rangeInput } from "./features.router.ts";
import { procedure, router } from "./trpc.ts";

const dimension = z.enum(COST_DIMENSIONS);
const values = z.array(z.string().max(300)).min(1).max(500);
const filter = z.partialRecord(dimension, values).transform((said): CostFilter => said as CostFilter);
const question = { range: rangeInput, filter: filter.optional() };
/** Which sum is to be proved: its days are said. */
const proofInput = z.strictObject({ range: rangeInput.unwrap(), filter });

export const costRouter = router({
  view: procedure
    .input(z.strictObject({ ...question, by: dimension.default("vendor") }).prefault({}))
    .query(({ ctx, input }) => costView(ctx, { ...input, teams: ctx.actor.teams })),
  pivot: procedure
    .input(z.strictObject({ ...question, rows: dimension, columns: dimension }))
    .query(({ ctx, input }) => costPivot(ctx, { ...input, teams: ctx.actor.teams })),
  proof: procedure.input(proofInput).query(({ ctx, input }) => costProof(ctx, input, ctx.actor.teams)),
  /** A mutation, though it changes nothing: it holds locks for long, so no foreign page may ask for it by a plain GET. */
  recompute: procedure.input(proofInput).mutation(({ ctx, input }) => costRecompute(ctx, input)),
});
