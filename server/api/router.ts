import type { ZodType } from "zod";
import { accessRouter } from "./access.router.ts";
import { alertsRouter } from "./alerts.router.ts";
import { approvalsRouter } from "./approvals.router.ts";
import { auditRouter } from "./audit.router.ts";
import { boardRouter } from "./board.router.ts";
import { cardRouter } from "./card.router.ts";
import { costRouter } from "./cost.router.ts";
import { featuresRouter } from "./features.router.ts";
import { fleetRouter } from "./fleet.router.ts";
import { inventoryRouter } from "./inventory.router.ts";
import { mappingRouter } from "./mapping.router.ts";
import { patrolRouter } from "./patrol.router.ts";
import { pricingImportRouter } from "./pricing-import.router.ts";
import { pricingRouter } from "./pricing.router.ts";
import { reportsRouter } from "./reports.router.ts";
import { reviewRouter } from "./review.router.ts";
import { sourcesRouter } from "./sources.router.ts";
import { todayRouter } from "./today.router.ts";
import { tiersRouter } from "./tiers.router.ts";
import { tokensRouter } from "./tokens.router.ts";
import { type ApiContext, mergeRouters, router } from "./trpc.ts";
import type { CallAs } from "../usecases/approvals/approvals-port.ts";
import { usageRouter } from "./usage.router.ts";

export const appRouter = router({
  access: accessRouter,
  alerts: alertsRouter,
  approvals: approvalsRouter(callerAs),
  audit: auditRouter,
  board: boardRouter,
  fleet: fleetRouter,
  card: cardRouter,
  cost: costRouter,
  features: featuresRouter,
  inventory: inventoryRouter,
  mapping: mappingRouter,
  patrol: patrolRouter,
  pricing: mergeRouters(pricingRouter, router({ import: pricingImportRouter })),
  reports: reportsRouter,
  review: reviewRouter,
  sources: sourcesRouter,
  tiers: tiersRouter,
  today: todayRouter,
  tokens: tokensRouter,
  usage: usageRouter,
});

/** What the web knows of the server. */
export type AppRouter = typeof appRouter;

type Inputs = Readonly<Record<string, { readonly _def: { readonly inputs: readonly ZodType[] } }>>;

/** Why a procedure would not take this input; null = it would. For calls that are made later. */
export function inputFault(action: string, input: unknown): string | null {
  const procedures = appRouter._def.procedures as unknown as Inputs; // of ours, each with a schema or none
  for (const schema of procedures[action]?._def.inputs ?? []) {
    const issue = schema.safeParse(input).error?.issues[0];
    if (issue !== undefined) return `${issue.path.map(String).join(".") || "input"}: ${issue.message}`;
  }
  return null;
}

type Callable = { readonly [part: string]: Callable } & ((input: unknown) => Promise<unknown>);

/** Calls a procedure in the name of somebody else, to which whoever asks here agreed. */
function callerAs(ctx: ApiContext): CallAs {
  return (actor, action, input, reason) => {
    const caller: unknown = appRouter.createCaller({ ...ctx, actor, agreed: { by: ctx.actor, reason } });
    const called = action.split(".").reduce((at, part) => at[part]!, caller as Callable); // a path of the table of doors
    return called(input);
  };
}
