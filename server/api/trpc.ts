import { initTRPC, TRPCError } from "@trpc/server";
import { z } from "zod";
import type { Actor } from "../../db/model/access.ts";
import type { Deps } from "../context.ts";
import { refusalAt } from "../domain/access/door.ts";
import { ServiceError, type ServiceFault } from "../errors.ts";
import { span } from "../telemetry/span.ts";
import { DOORS } from "./access-table.ts";
import { errorIdOf } from "./error-id.ts";

/** What a procedure has: the parts, who asks, and from where. */
export type ApiContext = Deps & { readonly actor: Actor; readonly address: string };

const CODE = {
  not_found: "NOT_FOUND",
  invalid: "BAD_REQUEST",
  unavailable: "SERVICE_UNAVAILABLE",
} as const satisfies Record<ServiceFault, TRPCError["code"]>;

/** What the caller is told about a failure. `errorId` finds the log line; there is no stack, and a bug has no text. */
export type ApiFault = {
  readonly code: TRPCError["code"];
  readonly httpStatus: number;
  readonly errorId: string | null;
};

const t = initTRPC.context<ApiContext>().create({
  isDev: false, // never a stack in an answer
  errorFormatter: ({ shape, error }) => {
    const bug = error.code === "INTERNAL_SERVER_ERROR";
    const data: ApiFault = {
      code: error.code,
      httpStatus: shape.data.httpStatus,
      errorId: bug ? errorIdOf(error) : null,
    };
    return { code: shape.code, message: bug ? "Something went wrong on the server." : sentence(error), data };
  },
  sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
});

/** zod puts JSON into its message; people get one line. Long ones are cut: parts of them come from the caller. */
function sentence(error: TRPCError): string {
  const text = error.cause instanceof z.ZodError ? error.cause.issues.map(issueText).join("; ") : error.message;
  return text.slice(0, 512);
}

const issueText = (issue: z.core.$ZodIssue): string =>
  `${issue.path.map(String).join(".") || "input"}: ${issue.message}`;

/** The one place a fault becomes a status. */
const mapFaults = t.middleware(async ({ next, path, type }) => {
  const result = await span(`trpc ${path}`, { "rpc.system": "trpc", "rpc.method": path, "rpc.type": type }, () =>
    next(),
  );
  if (result.ok) return result;
  const { cause } = result.error;
  if (cause instanceof ServiceError) throw new TRPCError({ code: CODE[cause.fault], message: cause.message, cause });
  return result;
});

/** Nobody passes a door that is not theirs, and no change passes without its line in the audit. */
const guard = t.middleware(async ({ ctx, path, getRawInput, next }) => {
  const door = DOORS.get(path);
  if (door === undefined) throw new TRPCError({ code: "NOT_FOUND", message: "there is nothing here" });
  const refusal = refusalAt(door, ctx.actor);
  if (refusal === null && !door.audit) return await next();
  const entry = { actor: ctx.actor, address: ctx.address, action: path, input: await getRawInput() };
  if (refusal === null) return await ctx.audit.change(entry, () => next());
  if (refusal.kind === "unknown") throw new TRPCError({ code: "UNAUTHORIZED", message: refusal.why });
  await ctx.audit.denied(entry, refusal.why);
  throw new TRPCError({ code: "FORBIDDEN", message: refusal.why });
});

export const router = t.router;
export const mergeRouters = t.mergeRouters;
export const procedure = t.procedure.use(mapFaults).use(guard);
