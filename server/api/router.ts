import { boardRouter } from "./board.router.ts";
import { cardRouter } from "./card.router.ts";
import { fleetRouter } from "./fleet.router.ts";
import { sourcesRouter } from "./sources.router.ts";
import { tiersRouter } from "./tiers.router.ts";
import { router } from "./trpc.ts";

export const appRouter = router({ board: boardRouter, fleet: fleetRouter, card: cardRouter, sources: sourcesRouter, tiers: tiersRouter });

/** What the web knows of the server. */
export type AppRouter = typeof appRouter;
