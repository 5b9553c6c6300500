import { z } from "zod";
import { cardDetail } from "../usecases/card-detail.ts";
import { fleetAsSeen } from "../usecases/fleet-as-seen.ts";
import { procedure, router } from "./trpc.ts";

export const cardRouter = router({
  detail: procedure
    .input(z.strictObject({ uuid: z.string().min(1).max(256) }))
    .query(({ ctx, input }) => cardDetail(fleetAsSeen(ctx, ctx.actor), input)),
});
