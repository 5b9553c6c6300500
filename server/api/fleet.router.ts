import { tracked } from "@trpc/server";
import { z } from "zod";
import { fleetAsSeen } from "../usecases/fleet-as-seen.ts";
import { fleetCards } from "../usecases/fleet-cards.ts";
import { fleetHistory } from "../usecases/fleet-history.ts";
import { fleetLive } from "../usecases/fleet-live.ts";
import { fleetSummary } from "../usecases/fleet-summary.ts";
import { procedure, router } from "./trpc.ts";

const historyInput = z.strictObject({
  hours: z.int().min(1).max(168),
  poolIds: z.array(z.int().min(1).max(2_147_483_647)).max(10_000).optional(),
});

/** tRPC hands the id of the last message back here when a reader reconnects. */
const liveInput = z.strictObject({ lastEventId: z.string().max(64).optional() }).optional();

export const fleetRouter = router({
  summary: procedure.query(({ ctx }) => fleetSummary(ctx)),
  cards: procedure.query(({ ctx }) => fleetCards(fleetAsSeen(ctx, ctx.actor))),
  history: procedure.input(historyInput).query(({ ctx, input }) => fleetHistory(ctx, input)),
  live: procedure.input(liveInput).subscription(async function* ({ ctx, input, signal }) {
    const cursor = input?.lastEventId ?? null;
    for await (const { cursor: id, delta } of fleetLive(
      fleetAsSeen(ctx, ctx.actor),
      cursor,
      signal ?? new AbortController().signal,
    )) {
      yield tracked(id, delta);
    }
  }),
});
