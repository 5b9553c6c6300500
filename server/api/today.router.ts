import { todayView } from "../usecases/today/today-view.ts";
import { procedure, router } from "./trpc.ts";

export const todayRouter = router({ view: procedure.query(({ ctx }) => todayView(ctx)) });
