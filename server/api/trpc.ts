import { initTRPC, TRPCError } from "@trpc/server";
import { z } from "zod";
import type { Actor } from "../../db/model/access.ts";
import type { Deps } from "../context.ts";
import { refusalAt } from "../domain/access/door.ts";
import { shownTo, type Sight, sightOf } from "../domain/access/sight.ts";
import { DatabaseSilent, QUESTION_MS, QuestionTooLong } from "../../db/question.ts";
import { ServiceError, type ServiceFault } from "../errors.ts";
import { span } from "../telemetry/span.ts";
import { DOORS } from "./access-table.ts";
import { ActEnded, type AuditEntry } from "../usecases/audit/audit-port.ts";
import { RightGone } from "../usecases/audit/standing.ts";
import { errorIdOf } from "./error-id.ts";
import { rawInputFault } from "./raw-input.ts";

/** What a procedure has: the parts, who asks, and from where. */
export type ApiContext = Deps & {
  readonly actor: Actor;
  readonly address: string;
  /** Who agreed to this call, where it waited for a second person; never from a request. */
  readonly agreed?: { readonly by: Actor; readonly reason: string } | undefined;
};

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
  readonly approvalId: number | null; // what was asked for waits for a second person under this number
};

const t = initTRPC.context<ApiContext>().create({
  isDev: false, // never a stack in an answer
  errorFormatter: ({ shape, error }) => {
    const bug = error.code === "INTERNAL_SERVER_ERROR";
    const data: ApiFault = {
      code: error.code,
      httpStatus: shape.data.httpStatus,
      errorId: bug ? errorIdOf(error) : null,
      approvalId: error.cause instanceof WaitsForSecond ? error.cause.approvalId : null,
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
  if (cause instanceof QuestionTooLong)
    throw new TRPCError({ code: "UNPROCESSABLE_CONTENT", message: cause.message, cause });
  if (cause instanceof DatabaseSilent)
    throw new TRPCError({ code: "SERVICE_UNAVAILABLE", message: cause.message, cause });
  return result;
});

/**
 * What was sent; undefined = nothing, as with a change that asks for nothing, or nothing that can be read: what has a
 * schema reads it once more and fails there.
 */
const sentIn = (getRawInput: () => Promise<unknown>): Promise<unknown> => getRawInput().catch(() => undefined);

/** What no schema should see, and no audit keep. */
const sane = t.middleware(async ({ getRawInput, next }) => {
  const fault = rawInputFault(await sentIn(getRawInput));
  if (fault !== null) throw new TRPCError({ code: "BAD_REQUEST", message: fault });
  return await next();
});

/** A question has its time, whatever the database does with it: an embedded one cannot be stopped, a frozen one says nothing. */
const inTime = t.middleware(async ({ ctx, type, next }) => {
  if (type !== "query") return await next();
  const done = new AbortController();
  const late = ctx.clock.sleep(QUESTION_MS + 2_000, done.signal).then(
    () => null,
    () => null,
  );
  const result = await Promise.race([next(), late]);
  done.abort();
  if (result === null) throw new QuestionTooLong();
  return result;
});

/** Who stands in the audit for a call, and what let them in. */
export function onRecordAs({ actor, address, agreed }: ApiContext, action: string): Omit<AuditEntry, "input"> {
  const door = DOORS.get(action);
  const second = agreed === undefined ? {} : { agreed: agreed.by, reason: agreed.reason };
  return { actor, address, action, ...second, ...(door === undefined ? {} : { door }) };
}

/** Nobody passes a door that is not theirs, and no change passes without its line in the audit. */
const guard = t.middleware(async ({ ctx, path, getRawInput, next }) => {
  const door = DOORS.get(path);
  if (door === undefined) throw new TRPCError({ code: "NOT_FOUND", message: "there is nothing here" });
  const refusal = refusalAt(door, ctx.actor);
  if (refusal === null && !door.audit) return await next();
  const { actor, agreed, audit } = ctx;
  const asked = { ...onRecordAs(ctx, path), input: await sentIn(getRawInput) };
  if (refusal !== null) {
    if (refusal.kind === "unknown") throw new TRPCError({ code: "UNAUTHORIZED", message: refusal.why });
    await audit.denied(asked, refusal.why);
    throw new TRPCError({ code: "FORBIDDEN", message: refusal.why });
  }
  return await onRecord(audit, asked, async () => {
    if (agreed === undefined && ctx.approvals.mustWait(path, actor))
      throw new WaitsForSecond(await ctx.approvals.ask(actor, path, asked.input));
    return await next();
  });
});

/** What was asked for is kept until a second person agrees. */
class WaitsForSecond extends ActEnded {
  override readonly name = "WaitsForSecond";
  readonly approvalId: number;

  constructor(approvalId: number) {
    super(
      "this waits for a second person: somebody else who may do it has to agree",
      "asked",
      `approval ${approvalId}`,
    );
    this.approvalId = approvalId;
  }
}

/** A procedure's failure is a value here; to the audit it is a failure. */
async function onRecord<R extends { readonly ok: boolean; readonly error?: TRPCError }>(
  audit: Deps["audit"],
  entry: AuditEntry,
  work: () => Promise<R>,
): Promise<R> {
  try {
    return await audit.change(entry, async () => {
      const result = await work();
      if (!result.ok) throw result.error ?? new Error("it failed");
      return result;
    });
  } catch (error) {
    const ended = error instanceof TRPCError ? error.cause : error;
    if (ended instanceof WaitsForSecond)
      throw new TRPCError({ code: "PRECONDITION_FAILED", message: ended.message, cause: ended });
    if (ended instanceof RightGone) throw new TRPCError({ code: "FORBIDDEN", message: ended.message, cause: ended });
    throw error;
  }
}

/** Nobody is told what is not theirs to see. Behind the guard, in front of every answer, those of changes too. */
const veil = t.middleware(async ({ ctx, next }) => {
  const result = await next();
  const sight = sightOf(ctx.actor);
  if (!result.ok || (sight.money && sight.contracts)) return result;
  const { data } = result;
  return { ...result, data: isStream(data) ? veiled(data, sight) : shownTo(sight, data) };
});

const isStream = (data: unknown): data is AsyncIterable<unknown> =>
  typeof data === "object" && data !== null && Symbol.asyncIterator in data;

async function* veiled(data: AsyncIterable<unknown>, sight: Sight): AsyncGenerator {
  for await (const one of data) yield shownTo(sight, one);
}

export const router = t.router;
export const mergeRouters = t.mergeRouters;
export const procedure = t.procedure.use(mapFaults).use(inTime).use(sane).use(guard).use(veil);
