import { z } from "zod";
import { sourceList, targetList } from "../usecases/source-list.ts";
import { procedure, router } from "./trpc.ts";

const targetsInput = z.strictObject({ source: z.string().max(256).optional(), onlyDown: z.boolean().optional() });

export const sourcesRouter = router({
  list: procedure.query(({ ctx }) => sourceList(ctx)),
  targets: procedure.input(targetsInput).query(({ ctx, input }) => targetList(ctx, input)),
});
