import { initTRPC, TRPCError } from "@trpc/server";
import type { Deps } from "../context.ts";
import { ServiceError, type ServiceFault } from "../errors.ts";

/** What one request knows: the process's effects, and the id its failure will be logged and shown under. */
export type ApiContext = Deps & { readonly requestId: string };

const CODE = {
  not_found: "NOT_FOUND",
  invalid: "BAD_REQUEST",
  unavailable: "SERVICE_UNAVAILABLE",
} as const satisfies Record<ServiceFault, TRPCError["code"]>;

const t = initTRPC.context<ApiContext>().create();

/** The one place a fault becomes a status. */
const mapFaults = t.middleware(async ({ next }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (cause instanceof ServiceError) throw new TRPCError({ code: CODE[cause.fault], message: cause.message, cause });
  return result;
});

export const router = t.router;
export const procedure = t.procedure.use(mapFaults);
