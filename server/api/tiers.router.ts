import { z } from "zod";
import { TIERS, WORKLOADS } from "../../db/model/tier.ts";
import { unixMs } from "../../db/model/units.ts";
import { changeLadder, refuseLadder } from "../usecases/tiers/change-ladder.ts";
import { endOverride, setOverride } from "../usecases/tiers/change-override.ts";
import { currentTiers } from "../usecases/tiers/current-tiers.ts";
import { forgetBenchmarks } from "../usecases/tiers/forget-benchmarks.ts";
import { tierTimeline } from "../usecases/tiers/tier-timeline.ts";
import { procedure, router } from "./trpc.ts";

const id = z.int().min(1).max(2_147_483_647);
const instant = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const sentence = z.string().trim().min(1).max(500);

const ladder = z.strictObject({
  p1Ratio: z.number().min(1).max(100),
  p2Ratio: z.number().min(1).max(100),
  spotRestartHours: z.number().min(0).max(1_000),
  spotInterruptionsPer1000h: z.number().min(0).max(1_000),
  leastAvailability: z.number().min(0).max(1),
  workload: z.enum(WORKLOADS),
});
const override = z.strictObject({
  poolId: id,
  tier: z.literal(TIERS),
  owner: z.string().trim().min(1).max(120),
  reason: sentence,
  to: instant,
});
const events = z.strictObject({ poolId: id.nullable(), from: instant, to: instant });

export const tiersRouter = router({
  current: procedure.query(({ ctx }) => currentTiers(ctx)),
  page: procedure.query(({ ctx }) => ctx.tiers.page()),
  events: procedure
    .input(events)
    .query(({ ctx, input: { poolId, from, to } }) =>
      tierTimeline(ctx, { poolId, window: { from: unixMs(from), to: unixMs(to) } }),
    ),
  preview: procedure.input(ladder).query(({ ctx, input }) => {
    refuseLadder(input);
    return ctx.tiers.preview(input);
  }),
  saveLadder: procedure
    .input(z.strictObject({ ladder, why: sentence }))
    .mutation(({ ctx, input }) => changeLadder(ctx, { ...input, who: ctx.actor.name })),
  setOverride: procedure
    .input(override)
    .mutation(({ ctx, input }) => setOverride(ctx, { ...input, who: ctx.actor.name })),
  endOverride: procedure
    .input(z.strictObject({ id }))
    .mutation(({ ctx, input }) => endOverride(ctx, { ...input, who: ctx.actor.name })),
  removeBenchmarks: procedure
    .input(z.strictObject({ ids: z.array(id).min(1).max(1_000) }))
    .mutation(({ ctx, input }) => forgetBenchmarks(ctx, { ...input, who: ctx.actor.name })),
});
