import { z } from "zod";
import { COMPARE_BACK } from "../../db/model/board-views.ts";
import { boardAsSeen } from "../usecases/board/board-as-seen.ts";
import { boardCompare } from "../usecases/board/board-compare.ts";
import { boardView } from "../usecases/board/board-view.ts";
import { boardWall } from "../usecases/board/board-wall.ts";
import { cardPage } from "../usecases/board/card-page.ts";
import { cardReadings } from "../usecases/board/card-readings.ts";
import { poolPage } from "../usecases/board/pool-page.ts";
import { changeSavedView, deleteView, listViews, saveView } from "../usecases/board/saved-views.ts";
import { procedure, router } from "./trpc.ts";

const instant = z.int().min(0).max(8_640_000_000_000_000);
const moment = { at: instant.optional(), knownAt: instant.optional() };

const page = z.string().regex(/^[a-z]{1,32}$/);
const name = z.string().trim().min(1).max(80);
const query = z.string().max(4_000);
const uuid = z.string().min(1).max(256);
const id = z.int().min(1).max(2_147_483_647);

const viewsRouter = router({
  list: procedure.input(z.strictObject({ page })).query(({ ctx, input }) => listViews(ctx, input.page, ctx.actor)),
  save: procedure
    .input(z.strictObject({ page, name, query }))
    .mutation(({ ctx, input }) => saveView(ctx, input, ctx.actor.name)),
  change: procedure
    .input(z.strictObject({ id, name: name.optional(), query: query.optional() }))
    .mutation(({ ctx, input }) => changeSavedView(ctx, input)),
  remove: procedure.input(z.strictObject({ id })).mutation(({ ctx, input }) => deleteView(ctx, input.id)),
});

export const boardRouter = router({
  view: procedure
    .input(z.strictObject(moment).optional())
    .query(async ({ ctx, input }) => boardAsSeen(await boardView(ctx, input), ctx.actor)),
  wall: procedure.input(z.strictObject({ at: instant })).query(({ ctx, input }) => boardWall(ctx, input)),
  compare: procedure
    .input(z.strictObject({ ...moment, back: z.enum(COMPARE_BACK) }))
    .query(({ ctx, input }) => boardCompare(ctx, input)),
  pool: procedure.input(z.strictObject({ id })).query(({ ctx, input }) => poolPage(ctx, input)),
  card: procedure.input(z.strictObject({ uuid })).query(({ ctx, input }) => cardPage(ctx, input)),
  cardReadings: procedure
    .input(z.strictObject({ uuid, from: instant, to: instant }))
    .query(({ ctx, input }) => cardReadings(ctx, input)),
  views: viewsRouter,
});
