import { sightOf } from "../domain/access/sight.ts";
import { todayView } from "../usecases/today/today-view.ts";
import { todayAsSeen } from "../usecases/today/today-as-seen.ts";
import { procedure, router } from "./trpc.ts";

export const todayRouter = router({
  view: procedure.query(async ({ ctx }) => todayAsSeen(await todayView(ctx, sightOf(ctx.actor)), ctx.actor)),
});
